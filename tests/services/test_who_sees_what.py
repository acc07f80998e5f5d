"""What belongs to another account or namespace is exactly as if it did not exist."""

import pytest

from tests.answered import Answered
from tests.definitions import end, halt, workflow
from tests.world import World

ASK = workflow(ask=halt("end"), end=end())
NOBODY_S = "inst_01ARZ3NDEKTSV4RRFFQ69G5FAV"
CALLS = [
    ("GET", ""),
    ("GET", "/threads"),
    ("POST", "/resume"),
    ("POST", "/cancel"),
    ("POST", "/threads/thread_main/resume"),
    ("POST", "/threads/thread_other/resume"),
]


@pytest.fixture
def instance_id(world: World) -> str:
    world.publish(ASK)
    return str(world.start("flow").data["id"])


def without_id(answer: Answered, instance_id: str) -> tuple[int, str]:
    error = answer.error
    error.pop("request_id")
    return answer.status, str(error).replace(instance_id, "…")


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("caller", ["peer", "stranger"])
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}], ids=["", "key"])
def test_another_s_instance_is_as_one_that_does_not_exist(
    world: World, instance_id: str, method: str, path: str, caller: str, headers: dict[str, str]
) -> None:
    before = world.instance(instance_id)
    theirs = world.call(method, f"/workflows/instances/{instance_id}{path}", as_=caller, headers=headers)
    nobody_s = world.call(method, f"/workflows/instances/{NOBODY_S}{path}", as_=caller, headers=headers)
    assert without_id(theirs, instance_id) == without_id(nobody_s, NOBODY_S)
    assert (theirs.status, theirs.error["code"]) == (404, "instance_not_found")
    assert world.instance(instance_id) == before


@pytest.mark.parametrize("path", ["", "/threads"])
def test_a_service_account_sees_every_namespace_of_its_account(world: World, instance_id: str, path: str) -> None:
    assert world.get(f"/workflows/instances/{instance_id}{path}", as_="service").status == 200


@pytest.mark.parametrize("nonsense", ["inst_1", "x", "inst_" + "x" * 26, "a" * 128, "%00", "é", "inst_%2e"])
@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}], ids=["", "key"])
def test_what_is_no_id_is_not_found_and_the_table_not_asked(
    world: World, nonsense: str, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = world.call(method, f"/workflows/instances/{nonsense}{path}", headers=headers)
    assert (answer.status, answer.error["code"]) == (404, "instance_not_found")
    assert world.aws.requests == []


@pytest.mark.parametrize("caller", ["user", "peer", "service", "stranger"])
def test_an_instance_starts_only_in_a_namespace_of_one_s_own(world: World, caller: str) -> None:
    for publisher in ("user", "stranger"):
        world.publish(ASK, as_=publisher)
    for namespace in ("user_1", "user_2", "org_acme", "user_3", "*"):
        answer = world.start("flow", namespace=namespace, as_=caller)
        if namespace == "*":
            assert answer.error["code"] == "invalid_request"
        elif world.principals[caller].owns(namespace):
            assert answer.status == 201
        else:
            assert (answer.status, answer.error["code"]) == (403, "forbidden")


def test_a_foreign_namespace_is_refused_before_anything_is_told_of_the_workflow(world: World) -> None:
    answers = [world.start(name, namespace="user_2") for name in ("nothing", "flow")]
    assert [answer.error["code"] for answer in answers] == ["forbidden", "forbidden"]


def test_workflows_are_those_of_the_account(world: World) -> None:
    version_id = world.publish(ASK)
    assert world.get("/workflows/flow", as_="peer").status == 200
    for path in ("/workflows/flow", "/workflows/flow/versions", f"/workflows/flow/versions/{version_id}"):
        assert world.get(path, as_="stranger").error["code"] == "workflow_not_found"
    assert world.get("/workflows", as_="stranger").data["workflows"] == []
    assert world.post(f"/workflows/flow/versions/{version_id}/publish", as_="stranger").status == 404
    assert world.post("/workflows/flow/versions", ASK, as_="stranger").status == 404
    assert world.start("flow", as_="stranger").error["code"] == "workflow_not_found"


def test_a_name_is_free_in_every_account(world: World) -> None:
    world.publish(ASK)
    assert world.post("/workflows", ASK).error["code"] == "workflow_exists"
    assert world.post("/workflows", workflow(other=end()), as_="stranger").status == 201
    assert world.get("/workflows/flow").data["definition"] == ASK


def test_a_version_of_another_workflow_is_not_found(world: World) -> None:
    other = world.publish(workflow("other", a=end()))
    world.publish(ASK)
    assert world.get(f"/workflows/flow/versions/{other}").error["code"] == "version_not_found"
    assert world.post(f"/workflows/flow/versions/{other}/publish").error["code"] == "version_not_found"
    body = {"namespace": "user_1", "version_id": other}
    assert world.post("/workflows/flow/instances", body).error["code"] == "version_not_found"
