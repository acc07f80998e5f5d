"""History: what happened to an instance, and the errors of all instances."""

from interactor import errors
from interactor.api.models.history import ErrorsPage, EventParameters, HistoryPage
from interactor.api.routes.route import READ, Route

ROUTES: tuple[Route, ...] = (
    Route(
        "list_events",
        "GET",
        "/workflows/instances/{instance_id}/history",
        READ,
        200,
        "List what happened to an instance, and why",
        "History",
        query=HistoryPage,
        errors=(errors.InstanceNotFound, errors.ThreadNotFound),
    ),
    Route(
        "get_event",
        "GET",
        "/workflows/instances/{instance_id}/events/{event_id}",
        READ,
        200,
        "Get an event of an instance",
        "HistoryEvent",
        query=EventParameters,
        errors=(errors.InstanceNotFound, errors.EventNotFound),
    ),
    Route(
        "list_errors",
        "GET",
        "/workflows/errors",
        READ,
        200,
        "List the errors of all instances, newest first, and count them",
        "Errors",
        query=ErrorsPage,
    ),
)
