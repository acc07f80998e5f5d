"""Workflows are listed by name and versions newest first, page by page."""

from typing import Any

import pytest

from tests.definitions import end, halt, workflow
from tests.world import World


def pages(world: World, path: str, kind: str, limit: int) -> list[Any]:
    entries: list[Any] = []
    query = f"limit={limit}"
    while True:
        page = world.get(path, query=query).data
        entries += page[kind]
        if not page["pagination"]["has_more"]:
            return entries
        query = f"limit={limit}&cursor={page['pagination']['next_cursor']}"


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
def test_workflows_come_by_name(world: World, limit: int) -> None:
    for name in ("c", "a", "B", "b-2", "b"):
        world.post("/workflows", workflow(name, a=end()))
    assert [entry["name"] for entry in pages(world, "/workflows", "workflows", limit)] == ["B", "a", "b", "b-2", "c"]


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
def test_versions_come_newest_first(world: World, limit: int) -> None:
    ids = [world.publish(workflow(a=end()))]
    ids += [world.post("/workflows/flow/versions", workflow(a=end())).data["version_id"] for _ in range(3)]
    entries = pages(world, "/workflows/flow/versions", "versions", limit)
    assert [entry["version_id"] for entry in entries] == ids[::-1]
    assert [entry["status"] for entry in entries] == ["draft"] * 3 + ["published"]


def test_of_versions_that_are_added_at_once_the_first_in_the_list_is_the_latest(world: World) -> None:
    world.publish(workflow(a=end()))
    world.clock.pass_by(10_000)
    newer = world.post("/workflows/flow/versions", workflow(a=end())).data["version_id"]
    world.clock.now -= 5_000  # began earlier, and commits later
    older = world.post("/workflows/flow/versions", workflow(b=end())).data["version_id"]
    versions = world.get("/workflows/flow/versions").data["versions"]
    assert [entry["version_id"] for entry in versions[:2]] == [newer, older]
    assert world.get("/workflows").data["workflows"][0]["latest_version_id"] == newer
    assert world.get(f"/workflows/flow/versions/{older}").data["definition"]["states"] == {"b": end()}


def test_an_entry_says_what_the_reference_shows(world: World) -> None:
    version_id = world.post("/workflows", workflow(a=end())).data["version_id"]
    entry = world.get("/workflows").data["workflows"][0]
    assert (entry["latest_version_id"], entry["published_version_id"]) == (version_id, None)
    world.post(f"/workflows/flow/versions/{version_id}/publish")
    newer = world.post("/workflows/flow/versions", workflow(a=end())).data["version_id"]
    entry = world.get("/workflows").data["workflows"][0]
    assert (entry["latest_version_id"], entry["published_version_id"]) == (newer, version_id)


def test_publishing_answers_as_the_reference_shows_and_only_once(world: World) -> None:
    version_id = world.post("/workflows", workflow(a=end())).data["version_id"]
    path = f"/workflows/flow/versions/{version_id}/publish"
    data = world.post(path).data
    assert (data["version_id"], data["status"], data.keys()) == (
        version_id,
        "published",
        {"version_id", "status", "published_at"},
    )
    again = world.post(path)
    assert (again.status, again.error["code"]) == (400, "already_published")


@pytest.mark.parametrize("version_id", ["v_1", "v_01ARZ3NDEKTSV4RRFFQ69G5FAV", "x" * 128])
def test_a_version_that_is_not_there_is_not_found(world: World, version_id: str) -> None:
    world.post("/workflows", workflow(a=end()))
    assert world.post(f"/workflows/flow/versions/{version_id}/publish").error["code"] == "version_not_found"
    assert world.get(f"/workflows/flow/versions/{version_id}").error["code"] == "version_not_found"


@pytest.mark.parametrize("name", ["nothing", "a" * 65, "a" * 3000, "é", "a b", "a.b", "a#b"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/versions"),
        ("POST", "/versions"),
        ("GET", "/versions/v_1"),
        ("POST", "/versions/v_1/publish"),
        ("POST", "/instances"),
    ],
)
def test_a_workflow_that_is_not_there_is_not_found(world: World, name: str, method: str, path: str) -> None:
    body = {"namespace": "user_1"} if path == "/instances" else workflow("x", a=end()) if path == "/versions" else None
    answer = world.call(method, f"/workflows/{name}{path}", body if method == "POST" else None)
    assert (answer.status, answer.error["code"] in ("workflow_not_found", "not_found")) == (404, True)


def test_the_current_definition_is_the_published_one_or_else_the_latest(world: World) -> None:
    first, second = workflow(a=end()), workflow(b=halt("c"), c=end())
    version_id = world.post("/workflows", first).data["version_id"]
    newer = world.post("/workflows/flow/versions", second).data["version_id"]
    assert world.get("/workflows/flow").data["definition"] == second
    world.post(f"/workflows/flow/versions/{version_id}/publish")
    assert world.get("/workflows/flow").data["definition"] == first
    assert world.get(f"/workflows/flow/versions/{newer}").data["definition"] == second


def test_the_next_version_may_leave_out_the_name_but_not_change_it(world: World) -> None:
    world.post("/workflows", workflow(a=end()))
    unnamed = workflow(b=end())
    del unnamed["name"]
    added = world.post("/workflows/flow/versions", unnamed)
    assert added.status == 201
    found = world.get(f"/workflows/flow/versions/{added.data['version_id']}").data["definition"]
    assert found == workflow(b=end())
    refused = world.post("/workflows/flow/versions", workflow("other", b=end()))
    assert (refused.error["code"], refused.error["details"]["errors"][0]["path"]) == ("invalid_workflow", "name")
