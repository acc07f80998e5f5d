"""Where moments rest that lie too far ahead for a queue's delay: one item each, under the minute it is due in.

A minute is spread over `SHARDS` partitions, so that 100,000 timers due together are written and read without a hot key.
Nothing is ever looked for: the sweep reads each minute once, when it comes near, and the table's TTL removes what has
been read, free of charge. A timer names the version it was set for, so one that has been overtaken does nothing; it is
never taken back.
"""

import concurrent.futures
import zlib
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from interactor.clock import Millis
from interactor.storage.keys import SWEEP, timers
from interactor.storage.table import Condition, ConditionFailed, Put, Table, absent

SHARDS = 8
"""Partitions of a minute: 8 times 500 writes a second takes 240,000 timers a minute, all due in one."""
MINUTE: Millis = 60_000

ANY_VERSION = 0
"""Versions begin at 1: a timer of this one is about its subject whatever its version."""

Purpose: TypeAlias = Literal["advance", "deliver", "remove_files"]
"""What is done when a timer comes due: an instance is driven on; what is due to a webhook subscription is delivered;
the files of an instance that ended are removed."""

_PAGE = 1_000
_KEPT_SECONDS = 24 * 60 * 60
"""How long a timer outlives its moment, for a sweep that has been down."""


class Timer(NamedTuple):
    """Something is to be done about `subject` (the id of an instance or a subscription) at `due_at`.

    Of an instance that is driven on, only if it still is at this version then.
    """

    account: str
    subject: str
    version: int
    due_at: Millis
    purpose: Purpose = "advance"


class Timers:
    """The resting timers of all accounts."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def rest(self, timer: Timer, op: str) -> None:
        """Lay a timer down. Again with the same timer, nothing changes."""
        shard = zlib.crc32(timer.subject.encode()) % SHARDS
        item = {
            **timers(timer.due_at // MINUTE, shard, timer.due_at, timer.subject, timer.version, timer.purpose),
            "op": op,
            "account": timer.account,
            "id": timer.subject,
            "version": timer.version,
            "due_at": timer.due_at,
            "purpose": timer.purpose,
            "expires": timer.due_at // 1000 + _KEPT_SECONDS,
        }
        self._table.write([Put(item)], op)

    def due_in(self, minute: int) -> Iterator[Timer]:
        """All timers of one minute (since 1970), its partitions read side by side."""
        with concurrent.futures.ThreadPoolExecutor(SHARDS) as pool:
            for found in pool.map(lambda shard: list(self._of_shard(minute, shard)), range(SHARDS)):
                yield from found

    def swept_to(self) -> int | None:
        """The last minute that was swept completely; None before the first sweep."""
        item = self._table.get(SWEEP)
        return item["minute"] if item else None

    def mark_swept(self, minute: int, before: int | None, op: str) -> bool:
        """Note that all up to `minute` is swept. False if another sweep has been here since `before` was read."""
        unchanged = (
            absent() if before is None else Condition("#minute = :before", {"#minute": "minute"}, {":before": before})
        )
        try:
            self._table.write([Put({**SWEEP, "op": op, "minute": minute}, unchanged)], op)
        except ConditionFailed:
            return False
        return True

    def _of_shard(self, minute: int, shard: int) -> Iterator[Timer]:
        partition, after = timers(minute, shard, 0, "", 0, "")["pk"], None
        while True:
            items = self._table.query(partition, _PAGE, after=after)
            yield from (
                Timer(item["account"], item["id"], item["version"], item["due_at"], item["purpose"]) for item in items
            )
            if len(items) < _PAGE:
                return
            after = items[-1]["sk"]
