"""Instances over HTTP: create, list, get, form, resume, cancel, threads (reference, 'Workflow Instances')."""

from interactor.api import envelope
from interactor.api.calls import Call
from interactor.api.cursors import Cursors
from interactor.api.models.base import EmptyBody, NoParameters
from interactor.api.models.instances import CreateInstanceBody, FormQuery, InstancesPage, ResumeBody, ResumeQuery
from interactor.api.representations import instances as representations
from interactor.api.representations.forms import form_json, preview_json
from interactor.clock import to_iso
from interactor.engine.instance import Instance
from interactor.engine.signals import MAX_INPUT_BYTES
from interactor.errors import InvalidRequest, PayloadTooLarge
from interactor.json_text import Json, canonical, size_of
from interactor.services.cancel_instance import cancel_instance
from interactor.services.create_instance import CreateInstance, create_instance
from interactor.services.find_halt import find_open_halt
from interactor.services.find_instance import find_instance
from interactor.services.idempotent import Reply
from interactor.services.list_instances import ListInstances, list_instances
from interactor.services.parts import Parts
from interactor.services.preview_resume import preview_resume
from interactor.services.resume_instance import ResumeInstance, fingerprint_of, resume_instance
from interactor.services.run import CALL_BUDGET, Present
from interactor.storage.idempotency import Answer, Claim

from .api import api


@api.operation("create_instance")
def create(parts: Parts, call: Call) -> Reply:
    call.query(NoParameters)
    body = call.body(CreateInstanceBody)
    _check_size(body.input)
    request = CreateInstance(
        workflow_name=call.workflow_name,
        namespace=body.namespace,
        input=body.input,
        version_id=body.version_id,
        deadline=call.arrived_at + CALL_BUDGET,
        origin=call.origin,
        claim=_claim(call),
        hand_over=call.prefers_async,
    )
    return create_instance(parts, call.principal, request, _presenter(parts, call, 201))


@api.operation("list_instances")
def list_(parts: Parts, call: Call) -> Answer:
    page = call.query(InstancesPage)
    filters = page.model_dump(exclude={"limit", "cursor"}, exclude_none=True)
    cursors = Cursors.of(parts, call, f"instances {canonical(filters)}")
    request = ListInstances(
        namespace=page.namespace,
        workflow_name=page.workflow_name,
        status=page.status,
        awaiting_input=None if page.awaiting_input is None else page.awaiting_input == "true",
        after=cursors.read(page.cursor),
        limit=page.limit,
    )
    found, has_more = list_instances(parts, call.principal, request)
    entries = [representations.summary_json(summary) for summary in found]
    return envelope.page({"instances": entries}, cursors.make(found[-1].id) if has_more else None)


@api.operation("get_instance")
def get(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    stored = find_instance(parts, call.principal, call.path_parameters["instance_id"])
    definition = parts.workflows.definition(call.principal.account, stored.instance.version_id)
    return envelope.success(200, representations.instance_details(definition, stored))


@api.operation("get_form")
def get_form(parts: Parts, call: Call) -> Answer:
    thread_id = call.query(FormQuery).thread_id
    instance, thread = find_open_halt(parts, call.principal, call.path_parameters["instance_id"], thread_id)
    definition = parts.workflows.definition(instance.account, instance.version_id)
    return envelope.success(200, form_json(definition, instance, thread))


@api.operation("resume_instance")
@api.operation("resume_thread")
def resume(parts: Parts, call: Call) -> Reply | Answer:
    query = call.query(ResumeQuery)
    body = call.body(ResumeBody)
    try:
        answer = body.answer()
    except ValueError as error:
        raise InvalidRequest(str(error)) from error
    _check_size(answer)
    request = ResumeInstance(
        instance_id=call.path_parameters["instance_id"],
        thread_id=call.path_parameters.get("thread_id"),
        input=answer,
        expected_state=body.expected_state,
        halt_id=body.halt_id,
        arrived_at=call.arrived_at,
        deadline=call.arrived_at + CALL_BUDGET,
        origin=call.origin,
        claim=_claim(call),
        hand_over=call.prefers_async,
    )
    if query.dry_run == "true":
        return envelope.success(200, preview_json(preview_resume(parts, call.principal, request)))
    return resume_instance(parts, call.principal, request, _presenter(parts, call, 200))


@api.operation("cancel_instance")
def cancel(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    call.body(EmptyBody)
    instance = cancel_instance(parts, call.principal, call.path_parameters["instance_id"], call.origin)
    cancelled_at = to_iso(instance.ended_at or 0)
    return envelope.success(200, {"id": instance.id, "status": instance.status, "cancelled_at": cancelled_at})


@api.operation("list_threads")
def threads(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    instance = find_instance(parts, call.principal, call.path_parameters["instance_id"]).instance
    return envelope.success(200, {"threads": [representations.thread_json(thread) for thread in instance.threads]})


def _presenter(parts: Parts, call: Call, status: int) -> Present:
    def present(instance: Instance) -> Answer:
        definition = parts.workflows.definition(instance.account, instance.version_id)
        return representations.answer_of(status, definition, instance, call.request_id)

    return present


def _claim(call: Call) -> Claim | None:
    key = call.idempotency_key
    if key is None:
        return None
    return Claim.of(call.principal.account, call.endpoint, key, fingerprint_of(call.json))


def _check_size(input: Json) -> None:
    size = size_of(input)
    if size > MAX_INPUT_BYTES:
        raise PayloadTooLarge(f"The input has {size} bytes, the limit is {MAX_INPUT_BYTES}", {"limit": MAX_INPUT_BYTES})
