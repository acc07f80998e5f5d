"""History over HTTP: an instance's events (reference, 'History API')."""

from interactor.api import envelope
from interactor.api.calls import Call
from interactor.api.cursors import Cursors
from interactor.api.models.history import EventParameters, HistoryPage
from interactor.api.representations.history import event_json, history_json
from interactor.json_text import canonical
from interactor.services.parts import Parts
from interactor.services.read_history import ReadHistory, read_event, read_history
from interactor.storage.idempotency import Answer

from .api import api


@api.operation("list_events")
def list_events(parts: Parts, call: Call) -> Answer:
    page = call.query(HistoryPage)
    instance_id = call.path_parameters["instance_id"]
    filters = page.model_dump(include={"types", "since", "until", "thread", "order"}, exclude_none=True)
    cursors = Cursors.of(parts, call, f"history {instance_id} {canonical(filters)}")
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
    return envelope.page(history_json(found), None if found.next is None else cursors.make(str(found.next)))


@api.operation("get_event")
def get_event(parts: Parts, call: Call) -> Answer:
    include_data = call.query(EventParameters).include_data == "true"
    instance_id, identifier = call.path_parameters["instance_id"], call.path_parameters["event_id"]
    found = read_event(parts, call.principal, instance_id, identifier, include_data=include_data)
    return envelope.success(200, event_json(found))
