"""Conditions that would compare for minutes are given up: an action's instance fails, an answer changes nothing."""

from typing import Any

import pytest

from interactor.engine.conditions import MAX_COMPARISONS, Effort
from interactor.engine.explaining import explain_event
from interactor.errors import InvalidTransition
from tests.definitions import catch, end, halt, script, skip, workflow
from tests.engine.transitions.play import Play

ITEMS = 100_000
LONG_LIST = {"items": [1] * ITEMS}


def searches(number: int) -> dict[str, Any]:
    """A condition that looks through the whole list so many times."""
    return {"or": [{"field": "items", "operator": "contains", "value": 5}] * number}


COSTLY = searches(15_000)
AFFORDABLE = searches(MAX_COMPARISONS // ITEMS - 1)


def test_an_action_whose_conditions_cost_too_much_fails_its_instance() -> None:
    play = Play(workflow(a=script("", ("b", COSTLY), "b", on_error=[catch("b")]), b=end())).returns(**LONG_LIST)
    assert (play.status, play.error, play.state) == ("failed", "step_limit_exceeded", "a")


def test_conditions_may_cost_what_is_allowed() -> None:
    play = Play(workflow(a=script("", ("b", AFFORDABLE), "c"), b=end(), c=end())).returns(**LONG_LIST)
    assert (play.status, play.state) == ("completed", "c")


def test_what_each_step_may_cost_is_allowed_to_all_steps_together() -> None:
    play = Play(workflow(a=script("", "b"), b=skip(("c", AFFORDABLE), "b"), c=end())).returns(**LONG_LIST)
    assert (play.status, play.error, play.path) == ("failed", "step_limit_exceeded", ["a", "b", "b"])


def test_an_answer_whose_conditions_cost_too_much_changes_nothing() -> None:
    play = Play(workflow(a=script("", "b"), b=halt(("c", COSTLY), "c"), c=end())).returns(**LONG_LIST)
    with pytest.raises(InvalidTransition, match="The conditions of 'b' take more than 1000000 comparisons"):
        play.resume()
    assert (play.status, play.state) == ("halted", "b")


def test_a_failure_that_costs_too_much_to_catch_is_not_caught() -> None:
    costly = {"target": "b", "condition": COSTLY}
    play = Play(workflow(a=script("", "b"), b=script("", "c", on_error=[costly]), c=end())).returns(**LONG_LIST)
    assert play.throws().error == "script_error"


@pytest.mark.parametrize(
    "value", ["x" * 200_000, [["x"] * 100] * 100, {"a": [1] * 100_000}], ids=["text", "lists", "object"]
)
def test_all_kinds_of_values_count(value: Any) -> None:
    costly = {"or": [{"field": "v", "operator": "contains", "value": "y"}] * 3_000}
    play = Play(workflow(a=script("", ("b", costly), "b"), b=end())).returns(v=value)
    assert play.error == "step_limit_exceeded"


def test_what_did_not_matter_is_not_explained_where_it_would_cost_too_much() -> None:
    spared = {"or": [{"field": "items", "exists": True}, COSTLY]}
    play = Play(workflow(a=script("", ("b", spared), "c"), b=end(), c=end())).returns(**LONG_LIST)
    assert play.state == "b"
    moved = next(event for event in play.events if event["type"] == "transition")
    assert explain_event(play.definition, moved, play.data) == [
        {"target": "b", "taken": True},
        {"target": "c", "taken": False, "considered": False},
    ]
    assert explain_event(play.definition, moved, play.data, Effort()) is None
