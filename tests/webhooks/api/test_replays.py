"""What was not delivered is delivered again: one at once, or all since a moment by a job that outlives crashes."""

import json
from typing import Any

import pytest

from interactor.clock import to_iso
from interactor.services import deliver_again
from tests.crashes import KINDS, attempt, disturbed
from tests.fakes import NOON
from tests.webhooks.subscribing import change, delivery, disable, give_up, listed, send_test, sent, subscribe
from tests.world import World


def start(world: World, subscription_id: str, since: str = to_iso(NOON), **fields: Any) -> str:
    """The path of a replay."""
    path = f"/webhooks/subscriptions/{subscription_id}"
    return f"{path}/replays/{world.post(f'{path}/replay', {'since': since, **fields}).data['id']}"


def test_one_begins_another_series_of_tries_with_the_same_id_and_bytes(world: World) -> None:
    (dead,) = give_up(world, subscribe(world))
    answer = world.post(f"/webhooks/deliveries/{dead}/replay")
    assert (answer.status, answer.data["status"]) == (202, "pending")
    world.settle()
    found = delivery(world, dead)
    assert found["status"] == "delivered"
    assert [one["attempt"] for one in found["attempts"]] == [1, 2, 3, 4, 5, 6, 7]
    assert {(call.idempotency_key, call.body) for call in sent(world)} == {(dead, found["payload"])}


def test_one_that_waits_for_its_next_try_is_tried_at_once(world: World) -> None:
    subscription_id = subscribe(world)
    change(world, subscription_id, status="paused")
    waiting = send_test(world, subscription_id)
    world.settle()
    world.post(f"/webhooks/deliveries/{waiting}/replay")
    change(world, subscription_id, status="active")
    world.settle()
    assert delivery(world, waiting)["status"] == "delivered"
    assert len(sent(world)) == 1, "the marker of its first series has no effect"


def test_all_that_are_dead_since_a_moment_are_delivered_and_counted(world: World) -> None:
    subscription_id, other = subscribe(world), subscribe(world)
    give_up(world, subscription_id, 2)
    since = to_iso(world.clock())
    later = give_up(world, subscription_id, 3)
    give_up(world, other)
    world.servers.calls.clear()
    path = start(world, subscription_id, since)
    running = world.get(path).data
    assert (running["status"], running["replayed"], running["finished_at"]) == ("running", 0, None)
    world.settle()
    done = world.get(path).data
    assert (done["status"], done["replayed"], done["since"]) == ("done", 3, since)
    assert done["finished_at"] > done["started_at"]
    assert sorted(call.idempotency_key for call in sent(world)) == later
    assert len(listed(world, "status=dead")) == 3


def test_those_that_were_delivered_can_be_asked_for(world: World) -> None:
    subscription_id = subscribe(world)
    delivered = send_test(world, subscription_id)
    world.settle()
    path = start(world, subscription_id, status="delivered")
    world.settle()
    assert world.get(path).data["replayed"] == 1
    assert [call.idempotency_key for call in sent(world)] == [delivered] * 2


def test_one_message_does_one_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver_again, "PAGE", 2)
    subscription_id = subscribe(world)
    give_up(world, subscription_id, 5)
    path = start(world, subscription_id)
    seen = set()
    for _ in range(20):
        world.play_stream()
        if not world.messages:
            break
        world.play_next_message()
        seen.add(world.get(path).data["replayed"])
    assert seen == {0, 2, 4, 5}
    assert world.get(path).data["status"] == "done"
    assert listed(world, "status=dead") == []


def dead_at_once(world: World, subscription_id: str, number: int) -> list[str]:
    """The ids of deliveries that were given up untried."""
    made = [send_test(world, subscription_id) for _ in range(number)]
    for found in world.parts.deliveries.get_all("acme", made):
        assert found
        world.parts.deliveries.finish(found, None, "dead", f"op_{found.id}")
    world.settle()
    return made


def work_off(world: World, replay_id: str) -> None:
    """Carry a job of two pages on to its end."""
    for _ in range(3):
        deliver_again.carry_on(world.parts, "acme", replay_id)


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_dies_a_job_replays_all_and_counts_each_once(
    world: World, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver_again, "PAGE", 2)
    for fault in disturbed(world, kind):
        subscription_id = subscribe(world)
        dead = dead_at_once(world, subscription_id, 3)
        path = start(world, subscription_id)
        attempt(world, fault, lambda path=path: work_off(world, path.rpartition("/")[2]))
        world.settle()
        assert world.get(path).data["status"] == "done"
        assert world.get(path).data["replayed"] == len(dead)
        assert {delivery(world, id_)["status"] for id_ in dead} == {"delivered"}
        world.call("DELETE", f"/webhooks/subscriptions/{subscription_id}")


def test_messages_that_come_twice_change_nothing(world: World) -> None:
    subscription_id = subscribe(world)
    dead = give_up(world, subscription_id, 3)
    path = start(world, subscription_id)
    world.settle(deliver=2)
    assert world.get(path).data["replayed"] == len(dead)


@pytest.mark.parametrize("ending", ["disabled", "deleted"])
def test_a_job_ends_with_its_subscription(world: World, ending: str) -> None:
    subscription_id = subscribe(world)
    give_up(world, subscription_id)
    path = start(world, subscription_id)
    world.servers.calls.clear()
    if ending == "disabled":
        disable(world, subscription_id)
    else:
        world.call("DELETE", f"/webhooks/subscriptions/{subscription_id}")
    world.settle()
    assert sent(world) == []
    stored = world.parts.replays.get("acme", path.rpartition("/")[2])
    assert stored
    assert stored.finished_at is not None


@pytest.mark.parametrize(
    "body", [{}, {"since": 5}, {"since": None}, {"since": "then"}, {"since": "2026-01-20", "status": "pending"}]
)
def test_a_body_that_is_wrong_is_refused(world: World, body: Any) -> None:
    answer = world.post(f"/webhooks/subscriptions/{subscribe(world)}/replay", body)
    assert answer.error["code"] == "invalid_request", json.dumps(body)


@pytest.mark.parametrize("caller", ["peer", "stranger"])
def test_a_job_of_others_does_not_exist(world: World, caller: str) -> None:
    path = start(world, subscribe(world))
    assert world.get(path, as_=caller).error["code"] == "subscription_not_found"


def test_a_job_is_found_at_its_own_subscription_alone(world: World) -> None:
    path, other = start(world, subscribe(world)), subscribe(world)
    elsewhere = f"/webhooks/subscriptions/{other}/replays/{path.rpartition('/')[2]}"
    assert world.get(elsewhere).error["code"] == "replay_not_found"
