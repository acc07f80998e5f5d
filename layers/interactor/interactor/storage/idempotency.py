"""The records behind `Idempotency-Key`: an answer kept for 24 hours, committed with the change that it guards.

Where the change needs one commit, the record is written with its answer. Where an HTTP action comes between, the first
commit writes the record open and the last one closes it; a worker that dies between leaves it open, and whoever asks
after its lease closes it (`services/idempotent.py`).
"""

import hashlib
from typing import NamedTuple

from interactor.clock import Millis
from interactor.storage import keys
from interactor.storage.documents import Documents, pack
from interactor.storage.keys import Key
from interactor.storage.table import Condition, Item, Put, Update

LIFETIME = 24 * 60 * 60 * 1000


class Answer(NamedTuple):
    """What the client was told: an HTTP status and the very text of the body."""

    status: int
    body: str


class Claim(NamedTuple):
    """A request's claim to a key: where its record lies, what the request was, and the key as it was given."""

    key: Key
    fingerprint: str
    given: str

    @classmethod
    def of(cls, account: str, endpoint: str, key: str, fingerprint: str) -> "Claim":
        """`endpoint` is method and path: keys are scoped to account and endpoint (docs/api.md)."""
        return cls(keys.idempotency(account, endpoint, hashlib.sha256(key.encode()).hexdigest()), fingerprint, key)


class Record(NamedTuple):
    """A claim that was committed. `answer` is None while the call that made it is still under way."""

    fingerprint: str
    instance_id: str
    answer: Answer | None
    lease_until: Millis


def read(item: Item | None, documents: Documents, now: Millis) -> Record | None:
    """The record of an item. One past its 24 hours does not exist, whether or not the table has removed it yet."""
    if item is None or item["expires"] * 1000 <= now:
        return None
    answer = None
    if "status" in item:
        answer = Answer(item["status"], documents.read(item))
    return Record(item["fingerprint"], item["instance_id"], answer, item["lease_until"])


def opened(
    claim: Claim,
    instance_id: str,
    answer: Answer | None,
    lease_until: Millis,
    now: Millis,
    op: str,
    documents: Documents,
) -> Put:
    """The write that takes the key: of two requests with one key, the second fails here."""
    item = {
        **claim.key,
        "op": op,
        "fingerprint": claim.fingerprint,
        "instance_id": instance_id,
        "lease_until": lease_until,
        "expires": -(-(now + LIFETIME) // 1000),  # up, so that none lives shorter
    }
    if answer:
        item |= _answered(answer, op, documents)
    return Put(item, Condition("attribute_not_exists(pk) OR expires <= :now", values={":now": now // 1000}))


def closed(claim: Claim, answer: Answer, op: str, documents: Documents) -> Update:
    """The write that gives an open record its answer: the first answer stays, whoever gives it."""
    condition = Condition("attribute_exists(pk) AND attribute_not_exists(#answered)", {"#answered": "status"})
    return Update(claim.key, {"op": op, **_answered(answer, op, documents)}, condition)


def _answered(answer: Answer, op: str, documents: Documents) -> Item:
    return {"status": answer.status, **documents.place(pack(answer.body), f"answers/{op}")}
