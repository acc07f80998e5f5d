"""What history and the list of errors look like to clients; the names are the reference's, to the letter."""

from collections import Counter
from collections.abc import Iterable

from interactor.clock import to_iso
from interactor.ids import moment_of
from interactor.json_text import Json
from interactor.services.list_errors import ErrorsPage
from interactor.services.read_history import HistoryEvent, HistoryPage
from interactor.storage.error_records import ErrorRecord


def history_json(page: HistoryPage) -> dict[str, Json]:
    """A page of an instance's history, without its pagination."""
    return {
        "instance_id": page.instance.id,
        "workflow_id": page.workflow_id,
        "status": page.instance.status,
        "events": [event_json(event) for event in page.events],
    }


def event_json(shown: HistoryEvent) -> dict[str, Json]:
    """An event: what the engine noted, under its public id and time."""
    event = shown.event
    known = ("type", "subtype", "at")
    document: dict[str, Json] = {
        "id": shown.id,
        "type": event["type"],
        "subtype": event["subtype"],
        "timestamp": to_iso(event["at"]),
        **{name: value for name, value in event.items() if name not in known},
    }
    if shown.explain is not None:
        document["explain"] = shown.explain
    if shown.data is not None:
        document["workflow_data"] = shown.data
    return document


def errors_json(page: ErrorsPage) -> dict[str, Json]:
    """A page of errors with their counts, without its pagination."""
    return {
        "errors": [_error_json(error) for error in page.errors],
        "counts": {
            "since": to_iso(page.since),
            "until": to_iso(page.until),
            "total": page.counts.total(),
            "by_code": _summed((code, count) for (code, _), count in page.counts.items()),
            "by_workflow": _summed((workflow, count) for (_, workflow), count in page.counts.items()),
        },
    }


def _error_json(error: ErrorRecord) -> dict[str, Json]:
    return {
        "id": error.id,
        "instance_id": error.instance_id,
        "workflow_name": error.workflow_name,
        "version_id": error.version_id,
        "namespace": error.namespace,
        "thread": error.thread,
        "state": error.state,
        "code": error.code,
        "message": error.message,
        "fatal": error.fatal,
        "timestamp": to_iso(moment_of(error.id)),
    }


def _summed(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The sums by name, the largest first."""
    sums: Counter[str] = Counter()
    for name, count in counts:
        sums[name] += count
    return dict(sums.most_common())
