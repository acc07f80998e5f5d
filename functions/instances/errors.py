"""The errors of all instances over HTTP (reference, 'Error Dashboard')."""

from interactor.api import envelope
from interactor.api.calls import Call
from interactor.api.cursors import Cursors
from interactor.api.models.history import ErrorsPage
from interactor.api.representations.history import errors_json
from interactor.json_text import canonical
from interactor.services.list_errors import ListErrors, list_errors
from interactor.services.parts import Parts
from interactor.storage.idempotency import Answer

from .api import api


@api.operation("list_errors")
def list_(parts: Parts, call: Call) -> Answer:
    page = call.query(ErrorsPage)
    filters = page.model_dump(exclude={"limit", "cursor"}, exclude_none=True)
    cursors = Cursors.of(parts, call, f"errors {canonical(filters)}")
    after = cursors.read(page.cursor)
    request = ListErrors(page.namespace, page.workflow_name, page.since, page.until, after, page.limit)
    found = list_errors(parts, call.principal, request)
    return envelope.page(errors_json(found), cursors.make(found.errors[-1].id) if found.has_more else None)
