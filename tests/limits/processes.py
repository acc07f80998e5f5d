"""Processes that share a namespace's quota, over places and instances in memory that notice one too many."""

import random
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from interactor.errors import NamespaceQuotaExceeded
from interactor.ids import Ids, tail_of
from interactor.limits.quota import NamespaceQuota, Place
from tests.fakes import FakeClock, at_once

LONGEST_INVOCATION = 60_000


class StillClock(FakeClock):
    """Time that passes only when told to."""

    def __call__(self) -> int:
        return self.now


class AnswerLost(Exception):
    """The write was made, and nobody knows."""


class Cells:
    """The places in the table, and how often they were written to."""

    def __init__(self) -> None:
        self.cells: dict[int, set[str]] = {}
        self.writes = 0
        self.loses_answers = False
        self._lock = threading.Lock()

    def take(self, account: str, namespace: str, cell: int, places: list[str], capacity: int) -> list[str] | None:
        with self._lock:
            self.writes += 1
            there = self.cells.setdefault(cell, set())
            assert 0 < len(places) <= capacity
            if len(there) + len(places) > capacity:
                return sorted(there)
            there.update(places)
        if self.loses_answers:
            raise AnswerLost
        return None

    def give_back(self, account: str, namespace: str, cell: int, places: Sequence[str]) -> None:
        with self._lock:
            self.writes += 1
            self.cells[cell].difference_update(places)

    def taken(self, account: str, namespace: str, cells: Sequence[int]) -> dict[int, list[str]]:
        with self._lock:
            return {cell: sorted(self.cells.get(cell, ())) for cell in cells}


class Created:
    """The instances in the table. Fails when there is one active too many."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.statuses_: dict[str, str] = {}
        self.active: set[str] = set()
        self.unlisted: set[str] = set()
        """Active ones that the index does not have yet."""
        self._lock = threading.Lock()

    def create(self, instance_id: str) -> None:
        with self._lock:
            assert tail_of(instance_id) not in self.statuses_, "two of one place"
            self.statuses_[tail_of(instance_id)] = "halted"
            self.active.add(instance_id)
            assert len(self.active) <= self.limit

    def end(self, instance_id: str) -> None:
        with self._lock:
            self.statuses_[tail_of(instance_id)] = "completed"
            self.active.remove(instance_id)

    def statuses(self, account: str, places: Sequence[str]) -> dict[str, str]:
        with self._lock:
            return {place: self.statuses_[tail_of(place)] for place in places if tail_of(place) in self.statuses_}

    def listed_as_live(self, account: str, namespace: str, at_most: int) -> set[str]:
        with self._lock:
            return self.active - self.unlisted


@dataclass
class Service:
    """Processes that share a table."""

    limit: int
    clock: FakeClock = field(default_factory=StillClock)
    cells: Cells = field(default_factory=Cells)
    submitted: int = 0
    """Threads that were asked for."""

    def __post_init__(self) -> None:
        self.created = Created(self.limit)
        self.ids = Ids(random.Random(0).randbytes)

    def process(self, clock: Any = None) -> NamespaceQuota:
        created: Any = self.created
        cells: Any = self.cells
        return NamespaceQuota(cells, created, self.limit, self._submit, clock or self.clock, self.ids)

    def _submit(self, function: Any, *arguments: Any) -> Future[Any]:
        self.submitted += 1
        return at_once(function, *arguments)

    def start(self, process: NamespaceQuota, namespace: str = "user_1") -> str | None:
        """The instance that was created, if there was a place."""
        with process.place("acme", namespace) as place, suppress(NamespaceQuotaExceeded):
            place.keep()
            self.created.create(place.instance_id)
        return place.instance_id if place.kept else None

    def starts(self, process: NamespaceQuota, count: int) -> list[str]:
        """Those of so many starts that had a place."""
        return [found for _ in range(count) if (found := self.start(process))]


def asked_for(process: NamespaceQuota) -> Place:
    """A call that asks for a place and does not use it."""
    with process.place("acme", "user_1") as place:
        pass
    return place
