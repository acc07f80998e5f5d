"""The reference's limits on definitions, data, inputs and lists, as a client meets them: the limit itself is accepted,
one more is refused with a message that names it.

The same limits in the engine alone: `tests/engine/definitions/test_limits.py`.
"""

import json
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from interactor.json_text import size_of
from tests.answered import Answered
from tests.definitions import end, form, halt, script, skip, workflow
from tests.world import World

Json: TypeAlias = dict[str, Any]

KB = 1024
FRAME = len('{"x":""}')


def states(count: int) -> Json:
    return workflow(**{f"s{number}": end() for number in range(count)})


def transitions(count: int) -> Json:
    return workflow(a=skip(*["z"] * count), z=end())


def name(length: int) -> Json:
    return workflow("n" * length, a=end())


def code(size: int) -> Json:
    return workflow(a=script("//" + "x" * (size - 2), "z"), z=end())


def fields(count: int) -> Json:
    presentation = form(*({"name": f"f{number}", "type": "string"} for number in range(count)))
    return workflow(a=halt("z", presentation=presentation), z=end())


def whole(size: int) -> Json:
    definition: Json = {**workflow(a=end()), "metadata": {"filler": ""}}
    definition["metadata"]["filler"] = "x" * (size - size_of(definition))
    return definition


OF_DEFINITIONS: list[tuple[Callable[[int], Json], int, str]] = [
    (states, 100, "100"),
    (transitions, 20, "20"),
    (name, 64, "64"),
    (code, 64 * KB, "65536"),
    (fields, 50, "50"),
]


@pytest.mark.parametrize(("build", "limit", "told"), OF_DEFINITIONS)
def test_of_definitions(world: World, build: Callable[[int], Json], limit: int, told: str) -> None:
    accepted = world.post("/workflows", build(limit))
    assert accepted.status == 201, accepted.text
    refused = world.post("/workflows", build(limit + 1))
    assert (refused.status, refused.error["code"]) == (400, "invalid_workflow")
    assert told in refused.error["message"]


@pytest.mark.parametrize("path", ["/workflows", "/workflows/validate", "/workflows/flow/versions"])
def test_of_a_whole_definition(world: World, path: str) -> None:
    if path.endswith("versions"):
        world.post("/workflows", workflow(a=end()))
    assert world.post(path, whole(1024 * KB)).status in (200, 201)
    refused = world.post(path, whole(1024 * KB + 1))
    assert (refused.status, refused.error["code"]) == (413, "payload_too_large")
    assert refused.error["details"] == {"limit": 1024 * KB}


def test_white_space_does_not_count(world: World) -> None:
    assert world.post("/workflows", raw=json.dumps(whole(1024 * KB), indent=4)).status == 201


def input_of(size: int) -> Json:
    return {"x": "x" * (size - FRAME)}


def start(world: World, body: Json) -> Answered:
    return world.start("flow", body)


def resume(world: World, body: Json) -> Answered:
    return world.resume(world.start("flow").data["id"], body)


def resume_thread(world: World, body: Json) -> Answered:
    id_ = world.start("flow").data["id"]
    return world.post(f"/workflows/instances/{id_}/threads/thread_main/resume", {"input": body})


@pytest.mark.parametrize("send", [start, resume, resume_thread])
def test_of_an_input(world: World, send: Callable[[World, Json], Answered]) -> None:
    world.publish(workflow(a=halt("z"), z=end()))
    assert send(world, input_of(64 * KB)).status < 300
    refused = send(world, input_of(64 * KB + 1))
    assert (refused.status, refused.error["code"]) == (413, "payload_too_large")
    assert refused.error["details"] == {"limit": 64 * KB}


def test_an_input_is_measured_in_bytes(world: World) -> None:
    world.publish(workflow(a=halt("z"), z=end()))
    assert world.start("flow", {"x": "€" * (64 * KB // 3 + 1)}).status == 413


def grow(total: int) -> Json:
    """A workflow whose script makes the data so many bytes in all."""
    return workflow(a=script(f"return {{x: 'x'.repeat({total - FRAME})}}", "z"), z=end())


def test_of_the_data_of_an_instance(world: World) -> None:
    world.publish(grow(256 * KB))
    assert world.start("flow").data["status"] == "completed"
    world.publish({**grow(256 * KB + 1), "name": "more"})
    refused = world.start("more")
    assert (refused.status, refused.error["code"]) == (500, "data_limit_exceeded")
    assert "262144" in refused.error["message"]


def test_of_data_gathered_over_several_answers(world: World) -> None:
    world.publish(workflow(a=halt("b"), b=halt("c"), c=halt("d"), d=halt("e"), e=halt("z"), z=end()))
    id_ = world.start("flow").data["id"]
    for key in "bcde":
        room = 64 * KB - len('{"b":"",')
        assert world.resume(id_, {key: "x" * room}).status == 200
    before = world.instance(id_)
    refused = world.resume(id_, {"f": "x" * 100})
    assert refused.error["code"] == "data_limit_exceeded"
    assert world.instance(id_) == before


@pytest.mark.parametrize(
    ("path", "most", "usual"),
    [("/workflows", 1000, 100), ("/workflows/flow/versions", 1000, 100), ("/workflows/instances", 200, 50)],
)
def test_of_a_page(world: World, path: str, most: int, usual: int) -> None:
    world.publish(workflow(a=end()))
    assert world.get(path, query=f"limit={most}").status == 200
    for limit in (0, most + 1):
        refused = world.get(path, query=f"limit={limit}")
        assert (refused.status, refused.error["code"]) == (400, "invalid_request")
        assert str(limit) in refused.error["message"]
    world.aws.requests.clear()
    world.get(path)
    assert {request["Limit"] for request in world.aws.sent("query")} == {usual + 1}
