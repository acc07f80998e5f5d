"""Webhook deliveries: what is sent to a subscription, every try at it, and which are due when.

A delivery is two items. The *record* has the payload as sent and the tries so far; the *marker* says when it is to be
tried, in a partition of its subscription that is read in the order of time. A marker counts only if it says what the
record says: any other is a left-over, and whoever meets it removes it. So no transaction is needed, and a crash between
any two of these writes loses nothing:

    new       record, marker                  without its marker: the stream brings the event again, which adds it
    retried   new marker, record, old marker  without the record: the old marker still counts, and the try is repeated
    over      record, marker                  the marker is a left-over

Both items, and the payload where it is in S3, expire `KEPT` after the event.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from interactor.clock import Millis
from interactor.ids import is_id, moment_of, ulid
from interactor.json_text import Json
from interactor.storage import keys
from interactor.storage.documents import Documents, pack, unpack
from interactor.storage.lanes import waking
from interactor.storage.side_by_side import side_by_side
from interactor.storage.table import READ_AT_ONCE, Condition, ConditionFailed, Delete, Item, Put, Table, absent

KEPT: Millis = 31 * 24 * 60 * 60 * 1000
"""A day longer than a dead delivery is promised to be kept; it may live for hours first. The bucket keeps payloads a
day longer still (template.yaml).
"""
ATTEMPTS_KEPT = 30
"""Tries that a record tells of, the latest: with their answers they still fit the item, beside its payload."""

_END_OF_TIME: Millis = 9_999_999_999_999

DeliveryStatus: TypeAlias = Literal["pending", "delivered", "dead"]
DELIVERY_STATUSES: tuple[DeliveryStatus, ...] = ("pending", "delivered", "dead")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try. `error` is None where it succeeded, `status_code` where no answer came."""

    attempt: int
    """Counted from 1, over all series of tries."""
    at: Millis
    status_code: int | None
    duration_ms: Millis
    error: str | None
    response: str | None
    """The first of the answer's body."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one subscription. The moment of the event is in its id (`ids.moment_of`)."""

    id: str
    account: str
    subscription_id: str
    event: str
    status: DeliveryStatus
    next_at: Millis | None
    """When it is to be tried; None once it is delivered or dead."""
    placed_payload: Item
    """Where the payload is; `Deliveries.payload` reads it."""
    tries: int = 0
    """Tries of the present series; a replay begins another."""
    attempts: tuple[Attempt, ...] = ()
    revision: str = ""
    """The operation that wrote it; the next change is made on condition that it still is the last."""


@dataclass(frozen=True, slots=True)
class Marker:
    """Says that a delivery is to be tried at `due_at`."""

    due_at: Millis
    delivery_id: str


class DeliveryChanged(Exception):
    """Somebody else has changed the delivery since it was read."""


class Deliveries:
    """The deliveries of all accounts; every method names the account, and finds nothing of another's."""

    def __init__(self, table: Table, documents: Documents, shards: int = 1) -> None:
        """`shards` are the partitions that a subscription's markers and lists are spread over (`IndexShards`)."""
        self._table = table
        self._documents = documents
        self._shards = shards

    def create(
        self, account: str, subscription_id: str, delivery_id: str, event: str, payload: str, due_at: Millis, op: str
    ) -> Delivery:
        """A pending delivery, to be tried at `due_at`; again with the same id, the delivery as it is by now.

        The id is chosen by what the delivery is about, so that an event that comes again finds its delivery.
        """
        delivery = self._placed(account, subscription_id, delivery_id, event, payload, due_at, op)
        try:
            self._table.write([Put(self._item_of(delivery, op), absent())], op)
        except ConditionFailed as failure:
            found = failure.found[0]
            if found is None:
                raise
            delivery = _delivery_of(account, found)
        if delivery.next_at is not None and not delivery.tries:
            self._table.write([self._marker(delivery, delivery.next_at, op)], op)
        return delivery

    def create_awake(
        self, account: str, subscription_id: str, delivery_id: str, event: str, payload: str, now: Millis, op: str
    ) -> Delivery:
        """A new delivery that no event of the stream would bring again: all in one commit, which wakes its lane."""
        delivery = self._placed(account, subscription_id, delivery_id, event, payload, now, op)
        record = Put(self._item_of(delivery, op) | waking(account, subscription_id), absent())
        self._table.write([record, self._marker(delivery, now, op)], op)
        return delivery

    def replay(self, before: Delivery, now: Millis, op: str) -> Delivery:
        """A new series of tries of a delivery that is over, at once. Raises DeliveryChanged."""
        after = replace(before, status="pending", next_at=now, tries=0, revision=op)
        item = self._item_of(after, op) | waking(after.account, after.subscription_id)
        try:
            self._table.write([Put(item, _unchanged_since(before)), self._marker(after, now, op)], op)
        except ConditionFailed as failure:
            raise DeliveryChanged(before.id) from failure
        return after

    def retry(self, before: Delivery, attempt: Attempt, next_at: Millis, op: str) -> Delivery:
        """Note a try that failed, to be made again at `next_at`. Raises DeliveryChanged."""
        after = replace(_noted(before, attempt, op), next_at=next_at)
        self._table.write([self._marker(after, next_at, op)], op)
        self._replace(before, after, op)
        return after

    def finish(self, before: Delivery, attempt: Attempt | None, status: DeliveryStatus, op: str) -> Delivery:
        """Note the last try, or that there will be none any more. Raises DeliveryChanged."""
        after = _noted(before, attempt, op) if attempt else replace(before, revision=op)
        after = replace(after, status=status, next_at=None)
        self._replace(before, after, op)
        return after

    def get(self, account: str, delivery_id: str, now: Millis) -> Delivery | None:
        """The delivery as of now (strongly consistent)."""
        if not is_id("del", delivery_id) or moment_of(delivery_id) + KEPT <= now:
            return None
        item = self._table.get(keys.delivery(account, delivery_id))
        return _delivery_of(account, item) if item else None

    def get_all(self, account: str, ids: Sequence[str]) -> list[Delivery | None]:
        """The deliveries as of now (strongly consistent), in the order of the ids."""
        items = self._table.get_all([keys.delivery(account, id_) for id_ in ids])
        return [_delivery_of(account, item) if item else None for item in items]

    def payload(self, delivery: Delivery) -> str:
        """The body of every try at it."""
        text: str = self._documents.read(delivery.placed_payload)
        return text

    def page(
        self,
        account: str,
        subscription_ids: Sequence[str],
        statuses: Sequence[DeliveryStatus],
        since: Millis,
        after: str | None,
        limit: int,
    ) -> list[Delivery]:
        """Up to `limit` deliveries of events since a moment, newest first, older than the delivery `after`.

        One index range for each subscription, status and shard, read side by side. The index lags behind by a moment,
        the deliveries are read as of now: a few may have changed their status.
        """
        first, last = f"del_{ulid(since, bytes(10))}", after or f"del_{ulid(_END_OF_TIME, bytes(10))}"

        def read(partition: str) -> list[Item]:
            return self._table.query(
                partition, limit + 1, index="by_account", sort_key="id", between=(first, last), descending=True
            )

        ranges = [
            keys.delivery_index(account, subscription_id, status, shard)
            for subscription_id in subscription_ids
            for status in statuses
            for shard in range(self._shards)
        ]
        found = {entry["id"] for entries in side_by_side(read, ranges) for entry in entries} - {after}
        newest = sorted(found, reverse=True)[:limit]
        batches = [newest[start : start + READ_AT_ONCE] for start in range(0, len(newest), READ_AT_ONCE)]
        read_batches = side_by_side(lambda ids: self.get_all(account, ids), batches)
        return [delivery for batch in read_batches for delivery in batch if delivery]

    def due(self, account: str, subscription_id: str, until: Millis | None, limit: int) -> list[Marker]:
        """Up to `limit` markers of what is due by `until` (None: whenever), earliest first."""
        last = f"{_END_OF_TIME if until is None else until + 1:013d}"
        markers: list[Marker] = []
        for shard in range(self._shards):
            partition = keys.due_delivery(account, subscription_id, shard, 0, "")["pk"]
            for item in self._table.query(partition, limit, between=("0", last)):
                due_at, _, delivery_id = item["sk"].partition("#")
                markers.append(Marker(int(due_at), delivery_id))
        return sorted(markers, key=lambda marker: (marker.due_at, marker.delivery_id))[:limit]

    def remove(self, account: str, subscription_id: str, marker: Marker, op: str) -> None:
        """May be done again."""
        shard = self._shard(marker.delivery_id)
        key = keys.due_delivery(account, subscription_id, shard, marker.due_at, marker.delivery_id)
        self._table.write([Delete(key)], op)

    def _replace(self, before: Delivery, after: Delivery, op: str) -> None:
        try:
            self._table.write([Put(self._item_of(after, op), _unchanged_since(before))], op)
        except ConditionFailed as failure:
            raise DeliveryChanged(before.id) from failure

    def _placed(
        self, account: str, subscription_id: str, delivery_id: str, event: str, payload: str, due_at: Millis, op: str
    ) -> Delivery:
        placed = self._documents.place(pack(payload), f"deliveries/{account}/{delivery_id}")
        return Delivery(delivery_id, account, subscription_id, event, "pending", due_at, placed, revision=op)

    def _marker(self, delivery: Delivery, due_at: Millis, op: str) -> Put:
        shard = self._shard(delivery.id)
        key = keys.due_delivery(delivery.account, delivery.subscription_id, shard, due_at, delivery.id)
        return Put({**key, "op": op, "expires": _expires(delivery)})

    def _item_of(self, delivery: Delivery, op: str) -> Item:
        status, shard = delivery.status, self._shard(delivery.id)
        item: Item = {
            **keys.delivery(delivery.account, delivery.id),
            "op": op,
            "id": delivery.id,
            "by_account": keys.delivery_index(delivery.account, delivery.subscription_id, status, shard),
            "subscription": delivery.subscription_id,
            "event": delivery.event,
            "status": status,
            "tries": delivery.tries,
            "expires": _expires(delivery),
            **delivery.placed_payload,
        }
        if delivery.next_at is not None:
            item["next_at"] = delivery.next_at
        if delivery.attempts:
            item["attempts"] = pack([_attempt_json(attempt) for attempt in delivery.attempts])
        return item

    def _shard(self, delivery_id: str) -> int:
        return zlib.crc32(delivery_id.encode()) % self._shards


def _unchanged_since(before: Delivery) -> Condition:
    """Closes the race of a replay with another, and of two workers where the first outlived its turn at the lane."""
    return Condition("#op = :op", {"#op": "op"}, {":op": before.revision})


def _noted(before: Delivery, attempt: Attempt, op: str) -> Delivery:
    attempts = (*before.attempts, attempt)[-ATTEMPTS_KEPT:]
    return replace(before, tries=before.tries + 1, attempts=attempts, revision=op)


def _expires(delivery: Delivery) -> int:
    return (moment_of(delivery.id) + KEPT) // 1000


def _attempt_json(attempt: Attempt) -> Json:
    return [
        attempt.attempt, attempt.at, attempt.status_code, attempt.duration_ms, attempt.error, attempt.response,
    ]  # fmt: skip


def _delivery_of(account: str, item: Item) -> Delivery:
    return Delivery(
        id=item["id"],
        account=account,
        subscription_id=item["subscription"],
        event=item["event"],
        status=item["status"],
        next_at=item.get("next_at"),
        placed_payload={name: item[name] for name in ("document", "document_at") if name in item},
        tries=item["tries"],
        attempts=tuple(Attempt(*fields) for fields in unpack(item["attempts"])) if "attempts" in item else (),
        revision=item["op"],
    )
