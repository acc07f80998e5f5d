"""What calls about definitions are refused for: how each code comes about, for `test_real_refusals.py`."""

from interactor.engine.definition.workflow import MAX_DEFINITION_BYTES
from tests.answered import Answered
from tests.api.openapi.journeys import (
    APPROVAL,
    NAME,
    NO_VERSION,
    Refusal,
    Situation,
    drafted,
    get,
    post,
)
from tests.world import World

LARGE_DEFINITION = {**APPROVAL, "description": "x" * MAX_DEFINITION_BYTES}
SIMULATE = "/workflows/simulate"


def taken_name(world: World) -> Answered:
    post(world, "/workflows", APPROVAL)
    return post(world, "/workflows", APPROVAL)


def invalid_next_version(world: World) -> Answered:
    return post(world, drafted(world).rpartition("/")[0], {})


def no_such_version(world: World) -> str:
    return f"{drafted(world).rpartition('/')[0]}/{NO_VERSION}"


def published_twice(world: World) -> Answered:
    path = f"{drafted(world)}/publish"
    post(world, path)
    return post(world, path)


WORKFLOWS: dict[Refusal, Situation] = {
    ("create_workflow", 400, "invalid_workflow"): lambda world: post(world, "/workflows", {}),
    ("create_workflow", 409, "workflow_exists"): taken_name,
    ("create_workflow", 413, "payload_too_large"): lambda world: post(world, "/workflows", LARGE_DEFINITION),
    ("simulate_workflow", 400, "invalid_workflow"): lambda world: post(world, SIMULATE, {"definition": {}}),
    ("simulate_workflow", 413, "payload_too_large"): (
        lambda world: post(world, SIMULATE, {"definition": LARGE_DEFINITION})
    ),
    ("simulate_workflow", 404, "workflow_not_found"): lambda world: post(world, SIMULATE, {"name": "none"}),
    ("simulate_workflow", 404, "version_not_found"): (
        lambda world: drafted(world) and post(world, SIMULATE, {"name": NAME, "version_id": NO_VERSION})
    ),
    ("get_workflow", 404, "workflow_not_found"): lambda world: get(world, "/workflows/none"),
    ("list_versions", 404, "workflow_not_found"): lambda world: get(world, "/workflows/none/versions"),
    ("get_workflow_statistics", 404, "workflow_not_found"): lambda world: get(world, "/workflows/none/stats"),
    ("create_version", 404, "workflow_not_found"): lambda world: post(world, "/workflows/none/versions", APPROVAL),
    ("create_version", 400, "invalid_workflow"): invalid_next_version,
    ("get_version", 404, "workflow_not_found"): lambda world: get(world, f"/workflows/none/versions/{NO_VERSION}"),
    ("get_version", 404, "version_not_found"): lambda world: get(world, no_such_version(world)),
    ("publish_version", 404, "workflow_not_found"): (
        lambda world: post(world, f"/workflows/none/versions/{NO_VERSION}/publish")
    ),
    ("publish_version", 404, "version_not_found"): lambda world: post(world, f"{no_such_version(world)}/publish"),
    ("publish_version", 400, "already_published"): published_twice,
}
