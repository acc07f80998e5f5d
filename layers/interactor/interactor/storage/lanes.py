"""Lanes: one for each subscription, held by one worker at a time, with what it may send and what wakes it next.

A lane is one item. Whoever writes it does so on condition that nobody has written since (`op`), and that is all the
bookkeeping there is: a wake-up that finds the lane held *touches* it, which changes nothing but the `op` and the
`wake_at`, so that the holder's next write fails, and the holder looks again for what is due before it lets go.
"""

import json
from dataclasses import dataclass, field, replace

from interactor.clock import Millis
from interactor.storage import keys
from interactor.storage.documents import pack, unpack
from interactor.storage.table import Condition, ConditionFailed, Item, Put, Table, absent
from interactor.webhooks import health as healths
from interactor.webhooks.health import Health

WINDOW: Millis = 60_000
TRIES_PER_WINDOW = 1_000
"""Reference, 'Rate Limits': webhook deliveries, a minute and subscription."""

_KEPT: Millis = 31 * 24 * 60 * 60 * 1000
"""After its last write; as long as a delivery."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A subscription's lane. The present window is the minute that begins at `window`."""

    account: str
    subscription_id: str
    worker: str = ""
    """Who holds it; nobody once `until` has passed."""
    until: Millis = 0
    wake_at: Millis = 0
    """The moment of the wake-up that is on its way, however late it is; 0 where none is known to be."""
    window: Millis = 0
    permits: int = 0
    """Tries of the present window that were taken: made, or reserved by a worker that may have died since."""
    health: Health = field(default_factory=Health)
    revision: str = ""
    """The operation that wrote it; empty while there is no item."""

    def is_held(self, now: Millis) -> bool:
        return bool(self.worker) and now < self.until

    def touched(self, revision: str) -> "Lane":
        """The lane after a wake-up has touched it, which may have been the one that was on its way."""
        return replace(self, revision=revision, wake_at=0)

    def reserve(self, wanted: int, now: Millis) -> tuple["Lane", int]:
        """The lane with up to `wanted` more permits taken of the minute, and how many they are.

        Windows only go forward, whatever the clocks of two workers say.
        """
        window = max(now - now % WINDOW, self.window)
        taken = self.permits if window == self.window else 0
        granted = min(wanted, TRIES_PER_WINDOW - taken)
        return replace(self, window=window, permits=taken + granted), granted


class LaneTouched(Exception):
    """A wake-up has come since: there may be more that is due. `lane` can be written again."""

    def __init__(self, lane: Lane) -> None:
        super().__init__(lane.subscription_id)
        self.lane = lane


class LaneTaken(Exception):
    """Another worker holds the lane, or held it meanwhile."""


class Lanes:
    """The lanes of all accounts' subscriptions."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def load(self, account: str, subscription_id: str) -> Lane:
        """As of now (strongly consistent); a free one where there is none yet."""
        item = self._table.get(keys.lane(account, subscription_id))
        return _lane_of(account, subscription_id, item) if item else Lane(account, subscription_id)

    def take(self, lane: Lane, now: Millis, op: str) -> Lane:
        """Write a lane that was free when it was loaded. Raises LaneTaken: load it again.

        Where the answer to this write was lost, it may have been touched before it is sent again: it is ours all the
        same, and nobody else would look for what is due.
        """
        try:
            return self._write(lane, now, op)
        except ConditionFailed as failure:
            found = failure.found[0]
            current = _lane_of(lane.account, lane.subscription_id, found) if found else None
            if current is None or current.worker != lane.worker:
                raise LaneTaken from failure
            return lane.touched(current.revision)

    def touch(self, lane: Lane, now: Millis, op: str) -> None:
        """Let the holder know of a wake-up.

        Nothing is to be done where another wake-up has touched it since it was loaded: the holder learns of that one.
        Raises LaneTaken if the lane has been let go, taken or held on to: load it again.
        """
        try:
            self._write(lane.touched(lane.revision), now, op)
        except ConditionFailed as failure:
            found = failure.found[0]
            current = _lane_of(lane.account, lane.subscription_id, found) if found else None
            if current is None or not current.is_held(now) or current.until != lane.until:
                raise LaneTaken from failure

    def write(self, lane: Lane, now: Millis, op: str) -> Lane:
        """Write a lane that `lane.worker` holds. Raises LaneTouched, and LaneTaken if the worker was too slow."""
        return self._write_held(lane, lane, now, op)

    def release(self, lane: Lane, now: Millis, op: str) -> None:
        """As `write`, letting go of the lane."""
        self._write_held(lane, replace(lane, worker="", until=0), now, op)

    def _write_held(self, held: Lane, after: Lane, now: Millis, op: str) -> Lane:
        try:
            return self._write(after, now, op)
        except ConditionFailed as failure:
            found = failure.found[0]
            current = _lane_of(held.account, held.subscription_id, found) if found else None
            if current is None or current.worker != held.worker:
                raise LaneTaken from failure
            raise LaneTouched(held.touched(current.revision)) from failure

    def _write(self, lane: Lane, now: Millis, op: str) -> Lane:
        item = {
            **keys.lane(lane.account, lane.subscription_id),
            "op": op,
            "worker": lane.worker,
            "until": lane.until,
            "wake_at": lane.wake_at,
            "window": lane.window,
            "permits": lane.permits,
            "health": pack(healths.to_json(lane.health)),
            "expires": (now + _KEPT) // 1000,
        }
        self._table.write([Put(item, _unchanged_since(lane))], op)
        return replace(lane, revision=op)


def waking(account: str, subscription_id: str) -> Item:
    """The attributes of an item by which the table's stream wakes a lane after the commit."""
    return {"outbox": json.dumps({"account": account, "wake": subscription_id})}


def _unchanged_since(lane: Lane) -> Condition:
    """Closes the race of two workers for a free lane, and that of a worker with the wake-ups that come meanwhile."""
    return Condition("#op = :op", {"#op": "op"}, {":op": lane.revision}) if lane.revision else absent()


def _lane_of(account: str, subscription_id: str, item: Item) -> Lane:
    return Lane(
        account=account,
        subscription_id=subscription_id,
        worker=item["worker"],
        until=item["until"],
        wake_at=item["wake_at"],
        window=item["window"],
        permits=item["permits"],
        health=healths.from_json(unpack(item["health"])),
        revision=item["op"],
    )
