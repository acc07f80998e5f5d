"""Triggers are created, listed, paused and deleted by those who own their namespace, and are nobody else's business."""

import itertools
from typing import Any

import pytest

from interactor.services.change_triggers import MAX_INPUT_TEMPLATE_BYTES
from interactor.storage.triggers import MAX_TRIGGERS
from tests.aws import all_schedules
from tests.triggers.deliveries import FLOW, scheduled, with_trigger
from tests.world import World

BODY: dict[str, Any] = {
    "name": "orders", "workflow_name": "flow", "namespace": "user_1", "event_pattern": {"source": ["x"]},
}  # fmt: skip


def test_a_trigger_is_shown_as_it_was_created(world: World) -> None:
    world.publish(FLOW)
    created = world.post("/triggers", BODY).data
    assert world.get(f"/triggers/{created['id']}").data == created
    assert created == {
        **BODY, "id": created["id"], "status": "active", "input": "${event}", "created_at": created["created_at"],
    }  # fmt: skip
    assert created["id"].startswith("trg_")


def test_lists_are_newest_first_in_pages_of_what_the_caller_owns(world: World) -> None:
    mine = [with_trigger(world, name=f"n{number}") for number in range(5)]
    with_trigger(world, as_="peer", namespace="user_2")
    with_trigger(world, as_="stranger")
    pages, cursor = [], ""
    for _ in range(3):
        page = world.get("/triggers", query=f"limit=2{cursor}").data
        pages += [trigger["id"] for trigger in page["triggers"]]
        cursor = f"&cursor={page['pagination']['next_cursor']}"
    assert pages == mine[::-1]
    assert not page["pagination"]["has_more"]
    assert len(world.get("/triggers", as_="service").data["triggers"]) == 6


@pytest.mark.parametrize("caller", ["peer", "stranger"])
@pytest.mark.parametrize(
    ("method", "ending", "body"),
    [("GET", "", None), ("PATCH", "", {"status": "paused"}), ("DELETE", "", None), ("GET", "/failures", None)],
)
def test_a_trigger_of_others_does_not_exist(world: World, caller: str, method: str, ending: str, body: Any) -> None:
    trigger_id = with_trigger(world)
    theirs = world.call(method, f"/triggers/{trigger_id}{ending}", body, as_=caller)
    nobodys = world.call(method, f"/triggers/trg_{'0' * 26}{ending}", body, as_=caller)
    assert theirs.status == nobodys.status == 404
    assert theirs.error["code"] == nobodys.error["code"] == "trigger_not_found"
    assert world.get(f"/triggers/{trigger_id}").data["status"] == "active"


def test_a_trigger_in_a_namespace_of_others_is_forbidden(world: World) -> None:
    world.publish(FLOW)
    assert world.post("/triggers", {**BODY, "namespace": "user_2"}).error["code"] == "forbidden"


@pytest.mark.parametrize(
    ("change", "place", "reason"),
    [
        ({"event_pattern": None}, None, "exactly one of"),
        ({"schedule": scheduled()}, None, "exactly one of"),
        ({"event_pattern": {"source": "x"}}, "event_pattern.source", "event_pattern.source: must be an array"),
        ({"event_pattern": {}}, "event_pattern", "empty object"),
        ({"event_pattern": ["x"]}, "event_pattern", "must be an object, not an array"),
        ({"event_pattern": None, "schedule": scheduled("rate(5)")}, "schedule", "whole number"),
        ({"event_pattern": None, "schedule": scheduled(timezone="Mars")}, "schedule", "'Mars' is no IANA time zone"),
        ({"event_pattern": None, "schedule": scheduled("at(2026-01-20T11:59:59)")}, "schedule", "has passed in UTC"),
        ({"event_pattern": None, "schedule": "rate(5 minutes)"}, "schedule", "schedule"),
        ({"name": "a b"}, "name", "name"),
        ({"name": "a\n"}, "name", "name"),
        ({"name": "x" * 65}, "name", "name"),
        ({"namespace": "a#b"}, "namespace", "namespace"),
        ({"input": "text"}, "input", "an object or one placeholder"),
        ({"input": ["x"]}, "input", "an object or one placeholder"),
        ({"input": {"a": "${workflow_data.x}"}}, "input.a", "starts with none of event"),
        ({"input": {"a": [{"b": "${event.x"}]}}, "input.a[0].b", "is not closed"),
        ({"input": {"a": "x" * MAX_INPUT_TEMPLATE_BYTES}}, "input", "the limit is 16384"),
        ({"status": "paused"}, "status", "Unknown property 'status'"),
    ],
)
def test_a_body_that_is_wrong_is_refused_and_names_the_place(
    world: World, change: Any, place: str | None, reason: str
) -> None:
    world.publish(FLOW)
    body = {name: value for name, value in {**BODY, **change}.items() if value is not None}
    refused = world.post("/triggers", body)
    assert (refused.status, refused.error["code"]) == (400, "invalid_request")
    assert reason in refused.error["message"]
    if place:
        assert place in refused.error["details"]["fields"]
    assert world.get("/triggers").data["triggers"] == []
    assert all_schedules() == []


@pytest.mark.parametrize("body", [{}, {"status": "completed"}, {"status": "paused", "name": "x"}, {"input": {}}])
def test_only_the_status_changes(world: World, body: Any) -> None:
    assert world.call("PATCH", f"/triggers/{with_trigger(world)}", body).status == 400


def test_names_are_unique_in_their_namespace_alone(world: World) -> None:
    with_trigger(world)
    assert world.post("/triggers", BODY).error["code"] == "trigger_exists"
    with_trigger(world, namespace="org_acme")
    with_trigger(world, as_="stranger")


def test_the_limit_is_a_hundred() -> None:
    assert MAX_TRIGGERS == 100


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """A limit that is soon reached."""
    monkeypatch.setattr("interactor.storage.triggers.MAX_TRIGGERS", 3)
    return 3


def test_an_account_has_so_many_triggers_and_one_that_is_deleted_makes_room(world: World, few: int) -> None:
    last = [with_trigger(world, name=f"n{number}") for number in range(few)][-1]
    assert world.post("/triggers", BODY).error["code"] == "trigger_limit_reached"
    with_trigger(world, as_="stranger")
    world.call("DELETE", f"/triggers/{last}")
    assert world.post("/triggers", BODY).status == 201


def test_of_two_creations_at_once_both_keep_to_the_limit(world: World, few: int) -> None:
    for number in range(few - 1):
        with_trigger(world, name=f"n{number}")
    before = itertools.count()

    def another_first(operation: str, send: Any) -> Any:
        if operation == "transact_write_items" and next(before) == 0:
            world.post("/triggers", {**BODY, "name": "quicker"})
        return send()

    world.aws.interruption = another_first
    assert world.post("/triggers", BODY).error["code"] == "trigger_limit_reached"
    assert len(world.get("/triggers", query="limit=1000").data["triggers"]) == few
