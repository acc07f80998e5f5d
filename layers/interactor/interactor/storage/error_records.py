"""The errors of all instances in the table: listed newest first, and counted by the hour (docs/history.md).

An error is an item of its own, in the same four indexes as the instances, and gone after `KEPT`. It is written in one
transaction with its counters, so that it counts once however often the stream brings its commit.
"""

import heapq
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple, cast

from interactor.clock import Millis
from interactor.engine.instance import Instance
from interactor.ids import moment_of, ulid
from interactor.storage import keys
from interactor.storage.side_by_side import side_by_side
from interactor.storage.table import READ_AT_ONCE, Add, Item, Put, Table, absent

KEPT: Millis = 90 * 24 * 60 * 60 * 1000
HOUR: Millis = 60 * 60 * 1000
_ALL = 1_000_000


class ErrorRecord(NamedTuple):
    """One `error` event; `id` is the event's, `fatal` whether the instance failed of it."""

    id: str
    instance_id: str
    workflow_name: str
    version_id: str
    namespace: str
    thread: str
    state: str
    code: str
    message: str
    fatal: bool


class Asked(NamedTuple):
    """Which errors: of these namespaces (None: of all), of this workflow (None: of any), in [since, until)."""

    account: str
    namespaces: Sequence[str] | None
    workflow_name: str | None
    since: Millis
    until: Millis


class ErrorRecords:
    """The errors of all accounts; every method names the account, and finds nothing of another's."""

    def __init__(self, table: Table, shards: int = 1) -> None:
        self._table = table
        self._shards = shards

    def record(self, instance: Instance, record: ErrorRecord) -> None:
        """Keep and count an error. May be done again: the operation's id follows from the event's."""
        op = f"op_{record.id.removeprefix('evt_')}"
        partitions = keys.index_keys(instance, self._shards, keys.ERRORS)
        at = moment_of(record.id)
        item = {
            **keys.error_record(instance.account, record.id),
            **partitions,
            "id": record.id,
            "op": op,
            "instance": record.instance_id,
            "workflow": record.workflow_name,
            "version_id": record.version_id,
            "namespace": record.namespace,
            "thread": record.thread,
            "state": record.state,
            "code": record.code,
            "message": record.message,
            "fatal": int(record.fatal),
            "expires": (at + KEPT) // 1000,
        }
        until = (at + KEPT + HOUR) // 1000
        counted: Item = {"op": op, "code": record.code, "workflow": record.workflow_name, "expires": until}
        sums = [
            Add(keys.error_count(index, listed, at // HOUR, record.code, record.workflow_name), "count", 1, counted)
            for index, listed in partitions.items()
        ]
        self._table.write([Put(item, absent()), *sums], op)

    def page(self, asked: Asked, after: str | None, limit: int) -> list[ErrorRecord]:
        """Up to `limit` errors, newest first, older than the error `after`."""
        first = f"evt_{ulid(asked.since, bytes(10))}"
        last = after or f"evt_{ulid(asked.until - 1, bytes([255] * 10))}"
        if first > last:
            return []

        def read(found: tuple[str, str]) -> list[Item]:
            index, partition = found
            return self._table.query(
                partition, limit + 1, index=index, sort_key="id", between=(first, last), descending=True
            )

        pages = side_by_side(read, self._ranges(asked))
        newest_first = heapq.merge(*pages, key=lambda item: cast(str, item["id"]), reverse=True)
        newest = islice((item["id"] for item in newest_first if item["id"] != after), limit)
        wanted = [keys.error_record(asked.account, id_) for id_ in newest]
        batches = [wanted[begin : begin + READ_AT_ONCE] for begin in range(0, len(wanted), READ_AT_ONCE)]
        return [_record_of(item) for items in side_by_side(self._table.get_all, batches) for item in items if item]

    def counts(self, asked: Asked) -> Counter[tuple[str, str]]:
        """How many errors there were by (code, workflow), in all the hours that the time asked about touches."""
        first, last = asked.since // HOUR, (asked.until - 1) // HOUR

        def read(found: tuple[str, str]) -> list[Item]:
            counted, hours = keys.error_counts_of_hours(*found, first, last)
            return self._table.query(counted, _ALL, between=hours)

        sums: Counter[tuple[str, str]] = Counter()
        for items in side_by_side(read, self._ranges(asked)):
            for item in items:
                sums[item["code"], item["workflow"]] += item["count"]
        return sums

    def _ranges(self, asked: Asked) -> list[tuple[str, str]]:
        return [
            keys.index_range(asked.account, namespace, asked.workflow_name, keys.ERRORS, shard)
            for namespace in (asked.namespaces if asked.namespaces is not None else [None])
            for shard in range(self._shards)
        ]


def _record_of(item: Item) -> ErrorRecord:
    return ErrorRecord(
        id=item["id"],
        instance_id=item["instance"],
        workflow_name=item["workflow"],
        version_id=item["version_id"],
        namespace=item["namespace"],
        thread=item["thread"],
        state=item["state"],
        code=item["code"],
        message=item["message"],
        fatal=bool(item["fatal"]),
    )
