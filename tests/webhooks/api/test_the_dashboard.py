"""The owner of a subscription sees its deliveries with every attempt, and how its receiver fares."""

from typing import Any

import pytest

from interactor.clock import to_iso
from interactor.services.find_deliveries import MAX_SUBSCRIPTIONS_LISTED
from tests.definitions import end, halt, workflow
from tests.webhooks.subscribing import (
    answer_with,
    change,
    delivery,
    give_up,
    listed,
    send_test,
    sent,
    shown,
    subscribe,
)
from tests.world import World

FLOW = workflow(ask=halt("end"), end=end())


def test_a_delivery_shows_every_attempt_and_the_bytes_that_were_sent(world: World) -> None:
    delivery_id = send_test(world, subscribe(world))
    answer_with(world, 500, None)
    world.pass_until(world.clock.now + 60 * 60 * 1000)
    found = delivery(world, delivery_id)
    assert found["status"] == "delivered"
    assert found["next_attempt_at"] is None
    assert [(one["attempt"], one["status_code"], one["duration_ms"]) for one in found["attempts"]] == [
        (1, 500, 40), (2, None, 30_000), (3, 200, 0),
    ]  # fmt: skip
    assert found["attempts"][0]["response"] == "busy"
    assert "did not answer" in found["attempts"][1]["error"]
    assert found["attempts"][2]["error"] is None
    assert {call.body for call in sent(world)} == {found["payload"]}


def test_events_of_instances_are_listed_with_their_last_attempt(world: World) -> None:
    subscription_id = subscribe(world)
    world.publish(FLOW)
    world.start("flow")
    world.settle()
    lines = world.get("/webhooks/deliveries").data["deliveries"]
    assert {line["event"] for line in lines} == {"workflow.instance.created", "workflow.instance.halted"}
    assert {line["subscription_id"] for line in lines} == {subscription_id}
    assert all(line["last_attempt"]["status_code"] == 200 and line["attempt_count"] == 1 for line in lines)
    assert "response" not in lines[0]["last_attempt"]


def test_lists_are_filtered_by_status_subscription_and_time(world: World) -> None:
    one, other = subscribe(world), subscribe(world)
    (dead,) = give_up(world, one)
    between = to_iso(world.clock())
    delivered = send_test(world, other)
    world.settle()
    pending = send_test(world, one)
    assert listed(world) == [pending, delivered, dead]
    assert listed(world, "status=dead") == [dead]
    assert listed(world, "status=delivered") == [delivered]
    assert listed(world, "status=pending") == [pending]
    assert listed(world, f"subscription_id={one}") == [pending, dead]
    assert listed(world, f"since={between}") == [pending, delivered]
    assert listed(world, f"subscription_id={one}&status=dead&since={between}") == []


def test_pages_merge_all_subscriptions_and_statuses_newest_first(world: World) -> None:
    subscriptions = [subscribe(world) for _ in range(3)]
    made = []
    for number in range(9):
        made.append(send_test(world, subscriptions[number % 3]))
        if number % 2:
            world.settle()
    pages, cursor = [], ""
    while True:
        page = world.get("/webhooks/deliveries", query=f"limit=2{cursor}").data
        pages += [entry["id"] for entry in page["deliveries"]]
        if not page["pagination"]["has_more"]:
            break
        cursor = f"&cursor={page['pagination']['next_cursor']}"
    assert pages == made[::-1]


def test_a_cursor_is_of_one_list(world: World) -> None:
    subscription_id = subscribe(world)
    for _ in range(3):
        send_test(world, subscription_id)
    cursor = world.get("/webhooks/deliveries", query="limit=1").data["pagination"]["next_cursor"]
    for query in (f"status=dead&cursor={cursor}", f"subscription_id={subscription_id}&cursor={cursor}"):
        assert world.get("/webhooks/deliveries", query=query).error["code"] == "invalid_request"
    assert world.get("/webhooks/deliveries", query=f"limit=1&cursor={cursor}", as_="service").status == 400


def test_a_list_reads_what_it_returns(world: World) -> None:
    subscription_id = subscribe(world)
    for _ in range(30):
        send_test(world, subscription_id)
    world.aws.requests.clear()
    listed(world, f"subscription_id={subscription_id}&status=pending&limit=5")
    (query,) = [request for request in world.aws.sent("query") if request.get("IndexName")]
    assert query["Limit"] <= 7
    (read,) = world.aws.sent("batch_get_item")
    assert len(read["RequestItems"]["interactor"]["Keys"]) <= 6


def test_who_sees_too_many_subscriptions_has_to_name_one(world: World) -> None:
    made = [subscribe(world) for _ in range(MAX_SUBSCRIPTIONS_LISTED)]
    assert listed(world) == []
    made.append(subscribe(world))
    refused = world.get("/webhooks/deliveries")
    assert refused.error["details"] == {"parameter": "subscription_id"}
    assert listed(world, f"subscription_id={made[0]}") == []


@pytest.mark.parametrize("query", ["status=lost", "since=yesterday", "event=x", "limit=0", "limit=1001", "since="])
def test_a_query_that_is_wrong_is_refused(world: World, query: str) -> None:
    assert world.get("/webhooks/deliveries", query=query).error["code"] == "invalid_request"


@pytest.mark.parametrize("since", ["0001-01-01", "9999-12-31T23:59:59Z", "2026-01-20T13:00:00 01:00"])
def test_any_time_can_be_asked_for(world: World, since: str) -> None:
    assert world.get("/webhooks/deliveries", query=f"since={since.replace(' ', '%2B')}").status == 200


@pytest.mark.parametrize("caller", ["peer", "stranger"])
@pytest.mark.parametrize(("method", "ending"), [("GET", ""), ("POST", "/replay")])
def test_a_delivery_of_others_does_not_exist(world: World, caller: str, method: str, ending: str) -> None:
    delivery_id = send_test(world, subscribe(world))
    theirs = world.call(method, f"/webhooks/deliveries/{delivery_id}{ending}", as_=caller)
    nobodys = world.call(method, f"/webhooks/deliveries/del_{'0' * 26}{ending}", as_=caller)
    assert theirs.status == nobodys.status == 404
    assert theirs.error["code"] == nobodys.error["code"] == "delivery_not_found"
    assert listed(world, as_=caller) == []


def test_deliveries_go_with_their_subscription(world: World) -> None:
    subscription_id = subscribe(world)
    delivery_id = send_test(world, subscription_id)
    world.call("DELETE", f"/webhooks/subscriptions/{subscription_id}")
    world.settle()
    assert sent(world) == []
    assert world.get(f"/webhooks/deliveries/{delivery_id}").error["code"] == "delivery_not_found"
    assert listed(world) == []


def test_a_subscription_shows_how_it_fares(world: World) -> None:
    subscription_id = subscribe(world)
    assert shown(world, subscription_id)["health"] == {
        "success_rate": None, "latency_ms": None, "last_success_at": None, "last_failure_at": None,
        "last_error": None, "failing_since": None,
    }  # fmt: skip
    answer_with(world, 200, 503)
    for _ in range(2):
        send_test(world, subscription_id)
        world.play_stream()
        world.play_next_message()
    health: Any = shown(world, subscription_id)["health"]
    assert health["success_rate"] == 0.5
    assert 32 <= health["latency_ms"]["p50"] <= health["latency_ms"]["p95"] <= 48
    assert health["failing_since"] is not None
    assert "503" in health["last_error"]
    assert health["last_failure_at"] > health["last_success_at"]


def test_a_test_of_a_paused_subscription_waits_until_it_is_resumed(world: World) -> None:
    subscription_id = subscribe(world, events=["workflow.instance.failed"])
    change(world, subscription_id, status="paused")
    delivery_id = send_test(world, subscription_id)
    world.settle()
    assert (sent(world), delivery(world, delivery_id)["status"]) == ([], "pending")
    change(world, subscription_id, status="active")
    world.settle()
    assert delivery(world, delivery_id)["status"] == "delivered"
    assert '"event":"webhook.test"' in delivery(world, delivery_id)["payload"]
