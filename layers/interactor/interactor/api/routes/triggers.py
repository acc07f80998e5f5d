"""Triggers: what starts instances by itself."""

from interactor import errors
from interactor.api.models.base import Page
from interactor.api.models.triggers import CreateTriggerBody, UpdateTriggerBody
from interactor.api.routes.route import READ, WRITE, Route

ROUTES: tuple[Route, ...] = (
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
