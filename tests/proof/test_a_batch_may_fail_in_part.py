"""Batches from the stream and the queues, about several instances each, that fail in part or whole at each of their
requests to AWS: what the functions report comes again, what they do not report does not, and nothing is lost.

The handlers' own reports are at stake, with template.yaml's word on what AWS makes of them (`tests/event_sources.py`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import pytest

from interactor.services import announce
from interactor.services import deliver as delivering
from tests.crashes import attempt, disturbed
from tests.definitions import catch, end, halt, http, script, workflow
from tests.event_sources import EventSources, Queue, Stream
from tests.proof.system import System
from tests.triggers.deliveries import event
from tests.world import World

FLOW = workflow(
    call=http("ask", on_error=[catch("ask")]),
    ask=halt(("done", {"field": "stop", "equals": True}), "count"), count=script("return {n: 1}", "ask"), done=end(),
)  # fmt: skip
OTHER = {**FLOW, "name": "other"}

Prepare: TypeAlias = Callable[[System, EventSources], Stream | Queue]
"""Has a batch come together, undisturbed, and gives where it is to be brought from."""


def outboxes(system: System, sources: EventSources) -> Stream:
    instance_id = system.start("flow", {}).data["id"]
    system.world.start("other", headers={"Prefer": "respond-async"})
    system.answer(instance_id, system.halted(instance_id)[0], {"stop": True})
    return sources.outboxes


def commits(system: System, sources: EventSources) -> Stream:
    outboxes(system, sources)
    return sources.commits


def instances_to_drive_on(system: System, sources: EventSources) -> Queue:
    for name in ("flow", "other"):
        system.world.start(name, headers={"Prefer": "respond-async"})
    sources.outboxes.bring_the_rest()
    return sources.advance


def deliveries(system: System, sources: EventSources) -> Queue:
    system.start("flow", {})
    sources.outboxes.bring_the_rest()
    return sources.delivery


def events(system: System, sources: EventSources) -> Queue:
    happened = [event(), event()]
    system.events += [one["id"] for one in happened]
    sources.events.send(*happened)
    return sources.events


BATCHES: dict[str, Prepare] = {
    prepare.__name__: prepare for prepare in (outboxes, commits, instances_to_drive_on, deliveries, events)
}
TOLD = {outboxes: 1, deliveries: 2}
"""How many hear of everything: two lanes make a batch."""
KINDS = ("refused for now", "refused for a while", "failed after it was applied", "dies after")


@pytest.fixture
def system(world: World, monkeypatch: pytest.MonkeyPatch) -> System:
    for function in EventSources.functions:
        monkeypatch.setattr(function, "parts", lambda: world.parts)
    monkeypatch.setattr(delivering, "AT_ONCE", 1)  # a worker's own threads would outlive its death here
    monkeypatch.setattr(announce, "ThreadPoolExecutor", in_turn)
    for definition in (FLOW, OTHER):
        world.publish(definition)
    system = System(world)
    for name in ("flow", "other"):
        system.trigger(name)
    return system


@contextmanager
def in_turn(workers: int) -> Iterator[Any]:
    """A pool of one who dies with its owner."""

    class Pool:
        map = staticmethod(map)

    yield Pool


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", BATCHES)
def test_what_failed_comes_again_and_nothing_else(system: System, name: str, kind: str) -> None:
    sources = EventSources(system.world)
    if BATCHES[name] in TOLD:
        system.subscribe(times=TOLD[BATCHES[name]])
    for fault in disturbed(system.world, kind):
        source = BATCHES[name](system, sources)
        attempt(system.world, fault, source.bring)
        source.bring_the_rest()
    system.check()
