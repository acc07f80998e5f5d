"""What must hold of every instance and its history, whatever happened on the way (HARDENING, 'Invariants')."""

from collections.abc import Iterable, Sequence

from interactor.engine.definition import Action, Definition, Terminal
from interactor.engine.history import Event
from interactor.engine.instance import LIVE, Instance
from interactor.json_text import Json, same


def check(definition: Definition, instance: Instance, events: Sequence[Event]) -> None:
    """Fails with the invariant that does not hold. `events` is the whole history."""
    _is_a_path_of_the_graph(definition, instance, events)
    _its_changes_make_the_data(instance, events)
    _halts_are_answered_once(instance, events)
    _the_end_is_the_end(definition, instance, events)


def fold(events: Iterable[Event]) -> dict[str, Json]:
    """`workflow_data` as the events' `changes` tell it; every `from` must be what was there."""
    data: dict[str, Json] = {}
    for event in events:
        changes = event.get("changes", {})
        for key, value in changes.get("added", {}).items():
            assert key not in data, f"{key} was added twice"
            data[key] = value
        for key, change in changes.get("updated", {}).items():
            assert same(data[key], change["from"]), f"{key} was something else"
            data[key] = change["to"]
        for key in changes.get("removed", {}):
            del data[key]
    return data


def _is_a_path_of_the_graph(definition: Definition, instance: Instance, events: Sequence[Event]) -> None:
    assert [event["subtype"] for event in events].count("created") == 1
    assert events[0]["subtype"] == "created"
    state = events[0]["initial_state"]
    assert state == definition.initial_state
    visits = 1
    for event in events[1:]:
        assert event.get("state", event.get("from_state")) == state, f"{event} does not happen in {state}"
        if event["type"] == "transition":
            left = definition.states[state]
            assert not isinstance(left, Terminal)
            ways = {way.destination for way in left.transitions}
            errors = {way.target for way in left.on_error} if isinstance(left, Action) else set()
            assert event["to_state"] in (errors if event["trigger"] == "error" else ways)
            state = event["to_state"]
            visits += 1
    assert (instance.current_state, instance.visits, instance.main.visit) == (state, visits, visits)
    moments = [event["at"] for event in events]
    assert moments == sorted(moments)


def _its_changes_make_the_data(instance: Instance, events: Sequence[Event]) -> None:
    assert same(fold(events), instance.data)


def _halts_are_answered_once(instance: Instance, events: Sequence[Event]) -> None:
    halted = [event["halt_id"] for event in events if event["subtype"] == "halted"]
    resumed = [event["halt_id"] for event in events if event["subtype"] == "resumed"]
    assert len(set(halted)) == len(halted)
    assert resumed == halted[: len(resumed)]
    is_open = len(halted) - len(resumed)
    assert is_open == (1 if instance.status == "halted" or _cancelled_while_halted(events) else 0)


def _cancelled_while_halted(events: Sequence[Event]) -> bool:
    return [event["subtype"] for event in events[-2:]] == ["halted", "cancelled"]


def _the_end_is_the_end(definition: Definition, instance: Instance, events: Sequence[Event]) -> None:
    ends = [place for place, event in enumerate(events) if event["type"] == "lifecycle" and place > 0]
    assert len(ends) == (0 if instance.status in LIVE else 1)
    if not ends:
        assert instance.ended_at is None
        return
    assert (events[ends[0]]["subtype"], events[ends[0]]["at"]) == (instance.status, instance.ended_at)
    afterwards = {event["type"] for event in events[ends[0] + 1 :]}
    state = definition.states[instance.current_state]
    allowed = {"step", "error"} if isinstance(state, Terminal) and state.on_enter else set()
    assert afterwards <= allowed, "only on_enter happens after the end"
