"""The route table: every operation of the API, with what it needs and what it answers.

Handlers are bound to these by operation name (`functions/*/app.py`), the OpenAPI document is generated from them, and
the tests draw their matrices from them. Paths are relative to `BASE_PATH`; `{…}` stands for one segment.
"""

from dataclasses import dataclass

from pydantic import BaseModel

from interactor import errors
from interactor.api.models import (
    CreateInstanceBody,
    CreateTriggerBody,
    EmptyBody,
    InstancesPage,
    NoParameters,
    Page,
    Query,
    ResumeBody,
    UpdateTriggerBody,
)
from interactor.engine.definition import Definition
from interactor.errors import InteractorError
from interactor.limits.rate import Category

BASE_PATH = "/api/v1"

READ, WRITE, EXECUTE = "workflows:read", "workflows:write", "workflows:execute"


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. `scope` is what the token must have, None where no token is needed; `errors` come on top of the
    common ones.
    """

    operation: str
    method: str
    path: str
    scope: str | None
    status: int
    summary: str
    answer: str
    """Name of the answer's schema in `api/schemas.py`; empty where there is none (204)."""
    body: type[BaseModel] | None = None
    query: type[Query] = NoParameters
    errors: tuple[type[InteractorError], ...] = ()
    idempotent: bool = False
    """Takes an `Idempotency-Key`."""

    @property
    def category(self) -> Category:
        """Which rate limit a call counts against (reference, 'Rate Limits')."""
        if self.operation == "create_instance":
            return "create"
        return "read" if self.method == "GET" else "write"


_INSTANCE = (errors.InstanceNotFound,)
_IDEMPOTENCY = (errors.IdempotencyInProgress, errors.IdempotencyKeyReused)
_RESUME = (
    *_INSTANCE, errors.InvalidInput, errors.InvalidTransition, errors.ConcurrentModification,
    errors.PayloadTooLarge, errors.ActionFailed, *_IDEMPOTENCY,
)  # fmt: skip

ROUTES: tuple[Route, ...] = (
    Route(
        "create_workflow",
        "POST",
        "/workflows",
        WRITE,
        201,
        "Create a workflow with its first version",
        "VersionCreated",
        body=Definition,
        errors=(errors.InvalidWorkflow, errors.WorkflowExists, errors.PayloadTooLarge),
    ),
    Route(
        "validate_workflow",
        "POST",
        "/workflows/validate",
        READ,
        200,
        "Validate a definition without saving it",
        "Validation",
        body=Definition,
        errors=(errors.PayloadTooLarge,),
    ),
    Route("list_workflows", "GET", "/workflows", READ, 200, "List workflows by name", "Workflows", query=Page),
    Route(
        "get_workflow",
        "GET",
        "/workflows/{workflow_name}",
        READ,
        200,
        "Get a workflow with its current definition",
        "WorkflowWithDefinition",
        errors=(errors.WorkflowNotFound,),
    ),
    Route(
        "list_versions",
        "GET",
        "/workflows/{workflow_name}/versions",
        READ,
        200,
        "List a workflow's versions, newest first",
        "Versions",
        query=Page,
        errors=(errors.WorkflowNotFound,),
    ),
    Route(
        "create_version",
        "POST",
        "/workflows/{workflow_name}/versions",
        WRITE,
        201,
        "Add the next version of a workflow",
        "VersionCreated",
        body=Definition,
        errors=(errors.WorkflowNotFound, errors.InvalidWorkflow, errors.PayloadTooLarge),
    ),
    Route(
        "get_version",
        "GET",
        "/workflows/{workflow_name}/versions/{version_id}",
        READ,
        200,
        "Get a version with its definition",
        "VersionWithDefinition",
        errors=(errors.WorkflowNotFound, errors.VersionNotFound),
    ),
    Route(
        "publish_version",
        "POST",
        "/workflows/{workflow_name}/versions/{version_id}/publish",
        WRITE,
        200,
        "Make a version the one that new instances run",
        "VersionPublished",
        body=EmptyBody,
        errors=(errors.WorkflowNotFound, errors.VersionNotFound, errors.AlreadyPublished),
    ),
    Route("get_openapi", "GET", "/openapi.json", None, 200, "This document", "OpenApi"),
    Route(
        "create_instance",
        "POST",
        "/workflows/{workflow_name}/instances",
        EXECUTE,
        201,
        "Start an instance",
        "Instance",
        body=CreateInstanceBody,
        idempotent=True,
        errors=(
            errors.WorkflowNotFound,
            errors.VersionNotFound,
            errors.WorkflowNotPublished,
            errors.NamespaceQuotaExceeded,
            errors.PayloadTooLarge,
            errors.ActionFailed,
            *_IDEMPOTENCY,
        ),
    ),
    Route(
        "list_instances",
        "GET",
        "/workflows/instances",
        READ,
        200,
        "List instances, newest first",
        "Instances",
        query=InstancesPage,
    ),
    Route(
        "get_instance",
        "GET",
        "/workflows/instances/{instance_id}",
        READ,
        200,
        "Get an instance with its open question, threads and history",
        "InstanceDetails",
        errors=_INSTANCE,
    ),
    Route(
        "resume_instance",
        "POST",
        "/workflows/instances/{instance_id}/resume",
        EXECUTE,
        200,
        "Answer the halt of an instance",
        "Instance",
        body=ResumeBody,
        idempotent=True,
        errors=(*_RESUME, errors.InstanceNotHalted),
    ),
    Route(
        "cancel_instance",
        "POST",
        "/workflows/instances/{instance_id}/cancel",
        EXECUTE,
        200,
        "Cancel an instance",
        "Cancelled",
        body=EmptyBody,
        errors=(*_INSTANCE, errors.InstanceNotActive),
    ),
    Route(
        "list_threads",
        "GET",
        "/workflows/instances/{instance_id}/threads",
        READ,
        200,
        "List an instance's threads",
        "Threads",
        errors=_INSTANCE,
    ),
    Route(
        "resume_thread",
        "POST",
        "/workflows/instances/{instance_id}/threads/{thread_id}/resume",
        EXECUTE,
        200,
        "Answer the halt of one thread",
        "Instance",
        body=ResumeBody,
        idempotent=True,
        errors=(*_RESUME, errors.ThreadNotFound, errors.ThreadNotHalted),
    ),
    Route(
        "create_trigger",
        "POST",
        "/triggers",
        WRITE,
        201,
        "Have events or a schedule start instances",
        "Trigger",
        body=CreateTriggerBody,
        errors=(
            errors.WorkflowNotFound, errors.TriggerExists, errors.TriggerLimitReached, errors.ConcurrentModification,
        ),
    ),
    Route("list_triggers", "GET", "/triggers", READ, 200, "List triggers, newest first", "Triggers", query=Page),
    Route(
        "get_trigger", "GET", "/triggers/{trigger_id}", READ, 200, "Get a trigger", "Trigger",
        errors=(errors.TriggerNotFound,),
    ),
    Route(
        "update_trigger",
        "PATCH",
        "/triggers/{trigger_id}",
        WRITE,
        200,
        "Pause or resume a trigger",
        "Trigger",
        body=UpdateTriggerBody,
        errors=(errors.TriggerNotFound,),
    ),
    Route(
        "delete_trigger", "DELETE", "/triggers/{trigger_id}", WRITE, 204, "Delete a trigger", "",
        errors=(errors.TriggerNotFound,),
    ),
    Route(
        "list_trigger_failures",
        "GET",
        "/triggers/{trigger_id}/failures",
        READ,
        200,
        "List the events of the last 30 days that could not start an instance, newest first",
        "TriggerFailures",
        query=Page,
        errors=(errors.TriggerNotFound,),
    ),
)  # fmt: skip

OPERATIONS: dict[str, Route] = {route.operation: route for route in ROUTES}
