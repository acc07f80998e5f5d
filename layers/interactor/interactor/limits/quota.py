"""The quota of a namespace: how many instances may be running or halted in it (reference, 'Instance Limits').

Every active instance holds a place, and a place is nothing but a ULID in a set. The instance's own id has the same ten
random bytes, so a place says which instance it is for. Taking places is a single conditional write; giving them back is
not needed. A place is free once its instance has ended, or if its instance was never created and no longer can be:
whoever finds a set full reads the instances themselves and removes such places. So there is no count that could go
wrong, whatever dies, and the end of an instance costs nothing.

A process that starts many instances takes places ahead of use, so that most starts ask nobody. The places lie in cells
of 50 (one item of at most 1 KB, so a write is one unit); a place's id picks the cell. At the default of 10,000 that is
200 partition keys. `docs/limits.md` has the argument and the arithmetic.
"""

import threading
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from interactor.clock import Clock, Millis
from interactor.engine.instance import LIVE
from interactor.errors import NamespaceQuotaExceeded
from interactor.ids import Ids, moment_of, tail_of, with_tail_of
from interactor.limits.rate import Submit
from interactor.storage import effects
from interactor.storage.instances import Instances
from interactor.storage.limits import Places

CELL = 50
"""Places in a cell: 50 ids of 16 bytes, the overhead of a set and the longest key are less than 1 KB."""
AHEAD: Millis = 20_000
"""A place may be used so long after it was taken, so that it is known how late its instance may come (`CREATION`)."""
CREATION: Millis = 120_000
"""An instance that is not there this long after its place was taken never will be: a call began at most `AHEAD` later,
no invocation that starts instances lasts longer than 60 s (template.yaml), and clocks differ by less than the rest.
"""

_BLOCKS_IN_A_LIMIT = 200
"""A block is at most this part of the limit: what a process takes and never uses is missing for `CREATION`. Limits
below 400 are given out one by one.
"""
_NAMESPACES = 1_000
"""A process remembers so many, those that were asked for last."""
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


class Block(NamedTuple):
    """Places that were taken in one write."""

    cell: int
    places: list[str]


@dataclass(slots=True)
class Stock:
    """What a process knows of a namespace, and the places it has taken there ahead of use."""

    account: str
    namespace: str
    ahead: deque[str] = field(default_factory=deque)
    taken_at: Millis = 0
    """When places were last asked for."""
    size: int = 0
    """How many there were of them."""
    searched_in_vain: deque[Millis] = field(default_factory=lambda: deque(maxlen=_SEARCHES))

    def use(self, now: Millis) -> str | None:
        """A place taken ahead, if there is one that may be used now."""
        while self.ahead:
            place = self.ahead.popleft()
            if 0 <= now - moment_of(place) <= AHEAD:  # below 0 a clock was set back, and who knows by how much
                return place
        return None

    def next_size(self, now: Millis, largest: int) -> int:
        """How many places to take now: twice as many as the last time, if that was not long ago."""
        is_soon = 0 <= now - self.taken_at <= AHEAD
        self.taken_at = now
        return max(1, min(2 * self.size, largest)) if is_soon else 1

    def receive(self, places: list[str]) -> None:
        """Add a block, whose first place is already in use. Where there was little room the next one is small too."""
        self.size = len(places)
        self.ahead.extend(places[1:])


class Place:
    """A place asked for on behalf of an instance that is about to be created with this id."""

    def __init__(self, namespace: str, limit: int, instance_id: str, asked: Future[Block | None] | None) -> None:
        self._namespace = namespace
        self._limit = limit
        self._asked = asked
        self.instance_id = instance_id
        self.kept = False

    def keep(self) -> None:
        """To be called right before the instance is created. Raises NamespaceQuotaExceeded."""
        effects.begin()
        if self._asked and self._asked.result() is None:
            raise NamespaceQuotaExceeded(
                f"Namespace '{self._namespace}' has {self._limit} active instances, the most there may be",
                {"namespace": self._namespace, "limit": self._limit},
                _RETRY_AFTER,
            )
        self.kept = True


class NamespaceQuota:
    """Gives out the places of all namespaces. `limit` is how many each has; safe for threads."""

    def __init__(
        self, places: Places, instances: Instances, limit: int, submit: Submit, clock: Clock, ids: Ids
    ) -> None:
        self._places = places
        self._instances = instances
        self._limit = limit
        self._submit = submit
        self._clock = clock
        self._ids = ids
        self._cells = -(-limit // CELL)
        self._largest = min(CELL, limit // _BLOCKS_IN_A_LIMIT)
        self._lock = threading.Lock()
        self._stocks: dict[tuple[str, str], Stock] = {}

    @contextmanager
    def place(self, account: str, namespace: str) -> Iterator[Place]:
        """Give a place that was taken ahead, or ask for places beside the call. Left without `keep`, it is there for
        the next start, or given back if it was taken alone.
        """
        with self._lock:
            now = self._clock()
            stock = self._stock(account, namespace)
            place_id = stock.use(now)
            size = stock.next_size(now, self._largest) if place_id is None else 0
        new = [self._ids.new("place", now) for _ in range(size)]
        asked: Future[Block | None] | None = self._submit(self._take_ahead, stock, new) if new else None
        place_id = place_id or new[0]
        place = Place(namespace, self._limit, with_tail_of(place_id, "inst", now), asked)
        try:
            yield place
        finally:
            if not place.kept:
                self._put_back(stock, place_id, asked)

    def _stock(self, account: str, namespace: str) -> Stock:
        stock = self._stocks.pop((account, namespace), None) or Stock(account, namespace)
        self._stocks[account, namespace] = stock
        if len(self._stocks) > _NAMESPACES:
            del self._stocks[next(iter(self._stocks))]
        return stock

    def _put_back(self, stock: Stock, place_id: str, asked: Future[Block | None] | None) -> None:
        block = asked.result() if asked else None
        if block and len(block.places) == 1:
            self._places.give_back(stock.account, stock.namespace, block.cell, block.places)
        elif block or not asked:
            with self._lock:
                stock.ahead.append(place_id)

    def _take_ahead(self, stock: Stock, places: list[str]) -> Block | None:
        """Take the first of these places for the call and as many more as may be; None where all are taken."""
        block = self._take(stock, places)
        with self._lock:
            stock.receive(block.places if block else [])
        return block

    def _take(self, stock: Stock, places: list[str]) -> Block | None:
        for cell in self._cells_from(places[0], _CELLS_TRIED):
            if taken := self._take_in(stock, cell, places):
                return Block(cell, taken)
        if not _CELLS_TRIED < self._cells <= _CELLS_SEARCHED or not self._may_search(stock):
            return None
        return self._search(stock, places[0])

    def _cells_from(self, place: str, count: int) -> list[int]:
        first = zlib.crc32(place.encode())
        return [(first + step) % self._cells for step in range(min(count, self._cells))]

    def _take_in(self, stock: Stock, cell: int, places: list[str]) -> list[str]:
        """Those of these places for which the cell has room; where it has none, it is made if that can be."""
        capacity = self._capacity(cell)
        wanted = places[:capacity]
        others = self._places.take(stock.account, stock.namespace, cell, wanted, capacity)
        if others is None:
            return wanted
        room = capacity - len(others)
        if room <= 0:
            room += self._free(stock, cell, others)
        wanted = wanted[: max(0, room)]
        if wanted and self._places.take(stock.account, stock.namespace, cell, wanted, capacity) is None:
            return wanted
        return []

    def _capacity(self, cell: int) -> int:
        return min(CELL, self._limit - cell * CELL)

    def _free(self, stock: Stock, cell: int, places: list[str]) -> int:
        """Take those out of the cell that are no longer held; how many there were."""
        now = self._clock()  # before the instances are read: what is not there now, this long after, never will be
        statuses = self._instances.statuses(stock.account, places)
        gone = [place for place in places if not _is_held(place, statuses.get(place), now)]
        if gone:
            self._places.give_back(stock.account, stock.namespace, cell, gone)
        return len(gone)

    def _search(self, stock: Stock, place: str) -> Block | None:
        """Look everywhere. The index says who need not be asked; whom it does not list is asked."""
        listed = {tail_of(id_) for id_ in self._instances.listed_as_live(stock.account, stock.namespace, self._limit)}
        cells = self._cells_from(place, self._cells)
        for cell, taken in self._places.taken(stock.account, stock.namespace, cells).items():
            suspects = [other for other in taken if tail_of(other) not in listed]
            has_room = len(taken) < self._capacity(cell) or (suspects and self._free(stock, cell, suspects))
            if has_room and self._take_in(stock, cell, [place]):
                return Block(cell, [place])
        stock.searched_in_vain.append(self._clock())
        return None

    def _may_search(self, stock: Stock) -> bool:
        """Not again and again in vain, or the refused calls of one account would slow the others'."""
        searches = stock.searched_in_vain
        return len(searches) < _SEARCHES or self._clock() - searches[0] >= _SEARCH_SPAN


def _is_held(place: str, status: str | None, now: Millis) -> bool:
    return status in LIVE if status else now - moment_of(place) < CREATION
