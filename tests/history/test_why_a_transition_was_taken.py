"""`explain` says of each transition why it was taken, and of a refusal why none was; it agrees with the engine."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interactor.engine.explaining import explain_event
from interactor.errors import InvalidTransition
from tests.definitions import APPROVED, catch, end, halt, script, skip, workflow
from tests.engine.transitions.play import Play
from tests.engine.transitions.test_history_tells_everything import DEFINITIONS, go_on
from tests.invariants import fold
from tests.world import World

LARGE = {"field": "amount", "operator": "gt", "value": 1000}


def check(play: Play) -> None:
    """Each transition is explained by the way that it took, and each error for want of one by none."""
    for number, event in enumerate(play.events):
        told = explain_event(play.definition, event, fold(play.events[: number + 1]))
        if event["type"] == "transition":
            assert told
            assert [way["target"] for way in told if way["taken"]] == [event["to_state"]], event
        elif event["type"] == "error" and event["code"] == "invalid_transition":
            assert told
            assert not any(way["taken"] for way in told), event
        else:
            assert told is None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(definition=DEFINITIONS, data=st.data())
def test_it_agrees_with_whatever_happened(definition: dict[str, Any], data: st.DataObject) -> None:
    play = Play(definition)
    for _ in range(25):
        if not go_on(play, data.draw):
            break
    check(play)


def test_it_agrees_at_forks_joins_choices_and_time_outs() -> None:
    choosing = halt(transition_mode="selection", timeout={"after": "PT1H", "target": "late"})
    choosing["transitions"] = [{"key": "yes", "target": "end"}, {"key": "no", "target": "late"}]
    flow = workflow(
        work=script("", ("choose", LARGE), "late", fork={"legal": "ask", "finance": "pass"}, join="all"),
        ask=halt(("signed", APPROVED)), signed=end(), choose=choosing, late=end(), end=end(),
        **{"pass": skip("signed")},
    )  # fmt: skip
    for last in ("choice", "time-out"):
        play = Play(flow).returns(amount=2000)
        with pytest.raises(InvalidTransition):
            play.answer("thread_legal", approved=False)
        play.answer("thread_legal", approved=True)
        assert play.state == "choose"
        play.resume(choice="yes") if last == "choice" else play.wait(3_600_000).time_passes()
        check(play)
    assert explain_event(play.definition, play.moves[-1], play.data) == [
        {"target": "late", "taken": True, "timeout": "PT1H"}
    ]
    assert explain_event(play.definition, play.moves[0], {}) == [{"target": "ask", "taken": True, "fork": "legal"}]


def test_an_event_shows_each_condition_with_what_it_saw(world: World) -> None:
    world.publish(workflow(a=script("return {amount: 5}", ("b", LARGE), "c"), b=end(), c=end()))
    instance_id = world.start("flow").data["id"]
    (moved,) = world.get(f"/workflows/instances/{instance_id}/history", query="types=transition").data["events"]
    condition = {"field": "amount", "operator": "gt", "value": 1000, "saw": 5, "result": False}
    assert moved["explain"] == [
        {"target": "b", "taken": False, "condition": condition}, {"target": "c", "taken": True},
    ]  # fmt: skip


def test_what_a_caught_failure_saw_is_not_the_error_that_caught_it(world: World) -> None:
    known = {"field": "error", "operator": "exists", "value": True}
    world.publish(workflow(a=script("return {}", ("b", known), on_error=[catch("b", "invalid_transition")]), b=end()))
    instance_id = world.start("flow").data["id"]
    query = "types=error,transition"
    error, moved = world.get(f"/workflows/instances/{instance_id}/history", query=query).data["events"]
    assert error["explain"][0]["condition"]["missing"] is True
    assert moved["explain"][0]["condition"]["saw"] == "invalid_transition"


def test_a_resume_that_is_refused_is_told_why(world: World) -> None:
    world.publish(workflow(ask=halt(("end", APPROVED)), end=end()))
    instance_id = world.start("flow").data["id"]
    refused = world.resume(instance_id, {"approved": "yes"})
    assert (refused.status, refused.error["code"]) == (400, "invalid_transition")
    (way,) = refused.error["details"]["explain"]
    assert (way["taken"], way["condition"]["saw"], way["condition"]["value"]) == (False, "yes", True)


def test_an_old_choice_does_not_count_for_a_new_question(world: World) -> None:
    flow = workflow(ask=halt(transition_mode="selection"), again=halt(transition_mode="selection"), end=end())
    for state, target in (("ask", "again"), ("again", "end")):
        flow["states"][state]["transitions"] = [{"key": "go", "target": target}]
    world.publish(flow)
    instance_id = world.start("flow").data["id"]
    world.resume(instance_id, {"choice": "go"})
    details = world.resume(instance_id, {}).error["details"]
    assert details["explain"] == [{"target": "end", "key": "go", "taken": False}]
