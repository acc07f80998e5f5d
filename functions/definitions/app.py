"""Workflow definitions over HTTP: create, validate, simulate, list, get, versions, publish, statistics (reference,
'Create a Workflow Definition' on).

Also answers for paths and methods that no function serves, and serves the OpenAPI document.
"""

from typing import Any

from interactor.api import envelope
from interactor.api.api import Api
from interactor.api.calls import Call
from interactor.api.cursors import Cursors
from interactor.api.models.base import EmptyBody, NoParameters, Page
from interactor.api.models.simulations import SimulateBody
from interactor.api.representations.simulations import simulation_json
from interactor.api.representations.workflows import statistics_json, version_json, workflow_json
from interactor.api.routes import workflows
from interactor.engine.definition.workflow import MAX_DEFINITION_BYTES
from interactor.errors import InvalidRequest, PayloadTooLarge
from interactor.json_text import Json, dump, size_of
from interactor.services.define_workflow import create_version, create_workflow, publish_version, validate_workflow
from interactor.services.parts import Parts
from interactor.services.run import CALL_BUDGET
from interactor.services.simulate_workflow import SimulateWorkflow, simulate_workflow
from interactor.services.workflow_statistics import workflow_statistics
from interactor.storage.idempotency import Answer

api = Api(*workflows.ROUTES)


@api.operation("create_workflow")
def create(parts: Parts, call: Call) -> Answer:
    name, version = create_workflow(parts, call.principal, _definition(call))
    return envelope.success(201, {"name": name, **version_json(version)})


@api.operation("validate_workflow")
def validate(parts: Parts, call: Call) -> Answer:
    validation = validate_workflow(parts, _definition(call))
    answer: dict[str, Json] = {"valid": not validation.errors}
    for kind, problems in (("errors", validation.errors), ("warnings", validation.warnings)):
        if problems:
            answer[kind] = [{"path": problem.path, "message": problem.message} for problem in problems]
    return envelope.success(200, answer)


@api.operation("simulate_workflow")
def simulate(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    body = call.body(SimulateBody)
    try:
        cases = body.to_play(parts.clock())
    except ValueError as error:
        raise InvalidRequest(str(error)) from error
    if body.definition is not None:
        _check_size(body.definition)
    request = SimulateWorkflow(cases, call.arrived_at + CALL_BUDGET, body.definition, body.name, body.version_id)
    return envelope.success(200, simulation_json(simulate_workflow(parts, call.principal, request)))


@api.operation("list_workflows")
def list_workflows(parts: Parts, call: Call) -> Answer:
    page = call.query(Page)
    cursors = Cursors.of(parts, call, "workflows")
    found = parts.workflows.page(call.principal.account, cursors.read(page.cursor), page.limit + 1)
    shown = found[: page.limit]
    entries = [workflow_json(workflow) for workflow in shown]
    return envelope.page({"workflows": entries}, cursors.make(shown[-1].name) if len(found) > len(shown) else None)


@api.operation("get_workflow")
def get(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    account = call.principal.account
    workflow = parts.workflows.get(account, call.workflow_name)
    shown = workflow.published_version_id or workflow.latest_version_id
    document = parts.workflows.document(account, shown)
    return envelope.success(200, {**workflow_json(workflow), "version_id": shown, "definition": document})


@api.operation("list_versions")
def list_versions(parts: Parts, call: Call) -> Answer:
    page = call.query(Page)
    account, name = call.principal.account, call.workflow_name
    cursors = Cursors.of(parts, call, f"versions {name}")
    found = parts.workflows.versions(account, name, cursors.read(page.cursor), page.limit + 1)
    if not found:
        parts.workflows.get(account, name)  # a workflow has a version from the start: is there one?
    shown = found[: page.limit]
    entries = [version_json(version) for version in shown]
    return envelope.page({"versions": entries}, cursors.make(shown[-1].version_id) if len(found) > len(shown) else None)


@api.operation("create_version")
def add_version(parts: Parts, call: Call) -> Answer:
    name = call.workflow_name
    version = create_version(parts, call.principal, name, _definition(call))
    return envelope.success(201, {"name": name, **version_json(version)})


@api.operation("get_version")
def get_version(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    account, name = call.principal.account, call.workflow_name
    parts.workflows.get(account, name)
    version = parts.workflows.version(account, name, call.path_parameters["version_id"])
    document = parts.workflows.document(account, version.version_id)
    return envelope.success(200, {"name": name, **version_json(version), "definition": document})


@api.operation("publish_version")
def publish(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    call.body(EmptyBody)
    version = publish_version(parts, call.principal, call.workflow_name, call.path_parameters["version_id"])
    published = version_json(version)
    return envelope.success(200, {name: published[name] for name in ("version_id", "status", "published_at")})


@api.operation("get_workflow_statistics")
def get_statistics(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    name = call.workflow_name
    statistics, wait = workflow_statistics(parts, call.principal, name)
    return envelope.success(200, statistics_json(name, statistics, wait, parts.clock()))


@api.operation("get_openapi")
def get_openapi(parts: Parts, call: Call) -> Answer:
    from interactor.api.openapi.document import document  # builds the schemas of everything: not for a cold start

    return Answer(200, dump(document()))


def _definition(call: Call) -> Json:
    call.query(NoParameters)
    document = call.object
    _check_size(document)
    return document


def _check_size(document: Json) -> None:
    size = size_of(document)
    if size > MAX_DEFINITION_BYTES:
        limit = {"limit": MAX_DEFINITION_BYTES}
        raise PayloadTooLarge(f"The definition has {size} bytes, the limit is {MAX_DEFINITION_BYTES}", limit)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return api.handle(event, context)
