"""Drive an instance on outside any call: what a call handed over, a retry that is due, a worker's lapsed lease."""

from dataclasses import dataclass

from interactor.clock import Millis
from interactor.services.parts import Parts
from interactor.services.run import Run, Superseded

ADVANCE_BUDGET: Millis = 45_000
"""Fits the longest HTTP call (30 s) and a script after it into the function's 60 s."""


@dataclass(frozen=True, slots=True)
class AdvanceInstance:
    """The message on the advance queue: an instance, the version it is about, and when it is due."""

    account: str
    instance_id: str
    version: int
    due_at: Millis


def advance_instance(parts: Parts, message: AdvanceInstance) -> None:
    """Go on from exactly the version that the message names; at any other, somebody has gone on already and nothing
    happens.

    So a message may come twice, late, or after its successor.
    """
    stored = parts.instances.load(message.account, message.instance_id)
    if stored is None or stored.version != message.version:
        return
    definition = parts.workflows.definition(message.account, stored.instance.version_id)
    run = Run(parts, definition, deadline=parts.clock() + ADVANCE_BUDGET)
    try:
        run.carry_on(stored, None)
    except Superseded:
        return
