"""Answer a halt, and carry the instance on in the call (reference, 'Resuming Workflows'; docs/life-of-an-instance.md).

Which halt does a resume mean? The one its sender saw. If that has been answered meanwhile, the call has lost a race:
with an equal input it gets the winner's result, else 409. A call has certainly seen an answered halt when it was
already on its way (it reached the gateway) at the moment the answer came, when its `halt_id` or `expected_state` says
so, or when its commit finds the answer there.
"""

import base64
import hashlib
from typing import NamedTuple

from interactor.auth.principals import Principal
from interactor.clock import Millis
from interactor.engine.instance import Answer, Instance, Thread
from interactor.engine.signals import Origin, Resumed
from interactor.errors import ConcurrentModification
from interactor.ids import is_id
from interactor.json_text import Json, canonical
from interactor.services.check_files import check_files
from interactor.services.find_halt import check_halted, thread_meant
from interactor.services.find_instance import visible
from interactor.services.idempotent import Reply, replay, replay_of_winner, reply_of_loser
from interactor.services.parts import Parts
from interactor.services.run import Present, Run, Superseded
from interactor.storage.idempotency import Claim
from interactor.storage.instances import ClaimTaken, Stored
from interactor.storage.table import Item


class ResumeInstance(NamedTuple):
    """`arrived_at` is when the request reached the gateway; `thread_id` None means the one thread that is halted."""

    instance_id: str
    input: dict[str, Json]
    arrived_at: Millis
    deadline: Millis
    origin: Origin
    thread_id: str | None = None
    halt_id: str | None = None
    expected_state: str | None = None
    claim: Claim | None = None
    hand_over: bool = False


def resume_instance(parts: Parts, caller: Principal, request: ResumeInstance, present: Present) -> Reply:
    """Raises InstanceNotFound, ThreadNotFound, InstanceNotHalted, ThreadNotHalted, InvalidInput, InvalidTransition,
    ConcurrentModification, ActionFailed (`data_limit_exceeded`: nothing changed) and the idempotency errors.
    """
    account = caller.account
    stored, item = _load(parts, caller, request)
    if request.claim and (reply := replay(parts, account, request.claim, item, present)):
        return reply
    instance = stored.instance
    thread = thread_meant(instance, request.thread_id)
    fingerprint = fingerprint_of(request.input)
    if answer := _answer_already_given(thread, request):
        if answer.fingerprint != fingerprint:
            raise _conflict(instance, thread, answer.state)
        return reply_of_loser(parts, account, request.claim, instance, present, opened=False)
    check_expectations(instance, thread, request)
    resumed = Resumed(thread.id, thread.halt_id, request.input, fingerprint, request.origin)
    definition = parts.workflows.definition(account, instance.version_id)
    check_files(parts, definition, instance, thread, request.input)
    run = Run(parts, definition, request.deadline, request.claim, present, request.hand_over)
    try:
        return Reply(present(run.carry_on(stored, resumed).instance))
    except ClaimTaken:
        return replay_of_winner(parts, account, request.claim, present)
    except Superseded as superseded:
        winner, opened = superseded.winner.instance, superseded.opened
        now_there = winner.thread(thread.id) or thread
        answer = now_there.answer
        same_answer = answer is not None and (answer.halt_id, answer.fingerprint) == (thread.halt_id, fingerprint)
        if not (opened or same_answer):
            raise _conflict(winner, now_there, thread.state) from superseded
        return reply_of_loser(parts, account, request.claim, winner, present, opened=opened)


def check_expectations(instance: Instance, thread: Thread, request: ResumeInstance) -> None:
    """Raises ConcurrentModification where the request names another halt or state, InstanceNotHalted and
    ThreadNotHalted.
    """
    if request.halt_id is not None and (thread.status != "halted" or request.halt_id != thread.halt_id):
        raise _conflict(instance, thread, request.expected_state, request.halt_id)
    if request.expected_state is not None and not _is_halted_in(thread, request.expected_state):
        raise _conflict(instance, thread, request.expected_state)
    check_halted(instance, thread, by_name=request.thread_id is not None)


def fingerprint_of(input: Json) -> str:
    """128 bits that are the same for equal inputs."""
    digest = hashlib.sha256(canonical(input).encode("ascii")).digest()[:16]
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")


def _load(parts: Parts, caller: Principal, request: ResumeInstance) -> tuple[Stored, Item | None]:
    """The instance, and the record of the idempotency key in the same round trip."""
    stored, item = None, None
    if is_id("inst", request.instance_id):
        if request.claim:
            stored, item = parts.instances.load_with(caller.account, request.instance_id, request.claim.key)
        else:
            stored = parts.instances.load(caller.account, request.instance_id)
    return visible(stored, caller, request.instance_id), item


def _answer_already_given(thread: Thread, request: ResumeInstance) -> Answer | None:
    """The answer to the halt that this request is about, if somebody else has given it."""
    answer = thread.answer
    if answer is None:
        return None
    if request.halt_id is not None:
        given = request.halt_id == answer.halt_id
    elif request.expected_state is not None and not _is_halted_in(thread, request.expected_state):
        given = request.expected_state == answer.state
    else:
        given = request.arrived_at <= answer.at
    return answer if given else None


def _is_halted_in(thread: Thread, state: str) -> bool:
    return thread.status == "halted" and thread.state == state


def _conflict(
    instance: Instance, thread: Thread, expected_state: str | None, expected_halt_id: str | None = None
) -> ConcurrentModification:
    details = {"current_state": thread.state, "expected_state": expected_state, "thread_id": thread.id}
    if expected_halt_id is not None:
        details["expected_halt_id"] = expected_halt_id
    if thread.status == "halted":
        details["halt_id"] = thread.halt_id
    return ConcurrentModification("Instance was modified by another request", details | {"status": instance.status})
