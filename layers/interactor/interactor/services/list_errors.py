"""List and count the errors of all instances that a caller may see (reference, 'Error Dashboard')."""

from collections import Counter
from typing import NamedTuple

from interactor.auth.principals import Principal
from interactor.clock import Millis, to_iso
from interactor.errors import InvalidRequest
from interactor.services.list_instances import readable_namespaces
from interactor.services.parts import Parts
from interactor.storage.error_records import HOUR, KEPT, Asked, ErrorRecord

DEFAULT_WINDOW: Millis = 7 * 24 * HOUR
"""How far back the list goes unless `since` says."""


class ListErrors(NamedTuple):
    """Errors in [since, until); `after` is the id that the page before ended with."""

    namespace: str | None
    workflow_name: str | None
    since: Millis | None
    until: Millis | None
    after: str | None
    limit: int


class ErrorsPage(NamedTuple):
    """A page, newest first, and the numbers of errors by (code, workflow) from `since` until `until`, whole hours."""

    errors: list[ErrorRecord]
    has_more: bool
    since: Millis
    until: Millis
    counts: Counter[tuple[str, str]]


def list_errors(parts: Parts, caller: Principal, request: ListErrors) -> ErrorsPage:
    """A namespace that the caller does not own has no errors, as one that does not exist. Raises InvalidRequest."""
    now = parts.clock()
    latest = max(now, request.since or 0) + 1  # a caller's clock may be ahead of ours
    until = latest if request.until is None else request.until
    since = until - DEFAULT_WINDOW if request.since is None else request.since
    if since >= until:
        raise InvalidRequest.of((("since",), f"must be before 'until' ({to_iso(until)}), not {to_iso(since)}"))
    since, until = max(since, now - KEPT), min(max(until, now - KEPT), latest)
    counted_since, counted_until = since // HOUR * HOUR, -(-until // HOUR) * HOUR
    namespaces = readable_namespaces(caller, request.namespace)
    if namespaces == [] or since >= until:
        return ErrorsPage([], False, counted_since, counted_until, Counter())
    asked = Asked(caller.account, namespaces, request.workflow_name, since, until)
    found = parts.error_records.page(asked, request.after, request.limit + 1)
    counts = parts.error_records.counts(asked)
    has_more = len(found) > request.limit
    return ErrorsPage(found[: request.limit], has_more, counted_since, counted_until, counts)
