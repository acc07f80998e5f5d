"""Instances with a history of any length, put into the table directly: what a thousand resumes would have left."""

from collections.abc import Sequence
from typing import Any

from interactor.engine import history
from interactor.engine.history import Event
from interactor.engine.instance import Instance, Thread
from interactor.storage.instances import Stored
from tests.definitions import end, halt, workflow
from tests.fakes import NOON
from tests.world import World

SECOND = 1000
GATE = {"field": "n", "operator": "gte", "value": 0}
ASKING = workflow(ask=halt(("ask", GATE), "end"), end=end())


def made(world: World, rounds: Sequence[Sequence[str]], *, filler: str = "") -> Stored:
    """An instance with a commit for each round, a second after the one before; a round lists what happens in it:
    `transition` (which changes the data), `step`, `halt` or `error`, each in a thread of its turn.
    """
    version_id = world.publish(ASKING)
    thread = Thread("thread_main", "ask", 1, "halted", NOON)
    instance_id = world.parts.ids.new("inst", NOON)
    stored = None
    data: dict[str, Any] = {}
    number = 0
    for place, kinds in enumerate(rounds):
        events: list[Event] = []
        for kind in kinds:
            event, data = _event(kind, thread if number % 3 else _legal(thread), NOON + place * SECOND, data, filler)
            events.append(event)
            number += 1
        instance = Instance(instance_id, "acme", "user_1", "flow", version_id, data, (thread, _legal(thread)))
        stored = world.parts.instances.commit(stored, instance, events, f"op_{place}")
    assert stored
    return stored


def _legal(thread: Thread) -> Thread:
    return Thread("thread_legal", thread.state, 2, "halted", NOON)


def _event(kind: str, thread: Thread, at: int, before: dict[str, Any], filler: str) -> tuple[Event, dict[str, Any]]:
    if kind == "step":
        return history.stepped("script", thread, at, 1, logs=["here"]), before
    if kind == "halt":
        return history.halted(thread, at), before
    if kind == "error":
        return history.errored(thread, at, "script_error", "boom"), before
    n = before.get("n", -1) + 1
    after = {"n": n, "filler": filler, **({"odd": n} if n % 2 else {})}
    return history.moved(thread, "ask", "resume", history.difference(before, after), at), after


def everything(world: World, instance_id: str, query: str = "") -> list[dict[str, Any]]:
    """All events that a query finds, page after page."""
    return [event for page in pages(world, instance_id, query) for event in page]


def pages(world: World, instance_id: str, query: str = "") -> list[list[dict[str, Any]]]:
    found: list[list[dict[str, Any]]] = []
    cursor = ""
    while True:
        asked = "&".join(part for part in (query, cursor) if part)
        page = world.get(f"/workflows/instances/{instance_id}/history", query=asked).data
        found.append(page["events"])
        if not page["pagination"]["has_more"]:
            assert page["pagination"]["next_cursor"] is None
            return found
        cursor = f"cursor={page['pagination']['next_cursor']}"
