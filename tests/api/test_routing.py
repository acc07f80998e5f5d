"""A path is served by the operation whose path names more of it, whichever was bound first."""

from itertools import permutations

import pytest

from interactor.api.api import Api
from interactor.api.routes.table import OPERATIONS
from interactor.storage.idempotency import Answer
from tests.world import World

CLOSEST = ("list_instances", "get_workflow")


@pytest.mark.parametrize("order", list(permutations(CLOSEST)), ids=" ".join)
def test_a_named_segment_goes_before_one_that_may_be_any(world: World, order: tuple[str, ...]) -> None:
    api = Api(*(OPERATIONS[operation] for operation in order))
    api.use(world.parts)
    for operation in order:
        api.operation(operation)(lambda parts, call, name=operation: Answer(200, name))
    for path, operation in (("/workflows/instances", "list_instances"), ("/workflows/other", "get_workflow")):
        event = {
            "rawPath": f"/api/v1{path}", "headers": {"authorization": "Bearer user"},
            "requestContext": {"http": {"method": "GET", "path": path}, "timeEpoch": world.clock()},
        }  # fmt: skip
        assert api.handle(event, None)["body"] == operation


@pytest.mark.parametrize("path", ["/workflows/", "/workflows/a/", "/workflows/a/b", "workflows/a"])
def test_a_parameter_is_one_segment_with_something_in_it(path: str) -> None:
    assert OPERATIONS["get_workflow"].match("/workflows/a b") == {"workflow_name": "a b"}
    assert OPERATIONS["get_workflow"].match(path) is None
