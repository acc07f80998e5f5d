"""Replay jobs: which of a subscription's deliveries are being sent again, and how far that has come.

A job goes page by page. Its item names the deliveries of the page that is being replayed (`claimed`); the write that
counts them claims the next page and wakes the job again, by its outbox. Replaying a page twice is harmless, so a worker
that dies is followed by another that begins the page anew, and each delivery is counted once.
"""

import json
from dataclasses import dataclass, replace

from interactor.clock import Millis
from interactor.ids import is_id, moment_of
from interactor.storage import keys
from interactor.storage.deliveries import DeliveryStatus
from interactor.storage.documents import pack, unpack
from interactor.storage.table import Condition, ConditionFailed, Item, Put, Table, absent

_KEPT: Millis = 30 * 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Replay:
    """A job. When it was started is in its id (`ids.moment_of`)."""

    id: str
    account: str
    subscription_id: str
    status: DeliveryStatus
    """The deliveries that it sends again are those of this status ..."""
    since: Millis
    """... of events since this moment."""
    replayed: int = 0
    claimed: tuple[str, ...] = ()
    """The page that is being replayed. All before it are counted, all after it are older than its last."""
    finished_at: Millis | None = None
    revision: str = ""
    """The operation that wrote it; the next write is made on condition that it still is the last."""


class ReplayChanged(Exception):
    """Another worker has taken the job further."""


class Replays:
    """The jobs of all accounts; every method names the account, and finds nothing of another's."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, job: Replay, op: str) -> Replay:
        """A new job. The commit wakes it."""
        self._table.write([Put(_item_of(job, op), absent())], op)
        return replace(job, revision=op)

    def get(self, account: str, replay_id: str) -> Replay | None:
        """The job as of now (strongly consistent)."""
        item = self._table.get(keys.replay(account, replay_id)) if is_id("rpl", replay_id) else None
        return _replay_of(account, item) if item else None

    def update(self, before: Replay, after: Replay, op: str) -> Replay:
        """Take the job further; the commit wakes it again unless it is finished. Raises ReplayChanged."""
        try:
            self._table.write([Put(_item_of(after, op), _unchanged_since(before))], op)
        except ConditionFailed as failure:
            raise ReplayChanged from failure
        return replace(after, revision=op)


def _unchanged_since(before: Replay) -> Condition:
    """Closes the race of two workers at one job: a page is counted once."""
    return Condition("#op = :op", {"#op": "op"}, {":op": before.revision})


def _item_of(job: Replay, op: str) -> Item:
    document = {
        "subscription": job.subscription_id,
        "status": job.status,
        "since": job.since,
        "replayed": job.replayed,
        "claimed": list(job.claimed),
        "finished_at": job.finished_at,
    }
    item: Item = {
        **keys.replay(job.account, job.id),
        "op": op,
        "id": job.id,
        "document": pack(document),
        "expires": (moment_of(job.id) + _KEPT) // 1000,
    }
    if job.finished_at is None:
        item["outbox"] = json.dumps({"account": job.account, "wake": job.id})
    return item


def _replay_of(account: str, item: Item) -> Replay:
    document = unpack(item["document"])
    return Replay(
        id=item["id"],
        account=account,
        subscription_id=document["subscription"],
        status=document["status"],
        since=document["since"],
        replayed=document["replayed"],
        claimed=tuple(document["claimed"]),
        finished_at=document["finished_at"],
        revision=item["op"],
    )
