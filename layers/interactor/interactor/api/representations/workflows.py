"""What workflows and versions look like to clients; the names are the reference's, to the letter."""

from interactor.clock import Millis, to_iso
from interactor.json_text import Json
from interactor.metrics.histogram import percentile
from interactor.metrics.statistics import Statistics
from interactor.storage.statistics import Wait
from interactor.storage.workflows import Version, Workflow


def workflow_json(workflow: Workflow) -> dict[str, Json]:
    return {
        "name": workflow.name,
        "workflow_id": workflow.id,
        "latest_version_id": workflow.latest_version_id,
        "published_version_id": workflow.published_version_id,
        "created_at": to_iso(workflow.created_at),
    }


def version_json(version: Version) -> dict[str, Json]:
    document = {"version_id": version.version_id, "status": version.status, "created_at": to_iso(version.created_at)}
    if version.published_at is not None:
        document["published_at"] = to_iso(version.published_at)
    return document


def statistics_json(workflow_name: str, statistics: Statistics, wait: Wait | None, now: Millis) -> dict[str, Json]:
    by_state = {name: +state.instances for name, state in sorted(statistics.states.items())}
    return {
        "workflow_name": workflow_name,
        "as_of": None if statistics.as_of is None else to_iso(statistics.as_of),
        "instances": {
            "by_status": +statistics.by_status,
            "by_state": {name: counts for name, counts in by_state.items() if counts},
        },
        "oldest_wait": _wait_json(wait, now) if wait else None,
        "states": {
            name: {
                "visits": state.stays.total(),
                "p50_ms": percentile(state.stays, 0.5),
                "p95_ms": percentile(state.stays, 0.95),
            }
            for name, state in sorted(statistics.states.items())
            if state.stays
        },
    }


def _wait_json(wait: Wait, now: Millis) -> dict[str, Json]:
    shown = {
        "instance_id": wait.instance_id,
        "state": wait.state,
        "since": to_iso(wait.since),
        "seconds": max(now - wait.since, 0) // 1000,
    }
    return {**shown, "at_least": True} if wait.at_least else shown
