"""What triggers and their failures look like to clients."""

from interactor.clock import Millis, to_iso
from interactor.ids import moment_of
from interactor.json_text import Json
from interactor.storage.triggers import Failure, Trigger


def trigger_json(trigger: Trigger, now: Millis) -> dict[str, Json]:
    """A trigger; one whose only moment has passed is `completed`."""
    document: dict[str, Json] = {
        "id": trigger.id,
        "name": trigger.name,
        "workflow_name": trigger.workflow_name,
        "namespace": trigger.namespace,
        "status": trigger.status,
        "input": trigger.input,
        "created_at": to_iso(moment_of(trigger.id)),
    }
    if trigger.schedule is None:
        return document | {"event_pattern": trigger.event_pattern}
    if trigger.schedule.once_at is not None and trigger.schedule.once_at <= now:
        document["status"] = "completed"
    schedule = {"expression": trigger.schedule.expression, "timezone": trigger.schedule.timezone}
    return document | {"schedule": schedule}


def trigger_failure_json(failure: Failure) -> dict[str, Json]:
    return {
        "id": failure.id,
        "event_id": failure.event_id,
        "source": failure.source,
        "detail_type": failure.detail_type,
        "failed_at": to_iso(failure.at),
        "error": {"code": failure.code, "message": failure.message},
    }
