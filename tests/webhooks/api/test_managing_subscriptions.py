"""Subscriptions are created, listed, changed and deleted by those who own their namespace."""

from typing import Any

import pytest

from tests.webhooks.subscribing import OWN, URL, change, create, disable, shown, subscribe
from tests.world import World


def test_the_answer_to_a_creation_is_the_reference_s(world: World) -> None:
    created = world.post("/webhooks/subscriptions", OWN, as_="service")
    assert created.status == 201
    assert created.data == {
        "id": created.data["id"],
        "url": OWN["url"],
        "events": OWN["events"],
        "namespace_filter": "user_123",
        "status": "active",
        "created_at": created.data["created_at"],
    }
    assert list(created.data) == ["id", "url", "events", "namespace_filter", "status", "created_at"]
    assert created.data["id"].startswith("whsub_")


def test_lists_are_newest_first_in_pages(world: World) -> None:
    made = [subscribe(world) for _ in range(5)]
    pages, cursor = [], ""
    for _ in range(3):
        page = world.get("/webhooks/subscriptions", query=f"limit=2{cursor}").data
        pages += [entry["id"] for entry in page["subscriptions"]]
        cursor = f"&cursor={page['pagination']['next_cursor']}"
    assert pages == made[::-1]
    assert not page["pagination"]["has_more"]


def test_a_change_leaves_the_rest_as_it_was(world: World) -> None:
    subscription_id = subscribe(world)
    before = shown(world, subscription_id)
    change(world, subscription_id, events=["workflow.instance.failed"])
    changed = shown(world, subscription_id)
    assert changed == {**before, "events": ["workflow.instance.failed"]}
    change(world, subscription_id, url="https://receiver.example/v2")
    assert shown(world, subscription_id) == {**changed, "url": "https://receiver.example/v2"}


def test_a_subscription_that_is_deleted_is_gone(world: World) -> None:
    subscription_id = subscribe(world)
    assert world.call("DELETE", f"/webhooks/subscriptions/{subscription_id}").status == 204
    gone = world.call("DELETE", f"/webhooks/subscriptions/{subscription_id}")
    assert (gone.status, gone.error["code"]) == (404, "subscription_not_found")
    assert world.get("/webhooks/subscriptions").data["subscriptions"] == []


def test_a_disabled_one_says_why_and_works_again_when_made_active(world: World) -> None:
    subscription_id = subscribe(world)
    disable(world, subscription_id)
    disabled = shown(world, subscription_id)
    assert (disabled["status"], disabled["disabled_reason"]) == ("disabled", "failing")
    world.clock.pass_by(1000)
    active = change(world, subscription_id, status="active").data
    assert active["status"] == "active"
    assert active.keys().isdisjoint({"disabled_reason", "disabled_at"})
    stored = world.parts.subscriptions.get("acme", subscription_id)
    assert stored
    assert stored.enabled_at > world.clock.now - 1000, "what failed before counts no more"


@pytest.mark.parametrize(
    ("changes", "place", "reason"),
    [
        ({"url": None}, "url", "is required"),
        ({"url": 5}, "url", "string"),
        ({"url": f"{URL}?{'x' * 2000}"}, "url", "at most 2000 characters"),
        ({"events": None}, "events", "is required"),
        ({"events": []}, "events", "at least 1 item"),
        ({"events": "workflow.*"}, "events", "must be an array, not 'workflow.*'"),
        ({"events": ["workflow.instance.halt"]}, "events[0]", "did you mean 'workflow.instance.halted'?"),
        ({"events": ["workflow.*", "*"]}, "events[1]", "'*' is no event"),
        ({"events": ["webhook.test"]}, "events[0]", "'webhook.test' is no event"),
        ({"events": ["WORKFLOW.*"]}, "events[0]", "no event"),
        ({"events": ["workflow.*\n"]}, "events[0]", "no event"),
        ({"events": ["workflow.*", "workflow.*"]}, "events[1]", "'workflow.*' is named twice"),
        ({"events": ["workflow.*"] * 11}, "events", "at most 10 items"),
        ({"events": [None]}, "events[0]", "string"),
        ({"namespace_filter": "a#b"}, "namespace_filter", "namespace_filter"),
        ({"secret": "x" * 31}, "secret", "must be 32 to 256 printable ASCII characters"),
        ({"secret": "x" * 257}, "secret", "secret"),
        ({"secret": "é" * 32}, "secret", "secret"),
        ({"secret": "x" * 32 + "\n"}, "secret", "secret"),
        ({"status": "paused"}, "status", "Unknown property 'status'"),
        ({"event": ["workflow.*"]}, "event", "Unknown property 'event'; did you mean 'events'?"),
    ],
)
def test_a_body_that_is_wrong_is_refused_and_names_the_place(
    world: World, changes: Any, place: str, reason: str
) -> None:
    refused = create(world, **changes)
    assert (refused.status, refused.error["code"]) == (400, "invalid_request")
    assert reason in refused.error["message"]
    assert place in refused.error["details"]["fields"]
    assert world.get("/webhooks/subscriptions").data["subscriptions"] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"status": None},
        {"status": "disabled"},
        {"rotate_secret": False},
        {"rotate_secret": "true"},
        {"rotate_secret": True, "secret": "x" * 32},
        {"events": []},
        {"events": ["nothing"]},
        {"namespace_filter": "org_acme"},
        {"id": "whsub_00000000000000000000000000"},
    ],
)
def test_a_change_that_is_wrong_is_refused_and_changes_nothing(world: World, body: Any) -> None:
    subscription_id = subscribe(world)
    before = shown(world, subscription_id)
    refused = change(world, subscription_id, **body)
    assert (refused.status, refused.error["code"]) == (400, "invalid_request")
    assert shown(world, subscription_id) == before


@pytest.mark.parametrize("number", [32, 256])
def test_secrets_of_the_shortest_and_the_longest_are_taken(world: World, number: int) -> None:
    assert create(world, secret="~" * number).status == 201
