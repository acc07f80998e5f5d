"""Statistics of workflows in the table, and who has waited longest, from the index that lists use."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from interactor.clock import Millis
from interactor.ids import moment_of
from interactor.metrics.commits import Commit
from interactor.metrics.statistics import Statistics
from interactor.storage import keys
from interactor.storage.documents import pack, unpack
from interactor.storage.side_by_side import side_by_side
from interactor.storage.table import Condition, ConditionFailed, Item, Put, Table, absent

SCANNED = 200
"""Instances that a search for the longest wait looks at."""
_WAITING = ("halted", "awaiting")


@dataclass(frozen=True, slots=True)
class Wait:
    """An instance that waits for an answer. `at_least` if the search ended before it could be sure that none waits
    longer.
    """

    instance_id: str
    state: str
    since: Millis
    at_least: bool


class WorkflowStatistics:
    """The statistics of each workflow: one item, rewritten once per batch of commits."""

    def __init__(self, table: Table, shards: int = 1) -> None:
        self._table = table
        self._shards = shards
        self._named: frozenset[bytes] = frozenset()
        self._is_full = False

    def get(self, account: str, workflow_name: str) -> Statistics:
        """Those of a workflow that nothing has been counted of are empty."""
        return _read(self._table.get(keys.statistics(account, workflow_name)))

    def count(self, account: str, workflow_name: str, commits: Sequence[Commit], now: Millis, op: str) -> list[Commit]:
        """Count commits of one workflow; those that had not been counted are returned. May be done again."""
        key = keys.statistics(account, workflow_name)
        item = self._table.get(key)
        while True:  # a try is lost only to another's that was not
            statistics = _read(item)
            fresh = statistics.count(commits, now)
            if not fresh:
                return []
            changed = {**key, "op": op, "document": pack(statistics.to_json())}
            try:
                self._table.write([Put(changed, _op_is(item["op"]) if item else absent())], op)
            except ConditionFailed as failure:
                item = failure.found[0]
            else:
                return fresh

    def is_named(self, account: str, workflow_name: str, capacity: int) -> bool:
        """Whether a workflow is one of the first `capacity` in the deployment that asked this. Once named, always."""
        member = f"{account}/{workflow_name}".encode()
        if member in self._named:
            return True
        if self._is_full or capacity <= 0:
            return False
        others = self._table.add_members(keys.NAMED_WORKFLOWS, "names", [member], capacity)
        if others is None:
            self._named |= {member}
            return True
        self._named, self._is_full = others, True
        return False

    def longest_wait(self, account: str, workflow_name: str) -> Wait | None:
        """The instance of this workflow that has waited longest for an answer.

        Looks at the waiting ones in the order of their creation. None has waited for longer than it exists, so the
        search is over at the first that is younger than the longest wait found; at the latest after `SCANNED` ones.
        """
        longest: Item | None = None
        for scanned, item in enumerate(self._waiting(account, workflow_name, SCANNED)):
            if longest and moment_of(item["id"]) >= longest["halted_at"]:
                break
            if scanned == SCANNED:
                return _wait(longest, at_least=True)
            if longest is None or item["halted_at"] < longest["halted_at"]:
                longest = item
        return _wait(longest, at_least=False)

    def _waiting(self, account: str, workflow_name: str, at_most: int) -> Iterator[Item]:
        """One more than at most, so that it shows whether there are more."""
        ranges = [
            keys.index_range(account, None, workflow_name, status, shard)
            for status in _WAITING
            for shard in range(self._shards)
        ]

        def read(found: tuple[str, str]) -> list[Item]:
            index, partition = found
            return self._table.query(partition, at_most + 1, index=index, sort_key="id")

        return iter(heapq.merge(*side_by_side(read, ranges), key=lambda item: cast(str, item["id"])))


def _read(item: Item | None) -> Statistics:
    return Statistics.from_json(unpack(item["document"])) if item else Statistics()


def _op_is(op: str) -> Condition:
    """Closes the race of two functions that count commits of one workflow: both had read what this operation wrote."""
    return Condition("#op = :op", {"#op": "op"}, {":op": op})


def _wait(item: Item | None, at_least: bool) -> Wait | None:
    return Wait(item["id"], item["state"], item["halted_at"], at_least) if item else None
