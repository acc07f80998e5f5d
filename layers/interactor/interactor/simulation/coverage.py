"""Which states and ways out of them a definition has, and which of them a simulation came through."""

from collections.abc import Iterator

from interactor.engine.definition.workflow import Action, Definition, Halting
from interactor.engine.history import Event
from interactor.engine.wording import Place, path_text
from interactor.json_text import Json


def ways_of(definition: Definition) -> dict[str, str]:
    """Every way from one state to another: its path in the definition → its target."""
    return {path_text(("states", *place)): target for place, target in _ways(definition)}


def way_taken(event: Event, explanation: list[dict[str, Json]] | None) -> str | None:
    """The path of the way that a change of state took; None for other events."""
    if event["type"] != "transition":
        return None
    state = event["from_state"]
    index, taken = next((index, way) for index, way in enumerate(explanation or []) if way["taken"])
    if "fork" in taken:
        return path_text(("states", state, "fork", taken["fork"]))
    if "timeout" in taken:
        return path_text(("states", state, "timeout"))
    return path_text(("states", state, "on_error" if event["trigger"] == "error" else "transitions", index))


def _ways(definition: Definition) -> Iterator[tuple[Place, str]]:
    for name, state in definition.states.items():
        if isinstance(state, Action | Halting):
            for index, transition in enumerate(state.transitions):
                yield (name, "transitions", index), transition.destination
        if isinstance(state, Action):
            for index, catch in enumerate(state.on_error):
                yield (name, "on_error", index), catch.target
            for key, first in (state.fork or {}).items():
                yield (name, "fork", key), first
        if isinstance(state, Halting) and state.timeout:
            yield (name, "timeout"), state.timeout.target
