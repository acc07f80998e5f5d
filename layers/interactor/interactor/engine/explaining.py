"""Why a way out of a state was taken, and why those before it were not: each condition with the value that it saw.

History and the simulator show what is made here, afterwards, from the definition and the data: nothing of it is stored.
`conditions.holds` decides; this only tells, and its size is bounded whatever the definition and the data are.
"""

from collections.abc import Sequence

from interactor.engine.conditions import Effort, TooCostly, comparison, holds, seen_by
from interactor.engine.definition.transitions import Condition, OnError, Transition
from interactor.engine.definition.workflow import Action, Definition, Halting, Terminal
from interactor.engine.history import Event
from interactor.engine.paths import MISSING
from interactor.json_text import Json, excerpt, same

MAX_TESTS = 50
"""Tests told of in one explanation."""
MAX_VALUE_CHARACTERS = 256
"""Of one value as JSON."""


def explain_event(
    definition: Definition, event: Event, data: dict[str, Json], effort: Effort | None = None
) -> list[dict[str, Json]] | None:
    """Why an event of history went the way it says, or found none; None for an event that is about no way, and where
    telling it is more than the `effort` that is left for several events.

    `data` is `workflow_data` after the event, which is what the conditions saw. Where no condition chose, the one way
    says what did: `{"target", "taken": true, "timeout": "PT24H"}`, or `"fork"` with the key of the thread it starts.
    """
    try:
        return _explain_event(definition, event, data, effort)
    except TooCostly:
        return None


def _explain_event(
    definition: Definition, event: Event, data: dict[str, Json], effort: Effort | None
) -> list[dict[str, Json]] | None:
    if event["type"] == "error" and event["code"] == "invalid_transition":
        return explain(definition.states[event["state"]].transitions, data, effort)
    if event["type"] != "transition":
        return None
    state = definition.states[event["from_state"]]
    if isinstance(state, Halting):
        if event["trigger"] == "timeout" and state.timeout:
            return [{"target": event["to_state"], "taken": True, "timeout": state.timeout.after}]
        return explain_answer(state, data, data, effort)
    if isinstance(state, Terminal):
        return None
    if event["trigger"] == "error":
        return explain(state.on_error, data, effort)
    key = event["thread"].removeprefix("thread_")
    if _starts_thread(state, key):
        return [{"target": event["to_state"], "taken": True, "fork": key}]
    return explain(state.transitions, data, effort)


def explain_answer(
    state: Halting, input: dict[str, Json], data: dict[str, Json], effort: Effort | None = None
) -> list[dict[str, Json]]:
    """What became of each way out of a halt when `input`, by now merged into `data`, answered it."""
    if state.transition_mode == "selection":
        return explain_choice(state.transitions, input.get("choice"))
    return explain(state.transitions, data, effort)


def explain(ways: Sequence[Transition | OnError], data: Json, effort: Effort | None = None) -> list[dict[str, Json]]:
    """What became of each way out of a state, in their order, where conditions on `workflow_data` choose.

    One entry a way: `{"target", "key"?, "taken", "condition"?}`. The first whose condition holds has `taken` true;
    those after it were not looked at: `{"target", "key"?, "taken": false, "considered": false}`. When nothing matched,
    none is taken. A way without a condition has none here either.

    A condition is `{"field", "operator", "value", "saw", "result"}`, with `"missing": true` in place of `saw` where the
    data has no such field, or `{"and" | "or": [condition …], "result"}`, or `{"not": condition, "result"}`. Every part
    of a condition is shown, also those that no longer mattered. A value of over 256 characters as JSON is replaced by
    the beginning of its text, and its name listed in `clipped`. At most 50 tests are shown; `omitted` in an `and` or an
    `or` counts its parts that are not. A condition of which the parts that did not matter are too costly is left out.
    Raises TooCostly where it is more than a given `effort`.
    """
    budget = _Budget(MAX_TESTS, effort or Effort())
    deciding = effort or Effort()
    told = []
    taken = False
    for way in ways:
        entry = _named(way)
        if taken:
            told.append({**entry, "taken": False, "considered": False})
            continue
        taken = way.condition is None or holds(way.condition, data, deciding)
        entry["taken"] = taken
        if way.condition is not None:
            try:
                entry["condition"] = _told(way.condition, data, budget)
            except TooCostly:
                if effort is not None:
                    raise
        told.append(entry)
    return told


def explain_choice(ways: Sequence[Transition], choice: Json) -> list[dict[str, Json]]:
    """The same where a person chooses by key (`transition_mode: selection`): `{"target", "key", "taken"}` a way."""
    return [{**_named(way), "taken": way.key is not None and same(way.key, choice)} for way in ways]


def _starts_thread(state: Action, key: str) -> bool:
    """A thread is never in the state that forks it: it would fork itself, which is refused while it lives."""
    return state.fork is not None and key in state.fork


class _Budget:
    """How many more tests may be told of, and what evaluating them may cost."""

    def __init__(self, left: int, effort: Effort) -> None:
        self.left = left
        self.effort = effort


def _named(way: Transition | OnError) -> dict[str, Json]:
    if isinstance(way, OnError):
        return {"target": way.target}
    return {"target": way.destination} | ({"key": way.key} if way.key is not None else {})


def _told(condition: Condition, data: Json, budget: _Budget) -> dict[str, Json]:
    result = holds(condition, data, budget.effort)
    if condition.negated is not None:
        return {"not": _told(condition.negated, data, budget), "result": result}
    if (parts := condition.all_of or condition.any_of) is None:
        budget.left -= 1
        return {**_test_told(condition, data), "result": result}
    told: list[Json] = []
    for part in parts:
        if budget.left <= 0:
            break
        told.append(_told(part, data, budget))
    group = {"and" if condition.all_of else "or": told, "result": result}
    return group if len(told) == len(parts) else {**group, "omitted": len(parts) - len(told)}


def _test_told(test: Condition, data: Json) -> dict[str, Json]:
    operator, value = comparison(test)
    seen = seen_by(test, data)
    told: dict[str, Json] = {"field": test.field, "operator": operator, "value": value}
    told |= {"missing": True} if seen is MISSING else {"saw": seen}
    clipped = []
    for name in ("field", "value", "saw"):
        if name in told and (text := excerpt(told[name], MAX_VALUE_CHARACTERS)) is not None:
            told[name] = text
            clipped.append(name)
    return told | {"clipped": clipped} if clipped else told
