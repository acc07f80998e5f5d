"""Drive an instance on outside any call: what a call handed over, a moment that has come, a worker that died."""

from contextlib import suppress

from interactor import log_context
from interactor.clock import Millis
from interactor.engine.due import due_at, lifetime_ends_at
from interactor.engine.instance import LIVE
from interactor.engine.signals import TimePassed
from interactor.services.parts import Parts
from interactor.services.run import Run, Superseded
from interactor.storage.timers import ANY_VERSION, Timer

ADVANCE_BUDGET: Millis = 45_000
"""Fits the longest HTTP call (30 s) and a script after it into the function's 60 s."""


def advance_instance(parts: Parts, timer: Timer) -> Timer | None:
    """Go on from exactly the version that the timer names; at any other, somebody has gone on already and nothing
    happens.

    So a message may come twice, late, or after its successor. One that comes early is given back, to be set again.
    """
    stored = parts.instances.load(timer.account, timer.subject)
    if stored is None:
        return None
    log_context.note(stored.instance)
    definition = parts.workflows.definition(timer.account, stored.instance.version_id)
    if timer.version == ANY_VERSION:
        if stored.instance.status not in LIVE:
            return None
        moment: Millis | None = lifetime_ends_at(stored.instance)
    else:
        moment = due_at(definition, stored.instance) if stored.version == timer.version else None
    if moment is None:
        return None
    now = parts.clock()
    if moment > now:
        return Timer(timer.account, timer.subject, timer.version, moment)
    with suppress(Superseded):
        Run(parts, definition, deadline=now + ADVANCE_BUDGET).carry_on(stored, TimePassed())
    return None
