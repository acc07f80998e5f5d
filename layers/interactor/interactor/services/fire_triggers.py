"""Start instances for events and for schedules that came due.

An event is compared with all active triggers of its account, and each that matches starts one instance, once for each
event. What cannot start for good is recorded as a failure of the trigger; what may work later is raised, so that the
message comes again, and recorded when it has come for the last time. A fault of ours is then raised all the same, for
the operator to find among the dead letters.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from interactor.clock import Millis
from interactor.engine import templates
from interactor.engine.instance import Instance
from interactor.engine.signals import MAX_INPUT_BYTES, Origin
from interactor.engine.templates import TemplateError
from interactor.errors import InteractorError, InvalidInput, PayloadTooLarge
from interactor.ids import ulid
from interactor.json_text import Json, size_of
from interactor.services.align_schedule import align_schedule
from interactor.services.create_instance import CreateInstance, start_instance
from interactor.services.parts import Parts
from interactor.storage.idempotency import Answer, Claim
from interactor.storage.triggers import Failure, Trigger
from interactor.triggers import patterns
from interactor.triggers.messages import Event, Firing
from interactor.triggers.patterns import TooCostly

_MAY_WORK_LATER = (409, 429)
"""Statuses of refusals that are about the moment, not about the trigger."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt of a message: when the message was sent, and whether it comes again if this one fails."""

    sent_at: Millis
    is_last: bool


def fire_event(parts: Parts, event: Event, receipt: Receipt) -> list[str]:
    """The triggers that the event was for. Raises ExceptionGroup of what may work later, when all have been tried."""
    account = account_of(parts, event)
    if account is None:
        return []
    problems: list[Exception] = []
    fired = []
    for trigger in parts.triggers.all(account):
        if trigger.status == "active" and trigger.event_pattern is not None:
            try:
                if _attempt(parts, trigger, event, receipt, _matches):
                    fired.append(trigger.id)
            except Exception as problem:  # one trigger's trouble is not the others'
                problems.append(problem)
    if problems:
        raise ExceptionGroup(f"event {event.id} could not be served", problems)
    return fired


def fire_schedule(parts: Parts, firing: Firing, receipt: Receipt) -> list[str]:
    """As `fire_event`, for a trigger whose schedule came due; one that is gone or paused starts nothing."""
    trigger = parts.triggers.get(firing.account, firing.trigger_id)
    if trigger is None or trigger.status != "active":
        align_schedule(parts, firing.account, firing.trigger_id)
        return []
    _attempt(parts, trigger, firing.event(trigger.name), receipt, lambda *_: True)
    return [trigger.id]


def account_of(parts: Parts, event: Event) -> str | None:
    """Whose event it is. What the operator has bound the AWS account to, which EventBridge stamps, outweighs what the
    source says: a tenant that may send from its own AWS account cannot speak for another.
    """
    bound = parts.triggers.account_of_aws(event.aws_account) if event.aws_account else None
    return bound or event.named_account


def _matches(trigger: Trigger, event: Event) -> bool:
    return patterns.read(trigger.event_pattern).matches(event.document)


def _attempt(
    parts: Parts, trigger: Trigger, event: Event, receipt: Receipt, concerns: Callable[[Trigger, Event], bool]
) -> bool:
    """Whether the event was for this trigger. If it could not start, that has been recorded or is raised."""
    try:
        if not concerns(trigger, event):
            return False
        _start(parts, trigger, event)
    except (InteractorError, TemplateError, TooCostly) as problem:
        code, message = _told(problem)
        for_good = not isinstance(problem, InteractorError) or (
            problem.status < 500 and problem.status not in _MAY_WORK_LATER
        )
        if for_good or receipt.is_last:
            _record(parts, trigger, event, receipt, code, message)
        if not for_good and not receipt.is_last:
            raise
    except Exception:
        if receipt.is_last:
            message = "Something went wrong on our side, each time it was tried"
            _record(parts, trigger, event, receipt, InteractorError.code, message)
        raise
    return True


def _start(parts: Parts, trigger: Trigger, event: Event) -> None:
    """The instance is stored and everything else left to re-invocation, so that an event for many costs little time."""
    request = CreateInstance(
        workflow_name=trigger.workflow_name,
        namespace=trigger.namespace,
        input=_input(trigger, event),
        version_id=None,
        deadline=parts.clock(),
        origin=Origin(f"trigger:{trigger.id}", event.id),
        claim=Claim.of(trigger.account, f"trigger {trigger.id}", event.identity, fingerprint=""),
        hand_over=True,
    )
    start_instance(parts, trigger.account, request, _present)


def _present(instance: Instance) -> Answer:
    return Answer(201, instance.id)


def _input(trigger: Trigger, event: Event) -> dict[str, Json]:
    found = templates.expand(trigger.input, {"event": event.document})
    if not isinstance(found, dict):
        raise InvalidInput(f"'input' must give an object, and '{trigger.input}' of this event is none")
    size = size_of(found)
    if size > MAX_INPUT_BYTES:
        raise PayloadTooLarge(f"The input has {size} bytes, the limit is {MAX_INPUT_BYTES}")
    return found


def _told(problem: InteractorError | TemplateError | TooCostly) -> tuple[str, str]:
    match problem:
        case InteractorError():
            return problem.code, problem.message
        case TooCostly():
            return InvalidInput.code, "Comparing this event with the pattern takes too long; both have many values"
        case _:
            return InvalidInput.code, str(problem)


def _record(
    parts: Parts, trigger: Trigger, event: Event, receipt: Receipt, code: str, message: str
) -> None:  # fmt: skip
    """The id is made of message and event, so that a message that comes again is recorded once."""
    digest = hashlib.sha256(event.identity.encode()).digest()
    failure_id = f"fail_{ulid(receipt.sent_at, digest[:10])}"
    now = parts.clock()
    failure = Failure(failure_id, event.id, event.source[:256], event.detail_type[:256], now, code, message)
    parts.triggers.record_failure(trigger.account, trigger.id, failure, parts.ids.new("op", now))
