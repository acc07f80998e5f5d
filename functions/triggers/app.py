"""Triggers over HTTP: create, list, get, pause, resume, delete, and the events that could not start an instance."""

from typing import Any

from interactor.api import envelope
from interactor.api.api import Api
from interactor.api.calls import Call
from interactor.api.cursors import Cursors
from interactor.api.models.base import NoParameters, Page
from interactor.api.models.triggers import CreateTriggerBody, UpdateTriggerBody
from interactor.api.representations.triggers import trigger_failure_json, trigger_json
from interactor.api.routes import triggers
from interactor.services.change_triggers import CreateTrigger, create_trigger, delete_trigger, set_trigger_status
from interactor.services.cursor_key import cursor_key
from interactor.services.find_trigger import find_trigger, list_failures, list_triggers
from interactor.services.parts import Parts
from interactor.storage.idempotency import Answer

api = Api(*triggers.ROUTES)


@api.operation("create_trigger")
def create(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    body = call.body(CreateTriggerBody)
    request = CreateTrigger(
        name=body.name,
        namespace=body.namespace,
        workflow_name=body.workflow_name,
        event_pattern=body.event_pattern,
        schedule=(body.schedule.expression, body.schedule.timezone) if body.schedule else None,
        input=body.input,
    )
    trigger = create_trigger(parts, call.principal, request)
    return envelope.success(201, trigger_json(trigger, parts.clock()))


@api.operation("list_triggers")
def list_(parts: Parts, call: Call) -> Answer:
    page = call.query(Page)
    cursors = Cursors(cursor_key(parts), call.principal.account, "triggers")
    found, has_more = list_triggers(parts, call.principal, cursors.read(page.cursor), page.limit)
    entries = [trigger_json(trigger, parts.clock()) for trigger in found]
    return envelope.page("triggers", entries, cursors.make(found[-1].id) if has_more else None)


@api.operation("get_trigger")
def get(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    trigger = find_trigger(parts, call.principal, call.path_parameters["trigger_id"])
    return envelope.success(200, trigger_json(trigger, parts.clock()))


@api.operation("update_trigger")
def update(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    body = call.body(UpdateTriggerBody)
    trigger = set_trigger_status(parts, call.principal, call.path_parameters["trigger_id"], body.status)
    return envelope.success(200, trigger_json(trigger, parts.clock()))


@api.operation("delete_trigger")
def delete(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    delete_trigger(parts, call.principal, call.path_parameters["trigger_id"])
    return envelope.nothing()


@api.operation("list_trigger_failures")
def failures(parts: Parts, call: Call) -> Answer:
    page = call.query(Page)
    trigger_id = call.path_parameters["trigger_id"]
    cursors = Cursors(cursor_key(parts), call.principal.account, f"trigger failures {trigger_id}")
    found, has_more = list_failures(parts, call.principal, trigger_id, cursors.read(page.cursor), page.limit)
    entries = [trigger_failure_json(failure) for failure in found]
    return envelope.page("failures", entries, cursors.make(found[-1].id) if has_more else None)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return api.handle(event, context)
