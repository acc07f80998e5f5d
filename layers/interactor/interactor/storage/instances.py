"""Instances in the table: loaded, committed one version after the other, and listed.

An instance and its recent history are one item, so that a commit is one write and a read is one read; history that
outgrows `HISTORY_LIMIT` moves to items of its own in the same commit. What must happen after a commit is in it, as the
`outbox` attribute, and the table's stream carries it out (`services/after_commit.py`).
"""

import heapq
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, cast

from interactor.clock import Millis
from interactor.engine import instance as engine
from interactor.engine.history import Event
from interactor.engine.instance import Instance, InstanceStatus
from interactor.ids import ulid
from interactor.json_text import Json
from interactor.storage import keys
from interactor.storage.documents import DocumentGone, Documents, pack
from interactor.storage.side_by_side import side_by_side
from interactor.storage.table import Condition, ConditionFailed, Item, Put, Table, Write, absent

HISTORY_LIMIT = 100
"""Events kept in the instance's own item; beyond, all but the commit's own move out."""
HISTORY_ITEMS_READ = 4
"""Older history items that a read of the whole instance brings along, newest first."""
_ALL = 1_000_000
"""Entries of an index range, which has fewer."""


class Outbox(NamedTuple):
    """What the stream has to carry out after this commit."""

    advance_at: Millis | None = None
    """Drive the instance on at this moment, if it still is at this version then."""
    news: bool = False
    """Some of the commit's events are for others to hear of."""
    remove_files_at: Millis | None = None
    """Remove the instance's files at this moment."""
    discard: str | None = None
    """An S3 object that this commit has replaced."""


class Stored(NamedTuple):
    """An instance as committed. `first` is the number of the oldest event in `events`; older ones have moved out."""

    instance: Instance
    version: int
    events: tuple[Event, ...]
    first: int = 0
    document_at: str | None = None
    fresh: int = 0
    """How many of the events came with this commit."""

    @property
    def news(self) -> list[tuple[int, Event]]:
        """The events that came with this commit, each with its number."""
        end = self.first + len(self.events)
        return list(enumerate(self.events[len(self.events) - self.fresh :], end - self.fresh))


class Summary(NamedTuple):
    """A line of a list."""

    id: str
    namespace: str
    workflow_name: str
    version_id: str
    status: InstanceStatus
    current_state: str


class VersionConflict(Exception):
    """Another commit came first; `winner` is what it left."""

    def __init__(self, winner: Stored) -> None:
        super().__init__(f"{winner.instance.id} is at version {winner.version}")
        self.winner = winner


class ClaimTaken(Exception):
    """The idempotency record that the commit was to write has been written, or closed, by another request."""


class Instances:
    """The instances of all accounts; every method names the account, and finds nothing of another's."""

    def __init__(self, table: Table, documents: Documents, shards: int = 1) -> None:
        self._table = table
        self._documents = documents
        self._shards = shards

    def load(self, account: str, instance_id: str) -> Stored | None:
        """The instance as last committed (strongly consistent, one read)."""
        item = self._table.get(keys.instance(account, instance_id))
        return self.stored(account, _named(instance_id, item))

    def load_with(self, account: str, instance_id: str, other: keys.Key) -> tuple[Stored | None, Item | None]:
        """The instance, and another item in the same round trip."""
        item, found = self._table.get_all([keys.instance(account, instance_id), other])
        return self.stored(account, _named(instance_id, item)), found

    def load_with_history(self, account: str, instance_id: str) -> Stored | None:
        """The instance with as much of its older history as one round trip brings (`HISTORY_ITEMS_READ` items)."""
        key = keys.instance(account, instance_id)
        items = self._table.query(key["pk"], HISTORY_ITEMS_READ + 1, descending=True)
        if not items or items[0]["sk"] != key["sk"]:
            return None
        stored = self.stored(account, _named(instance_id, items[0]))
        if stored is None:
            return None
        chunks = [self._documents.read(item) for item in reversed(items[1:])]
        events = tuple(event for chunk in chunks for event in chunk["events"]) + stored.events
        return Stored(stored.instance, stored.version, events, stored.first - len(events) + len(stored.events))

    def commit(
        self,
        before: Stored | None,
        instance: Instance,
        events: Sequence[Event],
        op: str,
        outbox: Outbox | None = None,
        claim: Write | None = None,
    ) -> Stored:
        """Write the next version of an instance (the first, if `before` is None) with its new events, and a claim with
        it.

        `op` is an id of this attempt, the same when it is tried again. Raises VersionConflict, ClaimTaken.
        """
        kept, moved = _divide(before, events)
        first = before.first + len(moved) if before else 0
        after = Stored(instance, before.version + 1 if before else 1, (*kept, *events), first, fresh=len(events))
        item, document_at = self._item(after, op, before.document_at if before else None, outbox)
        writes: list[Write] = [Put(item, _version_is(before.version) if before else absent())]
        if moved and before:
            writes.append(self._moved(before, moved, op))
        if claim:
            writes.append(claim)
        try:
            self._table.write(writes, op)
        except ConditionFailed as failure:
            self._documents.discard_of(writes)
            if 0 not in failure.found:
                raise ClaimTaken from failure
            winner = self.stored(instance.account, _named(instance.id, failure.found[0]))
            if winner is None:
                raise  # nobody deletes instances, and two have the same tail once in 2^80 pairs
            raise VersionConflict(winner) from failure
        return after._replace(document_at=document_at)

    def page(
        self,
        account: str,
        namespaces: Iterable[str] | None,
        workflow_name: str | None,
        classes: Iterable[str],
        after: str | None,
        limit: int,
    ) -> list[Summary]:
        """Up to `limit` instances, newest first, created before the instance `after`.

        `namespaces` None means all; `classes` are those of `keys.STATUS_CLASSES`. Reads one index range for each
        combination, side by side, and merges them: work grows with `limit`, never with the number of instances.
        """
        ranges = [
            keys.index_range(account, namespace, workflow_name, status, shard)
            for namespace in (namespaces if namespaces is not None else [None])
            for status in classes
            for shard in range(self._shards)
        ]

        def read(found: tuple[str, str]) -> list[Item]:
            index, partition = found
            return self._table.query(partition, limit, index=index, sort_key="id", after=after, descending=True)

        newest_first = heapq.merge(*side_by_side(read, ranges), key=lambda item: cast(str, item["id"]), reverse=True)
        return [_summary(item) for item in islice(_each_once(newest_first), limit)]

    def live_created_between(self, account: str, begin: Millis, end: Millis) -> Iterator[str]:
        """The ids of the running and halted instances that were created in [begin, end)."""
        first, last = f"inst_{ulid(begin, bytes(10))}", f"inst_{ulid(end - 1, bytes([255] * 10))}"
        for status in keys.LIVE_CLASSES:
            for shard in range(self._shards):
                index, partition = keys.index_range(account, None, None, status, shard)
                found = self._table.query(partition, _ALL, index=index, sort_key="id", between=(first, last))
                yield from (item["id"] for item in found)

    def statuses(self, account: str, places: Sequence[str]) -> dict[str, InstanceStatus]:
        """For each place, the status of the instance that has its tail (strongly consistent); those without an instance
        are left out.
        """
        items = self._table.get_all([keys.instance(account, place) for place in places], only=("status",))
        return {place: item["status"] for place, item in zip(places, items, strict=True) if item}

    def listed_as_live(self, account: str, namespace: str, at_most: int) -> set[str]:
        """The instances that the index lists as running or halted: as good as now, but not quite."""
        found: set[str] = set()
        for status in keys.LIVE_CLASSES:
            for shard in range(self._shards):
                index, partition = keys.index_range(account, namespace, None, status, shard)
                found |= {item["id"] for item in self._table.query(partition, at_most, index=index, sort_key="id")}
        return found

    def stored(self, account: str, item: Item | None) -> Stored | None:
        """An item of the table as what it stands for."""
        if item is None:
            return None
        try:
            document = self._documents.read(item)
        except DocumentGone:
            current = self._table.get(keys.instance(account, item["id"]))
            if current is None or current["version"] == item["version"]:
                raise
            return self.stored(account, current)
        return _read(document, item, account)

    def committed(self, account: str, image: Item) -> Stored | None:
        """What a record of the table's stream stands for.

        None when its document is gone: a later commit has discarded it, which the stream brings after this one, so this
        one has been followed up already.
        """
        try:
            return _read(self._documents.read(image), image, account)
        except DocumentGone:
            return None

    def _item(self, after: Stored, op: str, replaced: str | None, outbox: Outbox | None) -> tuple[Item, str | None]:
        instance = after.instance
        document = {
            **engine.to_json(instance), "first": after.first, "fresh": after.fresh, "events": list(after.events),
        }  # fmt: skip
        placed = self._documents.place(pack(document), f"instances/{instance.account}/{instance.id}/{op}")
        item = {
            **keys.instance(instance.account, instance.id),
            **keys.index_keys(instance, self._shards),
            "id": instance.id,
            "namespace": instance.namespace,
            "workflow": instance.workflow_name,
            "version_id": instance.version_id,
            "status": instance.status,
            "state": instance.current_state,
            "version": after.version,
            "op": op,
            **placed,
        }
        halts = [thread.entered_at for thread in instance.threads if thread.status == "halted"]
        if halts:
            item["halted_at"] = min(halts)
        pending = _outbox_json(outbox, replaced)
        if pending:
            item["outbox"] = json.dumps({"account": instance.account, **pending})
        return item, placed.get("document_at")

    def _moved(self, before: Stored, events: Sequence[Event], op: str) -> Put:
        """With the data after them, from which the data at each of them can be told without reading what follows."""
        account, instance_id = before.instance.account, before.instance.id
        document = {"events": list(events), "data": before.instance.data}
        placed = self._documents.place(pack(document), f"history/{account}/{instance_id}/{before.first:08d}-{op}")
        return Put({**keys.history(account, instance_id, before.first), "op": op, **placed}, absent())


def _divide(before: Stored | None, events: Sequence[Event]) -> tuple[Sequence[Event], Sequence[Event]]:
    """(older events that stay in the item, those that move out: too many, or the item did not hold its document)."""
    if before is None:
        return (), ()
    if len(before.events) + len(events) > HISTORY_LIMIT or before.document_at:
        return (), before.events
    return before.events, ()


def _named(instance_id: str, item: Item | None) -> Item | None:
    """The item, if it is of this instance and not of one whose id has the same tail."""
    return item if item and item["id"] == instance_id else None


def _read(document: Json, item: Item, account: str) -> Stored:
    found = engine.from_json(
        document,
        id=item["id"],
        account=account,
        namespace=item["namespace"],
        workflow_name=item["workflow"],
        version_id=item["version_id"],
    )
    events = tuple(document["events"])
    return Stored(found, item["version"], events, document["first"], item.get("document_at"), document["fresh"])


def _version_is(version: int) -> Condition:
    """Closes the race of two workers that both loaded this version: one of them commits the next."""
    return Condition("#version = :version", {"#version": "version"}, {":version": version})


def _outbox_json(outbox: Outbox | None, replaced: str | None) -> dict[str, Json]:
    pending: dict[str, Json] = {}
    if outbox and outbox.advance_at is not None:
        pending["advance_at"] = outbox.advance_at
    if outbox and outbox.news:
        pending["news"] = True
    if outbox and outbox.remove_files_at is not None:
        pending["remove_files_at"] = outbox.remove_files_at
    if replaced:
        pending["discard"] = replaced
    return pending


def _each_once(items: Iterable[Item]) -> Iterable[Item]:
    """An instance that changed status while its ranges were read may stand in two of them."""
    last = None
    for item in items:
        if item["id"] != last:
            yield item
        last = item["id"]


def _summary(item: Item) -> Summary:
    return Summary(item["id"], item["namespace"], item["workflow"], item["version_id"], item["status"], item["state"])
