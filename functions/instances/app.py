"""Instances over HTTP: create, list, get, form, resume, cancel, threads, history, errors, files for their forms
(reference, 'Workflow Instances' to 'History API').
"""

from typing import Any

from interactor.api import envelope
from interactor.api.api import Api
from interactor.api.calls import Call
from interactor.api.cursors import Cursors
from interactor.api.models.base import EmptyBody, NoParameters
from interactor.api.models.files import UploadFileBody
from interactor.api.models.history import ErrorsPage, EventParameters, HistoryPage
from interactor.api.models.instances import (
    MAX_INPUT_BYTES,
    CreateInstanceBody,
    FormQuery,
    InstancesPage,
    ResumeBody,
    ResumeQuery,
)
from interactor.api.representations import instances as representations
from interactor.api.representations.files import file_json, file_to_download, file_to_upload
from interactor.api.representations.forms import form_json, preview_json
from interactor.api.representations.history import errors_json, event_json, history_json
from interactor.api.routes import files, history, instances
from interactor.clock import to_iso
from interactor.engine.instance import Instance
from interactor.errors import InvalidRequest, PayloadTooLarge
from interactor.json_text import Json, canonical, size_of
from interactor.services.cancel_instance import cancel_instance
from interactor.services.create_instance import CreateInstance, create_instance
from interactor.services.cursor_key import cursor_key
from interactor.services.find_files import find_file, list_files
from interactor.services.find_instance import find_instance
from interactor.services.idempotent import Reply
from interactor.services.list_errors import ListErrors, list_errors
from interactor.services.list_instances import ListInstances, list_instances
from interactor.services.open_form import find_open_halt
from interactor.services.parts import Parts
from interactor.services.preview_resume import preview_resume
from interactor.services.read_history import ReadHistory, read_event, read_history
from interactor.services.resume_instance import ResumeInstance, fingerprint_of, resume_instance
from interactor.services.run import CALL_BUDGET, Present
from interactor.services.upload_file import UploadFile, request_upload
from interactor.storage.idempotency import Answer, Claim

api = Api(*instances.ROUTES, *history.ROUTES, *files.ROUTES)


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
    cursors = Cursors(cursor_key(parts), call.principal.account, f"instances {canonical(filters)}")
    request = ListInstances(
        namespace=page.namespace,
        workflow_name=page.workflow_name,
        status=page.status,
        awaiting_input=None if page.awaiting_input is None else page.awaiting_input == "true",
        after=cursors.read(page.cursor),
        limit=page.limit,
    )
    found, has_more = list_instances(parts, call.principal, request)
    next_cursor = cursors.make(found[-1].id) if has_more else None
    return envelope.success(
        200,
        {
            "instances": [representations.summary_json(summary) for summary in found],
            "pagination": {"has_more": has_more, "next_cursor": next_cursor},
        },
    )


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


@api.operation("list_events")
def history(parts: Parts, call: Call) -> Answer:
    page = call.query(HistoryPage)
    instance_id = call.path_parameters["instance_id"]
    filters = page.model_dump(include={"types", "since", "until", "thread", "order"}, exclude_none=True)
    cursors = Cursors(cursor_key(parts), call.principal.account, f"history {instance_id} {canonical(filters)}")
    begin = cursors.read(page.cursor)
    request = ReadHistory(
        instance_id=instance_id,
        types=None if page.types is None else frozenset(page.types.split(",")),
        thread=page.thread,
        since=page.since,
        until=page.until,
        descending=page.order == "desc",
        include_data=page.include_data == "true",
        begin=None if begin is None else int(begin),
        limit=page.limit,
    )
    found = read_history(parts, call.principal, request)
    next_cursor = None if found.next is None else cursors.make(str(found.next))
    pagination = {"has_more": next_cursor is not None, "next_cursor": next_cursor}
    return envelope.success(200, {**history_json(found), "pagination": pagination})


@api.operation("get_event")
def event(parts: Parts, call: Call) -> Answer:
    include_data = call.query(EventParameters).include_data == "true"
    instance_id, identifier = call.path_parameters["instance_id"], call.path_parameters["event_id"]
    found = read_event(parts, call.principal, instance_id, identifier, include_data=include_data)
    return envelope.success(200, event_json(found))


@api.operation("list_errors")
def errors(parts: Parts, call: Call) -> Answer:
    page = call.query(ErrorsPage)
    filters = page.model_dump(exclude={"limit", "cursor"}, exclude_none=True)
    cursors = Cursors(cursor_key(parts), call.principal.account, f"errors {canonical(filters)}")
    after = cursors.read(page.cursor)
    request = ListErrors(page.namespace, page.workflow_name, page.since, page.until, after, page.limit)
    found = list_errors(parts, call.principal, request)
    next_cursor = cursors.make(found.errors[-1].id) if found.has_more else None
    pagination = {"has_more": found.has_more, "next_cursor": next_cursor}
    return envelope.success(200, {**errors_json(found), "pagination": pagination})


@api.operation("upload_file")
def upload_file(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    body = call.body(UploadFileBody)
    request = UploadFile(
        call.path_parameters["instance_id"], body.field, body.filename, body.content_type, body.size, body.thread_id
    )
    file, link = request_upload(parts, call.principal, request)
    return envelope.success(201, file_to_upload(file, link, parts.clock()))


@api.operation("list_files")
def list_instance_files(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    files = list_files(parts, call.principal, call.path_parameters["instance_id"])
    return envelope.success(200, {"files": [file_json(file, uploaded) for file, uploaded in files]})


@api.operation("get_file")
def get_file(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    path = call.path_parameters
    file, uploaded = find_file(parts, call.principal, path["instance_id"], path["file_id"])
    link = parts.files.download_link(file) if uploaded else None
    return envelope.success(200, file_to_download(file, link, parts.clock()))


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


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return api.handle(event, context)
