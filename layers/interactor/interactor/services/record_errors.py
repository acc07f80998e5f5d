"""The errors of a commit, for the list of all instances' errors; caught ones as well as those that end an instance."""

from interactor.engine.history import Event
from interactor.ids import event_id
from interactor.services.parts import Parts
from interactor.storage.error_records import ErrorRecord
from interactor.storage.instances import Stored


def record_errors(parts: Parts, stored: Stored) -> None:
    """Record each error that came with this commit. May be done again."""
    news = stored.news
    for place, (number, event) in enumerate(news):
        if event["type"] == "error":
            following = news[place + 1][1] if place + 1 < len(news) else None
            parts.error_records.record(stored.instance, _record(stored, number, event, following))


def _record(stored: Stored, number: int, event: Event, following: Event | None) -> ErrorRecord:
    instance = stored.instance
    return ErrorRecord(
        id=event_id(instance.id, number, event["at"]),
        instance_id=instance.id,
        workflow_name=instance.workflow_name,
        version_id=instance.version_id,
        namespace=instance.namespace,
        thread=event["thread"],
        state=event["state"],
        code=event["code"],
        message=event["message"],
        fatal=following is not None and following["subtype"] == "failed",
    )
