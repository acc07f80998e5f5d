"""The sweep, once a minute: resting timers that come near go to the queue, and instances whose lifetime ends are told.

It reads ahead, minute by minute, up to `HORIZON` from now. No timer is still laid down in a minute that near, since
only moments over 15 minutes away rest (`timer_queues.py`), so a minute that has been read is complete. A sweep that
dies half-way sends some messages again, which changes nothing; one that was down goes on where the last one ended.

An instance's lifetime costs it no timer: it can end no sooner than 30 days (running) or 90 days (halted) after it was
created, and creation order is what the lists are sorted by. So each minute's sweep looks up the few instances that were
created in those minutes and are still live. One that has been active since gets a timer then.
"""

from collections.abc import Iterator

from interactor.engine.due import HALTED_LIFETIME, RUNNING_LIFETIME
from interactor.services.parts import Parts
from interactor.services.timer_queues import TimerQueues
from interactor.storage.timers import ANY_VERSION, MINUTE, Timer

HORIZON = 10 * MINUTE


def sweep(parts: Parts, queues: TimerQueues) -> int:
    """Bring every minute up to the horizon to the queue; the number of timers sent."""
    swept = parts.timers.swept_to()
    horizon = (parts.clock() + HORIZON) // MINUTE
    sent = 0
    for minute in range(horizon if swept is None else swept + 1, horizon + 1):
        sent += queues.send_all(parts.timers.due_in(minute))
        sent += queues.send_all(_lifetimes_ending(parts, minute))
        if not parts.timers.mark_swept(minute, swept, parts.ids.new("op", parts.clock())):
            break  # another sweep is at it
        swept = minute
    return sent


def _lifetimes_ending(parts: Parts, minute: int) -> Iterator[Timer]:
    for account in parts.workflows.accounts():
        for lifetime in (RUNNING_LIFETIME, HALTED_LIFETIME):
            created = minute * MINUTE - lifetime
            for instance_id in parts.instances.live_created_between(account, created, created + MINUTE):
                yield Timer(account, instance_id, ANY_VERSION, (minute + 1) * MINUTE)
