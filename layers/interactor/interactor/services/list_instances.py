"""List the instances a caller may see, newest first, by any combination of filters (reference, 'List Instances')."""

from typing import NamedTuple

from interactor.auth.principals import Principal
from interactor.errors import InvalidRequest
from interactor.services.parts import Parts
from interactor.storage.instances import Summary
from interactor.storage.keys import STATUS_CLASSES

MAX_NAMESPACES = 25
"""Namespaces that one list reads side by side; a token that owns more has to name one."""

_CLASSES_OF_STATUS = {
    "running": ("running", "awaiting"),
    "halted": ("halted",),
    "completed": ("completed",),
    "failed": ("failed",),
    "cancelled": ("cancelled",),
}
_AWAITING = ("awaiting", "halted")


class ListInstances(NamedTuple):
    """`after` is the id that the page before ended with."""

    namespace: str | None
    workflow_name: str | None
    status: str | None
    awaiting_input: bool | None
    after: str | None
    limit: int


def list_instances(parts: Parts, caller: Principal, request: ListInstances) -> tuple[list[Summary], bool]:
    """(the page, whether there is more). A namespace that the caller does not own has no instances, as one that does
    not exist.
    """
    classes = _CLASSES_OF_STATUS.get(request.status, ()) if request.status else STATUS_CLASSES
    if request.awaiting_input is not None:
        classes = tuple(name for name in classes if (name in _AWAITING) is request.awaiting_input)
    namespaces = readable_namespaces(caller, request.namespace)
    if not classes or namespaces == []:
        return [], False
    page = parts.instances.page(
        caller.account, namespaces, request.workflow_name, classes, request.after, request.limit + 1
    )
    return page[: request.limit], len(page) > request.limit


def readable_namespaces(caller: Principal, wanted: str | None) -> list[str] | None:
    """The namespaces of the caller's that a list is to read, `wanted` or all; None where that is every one there is.

    Raises InvalidRequest where there are too many to read side by side.
    """
    if wanted is not None:
        return [wanted] if caller.owns(wanted) else []
    if caller.owns_every_namespace:
        return None
    if len(caller.namespaces) > MAX_NAMESPACES:
        raise InvalidRequest(
            f"This token owns {len(caller.namespaces)} namespaces: name one as 'namespace'", {"parameter": "namespace"}
        )
    return sorted(caller.namespaces)
