"""Answering a request whose Idempotency-Key has been seen before (reference, 'Idempotency Keys'; docs/api.md)."""

from typing import NamedTuple

from interactor.engine.instance import Instance
from interactor.errors import IdempotencyInProgress, IdempotencyKeyReused
from interactor.services.parts import Parts
from interactor.services.run import Present
from interactor.storage import idempotency
from interactor.storage.idempotency import Answer, Claim
from interactor.storage.table import ConditionFailed, Item, Write


class Reply(NamedTuple):
    """What goes back to the client; `replayed` when it is the stored answer of an earlier request."""

    answer: Answer
    replayed: bool = False


def replay(parts: Parts, account: str, claim: Claim, item: Item | None, present: Present) -> Reply | None:
    """The answer given under this key, or None where the key is free.

    An open record whose lease has lapsed was left by a worker that died: the instance has been driven on without it, so
    what it is now becomes the answer. Raises IdempotencyKeyReused (another body), IdempotencyInProgress (the first call
    is under way).
    """
    now = parts.clock()
    record = idempotency.read(item, parts.documents, now)
    if record is None:
        return None
    if record.fingerprint != claim.fingerprint:
        raise IdempotencyKeyReused(f"The Idempotency-Key '{claim.given}' was used with another body")
    if record.answer:
        return Reply(record.answer, replayed=True)
    stored = parts.instances.load(account, record.instance_id)
    if stored is None or now < record.lease_until:
        raise _in_progress(claim)
    answer, op = present(stored.instance), parts.ids.new("op", now)
    try:
        parts.table.write([idempotency.closed(claim, answer, op, parts.documents)], op)
    except ConditionFailed:  # closed by somebody else this very moment: theirs is the answer
        return replay(parts, account, claim, parts.table.get(claim.key), present)
    return Reply(answer, replayed=True)


def reply_of_loser(
    parts: Parts, account: str, claim: Claim | None, instance: Instance, present: Present, *, opened: bool
) -> Reply:
    """The reply where another request or worker was quicker: what it left is the answer, kept under the key as any
    other.

    `opened` tells whether this request had taken its key before it lost.
    """
    answer = present(instance)
    if claim is None:
        return Reply(answer)
    now = parts.clock()
    op = parts.ids.new("op", now)
    write: Write = (
        idempotency.closed(claim, answer, op, parts.documents)
        if opened
        else idempotency.opened(claim, instance.id, answer, now, now, op, parts.documents)
    )
    try:
        parts.table.write([write], op)
    except ConditionFailed:  # another request with this key was quicker: theirs is the answer
        return replay_of_winner(parts, account, claim, present)
    return Reply(answer)


def replay_of_winner(parts: Parts, account: str, claim: Claim | None, present: Present) -> Reply:
    """The reply after another request with the same key committed first."""
    if claim is None:
        raise ValueError("only a claim can be taken")
    reply = replay(parts, account, claim, parts.table.get(claim.key), present)
    if reply is None:
        raise _in_progress(claim)
    return reply


def _in_progress(claim: Claim) -> IdempotencyInProgress:
    return IdempotencyInProgress(f"The first request with the Idempotency-Key '{claim.given}' is still being processed")
