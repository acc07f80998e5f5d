"""Success is `{"data": …}`, failure `{"error": {…}}`, and every answer has a request id."""

import json
import re
from typing import Any

import pytest

from interactor.api.routes.route import Route
from tests.api.matrix import PROTECTED, Place, name_of
from tests.services.soundness import whole_history
from tests.world import World

OWN_ID = {"X-Request-Id": "my-correlation.id_1"}


@pytest.mark.parametrize("route", PROTECTED, ids=name_of)
def test_success_has_data_and_a_request_id(place: Place, route: Route) -> None:
    answer = place.call(route)
    assert re.fullmatch(r"req_[0-9A-HJKMNP-TV-Z]{26}", answer.headers["X-Request-Id"])
    if route.status == 204:
        assert (answer.text, "Content-Type" in answer.headers) == ("", False)
    else:
        assert list(answer.json) == ["data"]
        assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("route", PROTECTED, ids=name_of)
def test_failure_has_an_error_and_the_same_request_id(place: Place, route: Route) -> None:
    answer = place.call(route, as_=None)
    assert list(answer.json) == ["error"]
    assert answer.error.keys() == {"code", "message", "details", "request_id"}
    assert answer.error["request_id"] == answer.headers["X-Request-Id"]
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("route", PROTECTED, ids=name_of)
@pytest.mark.parametrize("caller", ["user", None])
def test_the_client_s_own_request_id_comes_back(place: Place, route: Route, caller: str | None) -> None:
    answer = place.call(route, as_=caller, headers=OWN_ID)
    assert answer.headers["X-Request-Id"] == "my-correlation.id_1"


def test_the_client_s_own_request_id_is_in_history(place: Place) -> None:
    world = place.world
    instance_id = world.start("flow", headers={"X-Request-Id": "one"}).data["id"]
    world.resume(instance_id, {}, headers={"X-Request-Id": "two"})
    stored = world.parts.instances.load("acme", instance_id)
    assert stored
    assert [event["request_id"] for event in whole_history(world, stored) if "request_id" in event] == ["one", "two"]


@pytest.mark.parametrize("own", ["", "a b", "a" * 129, "é", "a\n", "a,b", "<script>", "\x00", "a/b"])
def test_a_malformed_one_is_replaced(world: World, own: str) -> None:
    answer = world.get("/workflows", headers={"X-Request-Id": own})
    assert answer.headers["X-Request-Id"].startswith("req_")


@pytest.mark.parametrize("own", ["a", "a" * 128, "A-Z_0.9", "req_1"])
def test_a_well_formed_one_is_kept(world: World, own: str) -> None:
    assert world.get("/workflows", headers={"X-Request-Id": own}).headers["X-Request-Id"] == own


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/nothing"),
        ("GET", "/workflows/"),
        ("GET", "/workflows//versions"),
        ("GET", "/workflowsx"),
        ("POST", "/workflows/a/b/c/d"),
        ("GET", "/workflows/instances/x/history/y"),
        ("GET", "/Workflows"),
        ("GET", '/workflows/a"b/versions'),
        ("GET", "/workflows/a\\b"),
        ("GET", "/workflows/`"),
        ("GET", "/workflows/instances/a?b"),
        ("GET", "/workflows/\n"),
        ("GET", ""),
        ("GET", "x/workflows"),
    ],
)
def test_where_nothing_is_nothing_is_found(world: World, method: str, path: str) -> None:
    answer = world.call(method, path)
    assert (answer.status, answer.error["code"] in ("not_found", "workflow_not_found", "instance_not_found")) == (
        404,
        True,
    )
    assert answer.headers["X-Request-Id"] == answer.error["request_id"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/workflows", "GET, POST"),
        ("DELETE", "/workflows/flow", "GET"),
        ("GET", "/workflows/validate/x/y", None),
        ("PATCH", "/workflows/instances/x", "GET"),
        ("GET", "/workflows/instances/x/resume", "POST"),
        ("POST", "/workflows/instances", "GET"),
        ("HEAD", "/workflows", "GET, POST"),
        ("OPTIONS", "/workflows", "GET, POST"),
        ("GET", "/workflows/flow/instances", "POST"),
    ],
)
def test_a_method_that_a_path_does_not_take_is_told_which_it_does(
    world: World, method: str, path: str, allowed: str | None
) -> None:
    answer = world.call(method, path)
    if allowed is None:
        assert (answer.status, answer.error["code"]) == (404, "not_found")
    else:
        assert (answer.status, answer.error["code"]) == (405, "method_not_allowed")
        assert answer.headers["Allow"] == allowed


class Broken(Exception):
    pass


@pytest.mark.parametrize("route", PROTECTED, ids=name_of)
def test_a_fault_of_ours_shows_nothing_of_itself(place: Place, route: Route) -> None:
    def broken(operation: str, send: Any) -> Any:
        raise Broken("the secret inside")

    place.world.aws.interruption = broken
    if route.operation == "validate_workflow":
        place.world.replace(scripts=None)  # what has no attributes raises at the first use
    answer = place.call(route)
    if route.operation == "validate_workflow" and answer.status == 200:
        return  # needs neither table nor scripts
    assert (answer.status, answer.error["code"], answer.error["details"]) == (500, "internal_error", None)
    for trace in ("secret", "Broken", "Traceback", ".py", "line "):
        assert trace not in answer.text


def test_text_is_escaped_so_that_any_reader_can_read_it(place: Place) -> None:
    answer = place.world.start("flow", {"x": "é😀\u2028"})
    assert answer.text.isascii()
    assert json.loads(answer.text)["data"]["workflow_data"] == {}
