"""Create Instance runs the instance in the call, and answers as the reference shows."""

import json
from pathlib import Path

import pytest

from interactor.ids import Ids
from tests.definitions import APPROVED, catch, end, form, halt, http, script, workflow
from tests.world import World

APPROVAL = json.loads((Path(__file__).parents[1] / "workflows" / "approval_workflow.json").read_text())
ASK = workflow(ask=halt(("yes", APPROVED), "no"), yes=end(), no=end())


def test_the_answer_is_the_reference_s(world: World) -> None:
    version_id = world.publish(APPROVAL)
    input = {"id": "req_456", "amount": 5000, "requester": "john@example.com"}
    answer = world.start("approval_workflow", input)
    assert answer.status == 201
    data = answer.data
    assert data["id"].startswith("inst_")
    assert data["created_at"].startswith("2026-01-20T12:00:00.")
    assert {name: data[name] for name in ("workflow_name", "version_id", "namespace", "status", "current_state")} == {
        "workflow_name": "approval_workflow", "version_id": version_id, "namespace": "user_1", "status": "halted",
        "current_state": "await_approval",
    }  # fmt: skip
    data["workflow_data"].pop("submitted_at")
    assert data["workflow_data"] == {"request_id": "req_456", "amount": 5000, "status": "pending"}


def test_it_shows_what_is_asked_and_the_id_of_the_halt(world: World) -> None:
    world.publish(workflow(ask=halt("end", presentation=form({"name": "n", "type": "number"})), end=end()))
    data = world.start("flow").data
    assert data["halting_presentation"] == {"type": "form", "fields": [{"name": "n", "type": "number"}]}
    assert data["halt_id"] == data["threads"][0]["halt_id"]


def test_what_was_answered_can_be_read_back(world: World) -> None:
    world.publish(ASK)
    data = world.start("flow").data
    read = world.instance(data["id"])
    assert read.pop("history")
    assert read == data


def test_one_write_creates_an_instance_whose_scripts_end_in_a_halt(world: World) -> None:
    world.publish(
        workflow(a=script("return {x: 1}", "b"), b=script("return {y: 2}", "ask"), ask=halt("end"), end=end())
    )
    world.start("flow")
    world.aws.requests.clear()
    world.start("flow")
    assert [operation for operation, _ in world.aws.requests] == ["update_item", "get_item", "put_item"]  # place first


def test_an_action_that_fails_in_the_call_answers_500_and_can_be_read(world: World) -> None:
    world.publish(workflow(a=script("throw new Error('boom')", "end"), end=end()))
    answer = world.start("flow")
    assert (answer.status, answer.error["code"]) == (500, "script_error")
    assert "boom" in answer.error["message"]
    details = answer.error["details"]
    assert (details["thread_id"], details["state"]) == ("thread_main", "a")
    read = world.instance(details["instance_id"])
    assert (read["status"], read["error"]["code"]) == ("failed", "script_error")


def test_a_failure_that_is_caught_is_no_error_to_the_caller(world: World) -> None:
    world.publish(workflow(a=script("throw 1", "end", on_error=[catch("sorry")]), end=end(), sorry=end()))
    assert world.start("flow").data["current_state"] == "sorry"


def test_the_server_s_answer_is_in_the_data(world: World) -> None:
    world.publish(workflow(call=http("end"), end=end()))
    assert world.start("flow").data["workflow_data"] == {"call": {"status": 200, "headers": {}, "body": {"ok": True}}}


def test_the_trace_goes_on_into_the_calls(world: World) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    world.publish(workflow(call=http("ask"), ask=halt("again"), again=http("end"), end=end()))
    instance_id = world.start("flow", headers={"traceparent": trace}).data["id"]
    world.resume(instance_id, {})
    assert world.servers.traces == [trace, trace]


def test_an_unknown_workflow_is_not_found(world: World) -> None:
    assert world.start("nothing").error["code"] == "workflow_not_found"


def test_a_draft_cannot_be_started(world: World) -> None:
    draft = world.post("/workflows", ASK).data["version_id"]
    assert world.start("flow").error["code"] == "workflow_not_published"
    body = {"namespace": "user_1", "version_id": draft}
    assert world.post("/workflows/flow/instances", body).error["code"] == "workflow_not_published"


def test_an_older_published_version_can_be_named(world: World) -> None:
    old = world.publish(workflow(a=end()))
    new = world.post("/workflows/flow/versions", workflow(b=end())).data["version_id"]
    world.post(f"/workflows/flow/versions/{new}/publish")
    assert world.start("flow").data["version_id"] == new
    named = world.post("/workflows/flow/instances", {"namespace": "user_1", "version_id": old}).data
    assert (named["version_id"], named["current_state"]) == (old, "a")


@pytest.mark.parametrize("version_id", ["", "v_1", "v_01KFDMDAGE0000000000000009", "x" * 3000])
def test_an_unknown_version_is_not_found(world: World, version_id: str) -> None:
    world.publish(ASK)
    body = {"namespace": "user_1", "version_id": version_id}
    assert world.post("/workflows/flow/instances", body).error["code"] == "version_not_found"


def test_running_instances_keep_their_version(world: World) -> None:
    world.publish(workflow(ask=halt("old"), old=end()))
    instance_id = world.start("flow").data["id"]
    new = world.post("/workflows/flow/versions", workflow(ask=halt("new"), new=end())).data["version_id"]
    world.post(f"/workflows/flow/versions/{new}/publish")
    assert world.resume(instance_id, {}).data["current_state"] == "old"


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}], ids=["", "key"])
def test_where_chance_makes_two_ids_alike_the_second_is_refused_and_shows_nothing_of_the_first(
    world: World, headers: dict[str, str]
) -> None:
    """Their tails, which are their keys (`storage/keys.py`); the moments differ."""
    world.publish(ASK)
    world.replace(ids=Ids(bytes))
    world.limit_instances(10)
    first = world.instance(world.start("flow").data["id"])
    second = world.start("flow", namespace="user_2", as_="peer", headers=headers)
    assert (second.status, second.error["code"]) == (500, "internal_error")
    assert first["id"] not in second.text
    assert world.instance(first["id"]) == first
