"""Create, pause, resume and delete triggers.

What a trigger is made of never changes, so that a firing or an event under way means the trigger that it found; another
pattern or schedule is another trigger.
"""

from dataclasses import dataclass
from itertools import islice

from interactor.auth.principals import Principal
from interactor.engine import templates
from interactor.engine.wording import at
from interactor.errors import Forbidden, InvalidRequest, TriggerNotFound
from interactor.json_text import Json, size_of
from interactor.services.align_schedule import align_schedule
from interactor.services.creating import until_stored
from interactor.services.find_trigger import find_trigger
from interactor.services.parts import Parts
from interactor.storage.triggers import Trigger
from interactor.triggers import patterns, schedules
from interactor.triggers.comparisons import InvalidPattern
from interactor.triggers.schedules import InvalidSchedule, Schedule

MAX_INPUT_TEMPLATE_BYTES = 16 * 1024
"""A limit of ours: an account's hundred triggers are read for each of its events."""
_PROBLEMS_TOLD = 20
"""Of a template."""


@dataclass(frozen=True, slots=True)
class CreateTrigger:
    """`schedule` is (expression, time zone); exactly one of pattern and schedule is given."""

    name: str
    namespace: str
    workflow_name: str
    event_pattern: Json
    schedule: tuple[str, str] | None
    input: Json


def create_trigger(parts: Parts, caller: Principal, request: CreateTrigger) -> Trigger:
    """Raises Forbidden (namespace not owned), InvalidRequest, WorkflowNotFound, TriggerExists, TriggerLimitReached."""
    if not caller.owns(request.namespace):
        raise Forbidden(f"This token does not own the namespace '{request.namespace}'")
    schedule = _checked(parts, request)
    parts.workflows.get(caller.account, request.workflow_name)
    trigger = Trigger(
        id=parts.ids.new("trg", parts.clock()),
        account=caller.account,
        namespace=request.namespace,
        name=request.name,
        workflow_name=request.workflow_name,
        status="active",
        event_pattern=request.event_pattern,
        schedule=schedule,
        input=request.input,
    )
    if schedule:
        parts.schedules.recheck_later(trigger.account, trigger.id)
    until_stored(parts, lambda op: parts.triggers.create(trigger, op))
    if schedule:
        align_schedule(parts, trigger.account, trigger.id)
    return trigger


def set_trigger_status(parts: Parts, caller: Principal, trigger_id: str, status: str) -> Trigger:
    """Pause (`paused`) or resume (`active`). Raises TriggerNotFound; InvalidRequest for a moment that has passed."""
    trigger = find_trigger(parts, caller, trigger_id)
    if status == "active" and trigger.schedule:
        _check_future(parts, trigger.schedule)
    if trigger.schedule:
        parts.schedules.recheck_later(trigger.account, trigger.id)
    changed = parts.triggers.set_status(trigger, status, parts.ids.new("op", parts.clock()))
    if changed is None:
        raise TriggerNotFound(f"Trigger '{trigger_id}' not found")
    if trigger.schedule:
        align_schedule(parts, trigger.account, trigger.id)
    return changed


def delete_trigger(parts: Parts, caller: Principal, trigger_id: str) -> None:
    """Instances that it has started go on. Raises TriggerNotFound."""
    trigger = find_trigger(parts, caller, trigger_id)
    if trigger.schedule:
        parts.schedules.recheck_later(trigger.account, trigger.id)
    parts.triggers.delete(trigger.account, trigger.id, parts.ids.new("op", parts.clock()))
    if trigger.schedule:
        align_schedule(parts, trigger.account, trigger.id)


def _checked(parts: Parts, request: CreateTrigger) -> Schedule | None:
    _check_template(request.input)
    if (request.event_pattern is None) == (request.schedule is None):
        raise InvalidRequest("Give exactly one of 'event_pattern' and 'schedule'")
    if request.schedule is None:
        try:
            patterns.read(request.event_pattern)
        except InvalidPattern as error:
            raise InvalidRequest.of((("event_pattern", *error.place), error.reason)) from error
        return None
    try:
        schedule = schedules.read(*request.schedule)
    except InvalidSchedule as error:
        raise InvalidRequest.of((("schedule",), str(error))) from error
    _check_future(parts, schedule)
    return schedule


def _check_template(template: Json) -> None:
    size = size_of(template)
    if size > MAX_INPUT_TEMPLATE_BYTES:
        raise InvalidRequest.of((("input",), f"has {size} bytes, the limit is {MAX_INPUT_TEMPLATE_BYTES}"))
    if problems := list(islice(at("input", findings=templates.problems(template, ("event",))), _PROBLEMS_TOLD)):
        raise InvalidRequest.of(*problems)


def _check_future(parts: Parts, schedule: Schedule) -> None:
    if schedule.once_at is not None and schedule.once_at <= parts.clock():
        raise InvalidRequest.of((("schedule",), f"'{schedule.expression}' has passed in {schedule.timezone}"))
