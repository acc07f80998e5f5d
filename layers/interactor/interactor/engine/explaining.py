"""Why a way out of a state was taken, and why those before it were not: each condition with the value that it saw.

History and the simulator show what is made here. `conditions.holds` decides; this only tells, and its size is bounded
whatever the definition and the data are.
"""

from collections.abc import Sequence

from interactor.engine.conditions import comparison, holds, seen_by
from interactor.engine.definition import Action, Condition, Definition, Halting, OnError, Transition
from interactor.engine.history import Event
from interactor.engine.paths import MISSING
from interactor.json_text import Json, excerpt, same

MAX_TESTS = 50
"""Tests told of in one explanation."""
MAX_VALUE_CHARACTERS = 256
"""Of one value as JSON."""


def explain(ways: Sequence[Transition | OnError], data: Json) -> list[dict[str, Json]]:
    """What became of each way out of a state, in their order, where conditions on `workflow_data` choose.

    One entry a way: `{"target", "key"?, "taken", "condition"?}`. The first whose condition holds has `taken` true;
    those after it were not looked at: `{"target", "key"?, "taken": false, "considered": false}`. When nothing matched,
    none is taken. A way without a condition has none here either.

    A condition is `{"field", "operator", "value", "saw", "result"}`, with `"missing": true` in place of `saw` where the
    data has no such field, or `{"and" | "or": [condition …], "result"}`, or `{"not": condition, "result"}`. Every part
    of a condition is shown, also those that no longer mattered. A value of over 256 characters as JSON is replaced by
    the beginning of its text, and its name listed in `clipped`. At most 50 tests are shown; `omitted` in an `and` or an
    `or` counts its parts that are not.
    """
    budget = _Budget(MAX_TESTS)
    told = []
    taken = False
    for way in ways:
        entry = _named(way)
        if taken:
            told.append({**entry, "taken": False, "considered": False})
            continue
        taken = way.condition is None or holds(way.condition, data)
        entry["taken"] = taken
        if way.condition is not None:
            entry["condition"] = _told(way.condition, data, budget)
        told.append(entry)
    return told


def explain_choice(ways: Sequence[Transition], choice: Json) -> list[dict[str, Json]]:
    """The same where a person chooses by key (`transition_mode: selection`): `{"target", "key", "taken"}` a way."""
    return [{**_named(way), "taken": way.key is not None and same(way.key, choice)} for way in ways]


def why(definition: Definition, event: Event, data: dict[str, Json]) -> list[dict[str, Json]] | None:
    """Why an event of history came about: `explain` of the ways that were looked at, where there was a choice to make.

    `data` is `workflow_data` as it was then: for a change of state that after the event, for an `invalid_transition`
    error that which no transition matched. None for other events, for a time-out and for the start of a thread.
    """
    if event["type"] == "error" and event["subtype"] == "invalid_transition":
        return explain(definition.states[event["state"]].transitions, data)
    if event["type"] != "transition" or event["trigger"] == "timeout" or started_thread(definition, event) is not None:
        return None
    state = definition.states[event["from_state"]]
    if event["trigger"] == "error":
        return explain(state.on_error if isinstance(state, Action) else [], data)
    if isinstance(state, Halting) and state.transition_mode == "selection":
        return explain_choice(state.transitions, data.get("choice"))
    return explain(state.transitions, data)


def started_thread(definition: Definition, event: Event) -> str | None:
    """The key in `fork` of the thread that a change of state began, if it did; a thread leaves a fork of its own in
    other ways, for none may start a thread that is live.
    """
    state = definition.states[event["from_state"]]
    key = event["thread"].removeprefix("thread_")
    forked = state.fork or {} if isinstance(state, Action) and event["trigger"] == "automatic" else {}
    return key if forked.get(key) == event["to_state"] else None


class _Budget:
    """How many more tests may be told of."""

    def __init__(self, left: int) -> None:
        self.left = left


def _named(way: Transition | OnError) -> dict[str, Json]:
    if isinstance(way, OnError):
        return {"target": way.target}
    return {"target": way.destination} | ({"key": way.key} if way.key is not None else {})


def _told(condition: Condition, data: Json, budget: _Budget) -> dict[str, Json]:
    result = holds(condition, data)
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
