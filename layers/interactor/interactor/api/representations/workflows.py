"""What workflows and versions look like to clients; the names are the reference's, to the letter."""

from interactor.clock import to_iso
from interactor.json_text import Json
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
