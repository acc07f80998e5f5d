"""The quota of a namespace: how many instances may be running or halted in it (reference, 'Instance Limits').

Every active instance holds a place, and a place is nothing but the instance's id in a set. Taking one is a single
conditional write; giving it back is not needed. A place is free when the instance it names has ended, which it stays,
or was never created and no longer can be: whoever finds a set full asks the instances themselves and takes out those.
So there is no count that could go wrong, whatever dies wherever, and the end of an instance costs nothing.

The places lie in cells of 50 (one item of at most 1 KB, so a write is one unit). An instance's id picks its cell; at
the default of 10,000 that is 200 partition keys, and 833 starts a second are some 4 writes a second to each.
`docs/limits.md` has the argument and the arithmetic.
"""

import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from interactor.clock import Clock, Millis
from interactor.engine.instance import LIVE
from interactor.errors import NamespaceQuotaExceeded
from interactor.ids import moment_of
from interactor.limits.rate import Submit
from interactor.storage import effects
from interactor.storage.instances import Instances
from interactor.storage.limits import Places

CELL = 50
"""Places in a cell: 50 ids of 16 bytes, the overhead of a set and the longest key are less than 1 KB."""
CREATION: Millis = 60_000
"""An instance that is not there this long after its id was minted never will be: its call ended within 30 s."""

_CELLS_TRIED = 4
"""Cells looked at before all of them are."""
_CELLS_SEARCHED = 200
"""Up to this many cells (the default quota) a free place is found wherever it is. In a larger namespace only
`_CELLS_TRIED` are looked at: with 5 % of the places free, all 200 looked at are taken once in 20,000 times.
"""
_SEARCHES, _SEARCH_SPAN = 5, 10_000
"""A process searches a namespace in vain so often in so many milliseconds; a search reads some 400 units."""
_RETRY_AFTER = 60
"""Seconds: nobody knows when an instance will end."""


class Place:
    """A place asked for on behalf of an instance that is about to be created."""

    def __init__(self, namespace: str, limit: int, cell: Future[int | None]) -> None:
        self._namespace = namespace
        self._limit = limit
        self._cell = cell
        self.kept = False

    def keep(self) -> None:
        """To be called right before the instance is created. Raises NamespaceQuotaExceeded."""
        effects.begin()
        if self._cell.result() is None:
            raise NamespaceQuotaExceeded(
                f"Namespace '{self._namespace}' has {self._limit} active instances, the most there may be",
                {"namespace": self._namespace, "limit": self._limit},
                _RETRY_AFTER,
            )
        self.kept = True

    def cell(self) -> int | None:
        """Where the place is; None where there was none."""
        return self._cell.result()


class NamespaceQuota:
    """Gives out the places of all namespaces. `limit` is how many each has; safe for threads."""

    def __init__(self, places: Places, instances: Instances, limit: int, submit: Submit, clock: Clock) -> None:
        self._places = places
        self._instances = instances
        self._limit = limit
        self._submit = submit
        self._clock = clock
        self._cells = -(-limit // CELL)
        self._in_vain: dict[tuple[str, str], deque[Millis]] = {}

    @contextmanager
    def place(self, account: str, namespace: str, instance_id: str) -> Iterator[Place]:
        """Ask for a place beside the call. Left without `keep`, it is given back."""
        place = Place(namespace, self._limit, self._submit(self._take, account, namespace, instance_id))
        try:
            yield place
        finally:
            if not place.kept and (cell := place.cell()) is not None:
                self._places.give_back(account, namespace, cell, [instance_id])

    def _take(self, account: str, namespace: str, instance_id: str) -> int | None:
        """The cell in which the instance has been given a place; None where all are held."""
        first = zlib.crc32(instance_id.encode())
        cells = [(first + step) % self._cells for step in range(self._cells)]
        for cell in cells[:_CELLS_TRIED]:
            holders = self._take_in(account, namespace, cell, instance_id)
            if holders and self._free(account, namespace, cell, holders):
                holders = self._take_in(account, namespace, cell, instance_id)
            if holders is None:
                return cell
        if not _CELLS_TRIED < self._cells <= _CELLS_SEARCHED or not self._may_search(account, namespace):
            return None
        return self._search(account, namespace, cells, instance_id)

    def _take_in(self, account: str, namespace: str, cell: int, instance_id: str) -> list[str] | None:
        return self._places.take(account, namespace, cell, instance_id, self._capacity(cell))

    def _capacity(self, cell: int) -> int:
        return min(CELL, self._limit - cell * CELL)

    def _free(self, account: str, namespace: str, cell: int, holders: list[str]) -> bool:
        """Take those out of the cell who hold their place no longer; whether there were any."""
        now = self._clock()  # before the instances are read: what is not there now, this long after, never will be
        statuses = self._instances.statuses(account, holders)
        gone = [id_ for id_ in holders if not _holds(id_, statuses.get(id_), now)]
        if gone:
            self._places.give_back(account, namespace, cell, gone)
        return bool(gone)

    def _search(self, account: str, namespace: str, cells: list[int], instance_id: str) -> int | None:
        """Look everywhere. The index says who need not be asked; whom it does not list is asked."""
        listed = self._instances.listed_as_live(account, namespace, self._limit)
        for cell, holders in self._places.holders(account, namespace, cells).items():
            suspects = [id_ for id_ in holders if id_ not in listed]
            has_room = len(holders) < self._capacity(cell)
            if not has_room and suspects:
                has_room = self._free(account, namespace, cell, suspects)
            if has_room and self._take_in(account, namespace, cell, instance_id) is None:
                return cell
        self._in_vain.setdefault((account, namespace), deque(maxlen=_SEARCHES)).append(self._clock())
        return None

    def _may_search(self, account: str, namespace: str) -> bool:
        """Not again and again in vain, or the refused calls of one account would slow the others'."""
        if len(self._in_vain) > 1_000:
            self._in_vain.clear()
        searches = self._in_vain.get((account, namespace))
        return searches is None or len(searches) < _SEARCHES or self._clock() - searches[0] >= _SEARCH_SPAN


def _holds(instance_id: str, status: str | None, now: Millis) -> bool:
    return status in LIVE if status else now - moment_of(instance_id) < CREATION
