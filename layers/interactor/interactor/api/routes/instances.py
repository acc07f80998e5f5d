"""Instances: start, list, read, answer, cancel."""

from interactor import errors
from interactor.api.models.base import EmptyBody
from interactor.api.models.instances import CreateInstanceBody, FormQuery, InstancesPage, ResumeBody, ResumeQuery
from interactor.api.routes.route import EXECUTE, READ, Route

_INSTANCE = (errors.InstanceNotFound,)
_IDEMPOTENCY = (errors.IdempotencyInProgress, errors.IdempotencyKeyReused)
_RESUME = (
    *_INSTANCE, errors.InvalidInput, errors.InvalidTransition, errors.ConcurrentModification,
    errors.PayloadTooLarge, errors.ActionFailed, *_IDEMPOTENCY,
)  # fmt: skip

ROUTES: tuple[Route, ...] = (
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
        "Resumed",
        body=ResumeBody,
        query=ResumeQuery,
        idempotent=True,
        errors=(*_RESUME, errors.InstanceNotHalted),
    ),
    Route(
        "get_form",
        "GET",
        "/workflows/instances/{instance_id}/form",
        READ,
        200,
        "Get the open form of a halt as JSON Schema, with hints for showing it",
        "OpenForm",
        query=FormQuery,
        errors=(*_INSTANCE, errors.ThreadNotFound, errors.InstanceNotHalted, errors.ThreadNotHalted),
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
        "Resumed",
        body=ResumeBody,
        query=ResumeQuery,
        idempotent=True,
        errors=(*_RESUME, errors.ThreadNotFound, errors.ThreadNotHalted),
    ),
)  # fmt: skip
