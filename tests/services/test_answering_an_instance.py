"""Resume answers a halt and carries the instance on in the call; Get and Threads show where it stands."""

import pytest

from tests.definitions import APPROVED, end, form, halt, script, workflow
from tests.world import World

ASK = workflow(ask=halt(("yes", APPROVED)), yes=end())
TWO = workflow(one=halt("two"), two=halt("end"), end=end())


@pytest.fixture
def asked(world: World) -> str:
    world.publish(ASK)
    return str(world.start("flow").data["id"])


def test_the_answer_is_the_instance_as_it_is_now(world: World, asked: str) -> None:
    answer = world.resume(asked, {"approved": True, "comment": "fine"})
    assert answer.status == 200
    data = answer.data
    assert (data["id"], data["status"], data["current_state"]) == (asked, "completed", "yes")
    assert data["workflow_data"] == {"approved": True, "comment": "fine"}
    assert data["completed_at"]


def test_one_read_and_one_write_answer_a_halt(world: World, asked: str) -> None:
    world.aws.requests.clear()
    world.resume(asked, {"approved": True})
    assert [operation for operation, _ in world.aws.requests] == ["get_item", "put_item"]


def test_scripts_run_on_in_the_call(world: World) -> None:
    world.publish(
        workflow(ask=halt("use"), use=script("return {twice: input.n * 2}", "again"), again=halt("end"), end=end())
    )
    data = world.resume(world.start("flow").data["id"], {"n": 21}).data
    assert (data["current_state"], data["workflow_data"]) == ("again", {"n": 21, "twice": 42})


def test_one_thread_can_be_named(world: World, asked: str) -> None:
    body = {"input": {"approved": True}}
    answer = world.post(f"/workflows/instances/{asked}/threads/thread_main/resume", body)
    assert answer.data["threads"] == [{"id": "thread_main", "status": "completed", "current_state": "yes"}]


def test_an_unknown_thread_is_not_found(world: World, asked: str) -> None:
    answer = world.post(f"/workflows/instances/{asked}/threads/thread_x/resume", {"input": {}})
    assert (answer.status, answer.error["code"]) == (404, "thread_not_found")


def test_threads_are_listed(world: World, asked: str) -> None:
    threads = world.get(f"/workflows/instances/{asked}/threads").data["threads"]
    assert threads == [{"id": "thread_main", "status": "halted", "current_state": "ask", "halt_id": "halt_1"}]


def test_a_choice_can_be_spelt_in_two_ways(world: World) -> None:
    ways = [{"key": "approve", "to": "yes"}, {"key": "reject", "to": "no"}]
    asking = {"type": "halting", "transition_mode": "selection", "transitions": ways}
    world.publish(workflow(ask=asking, yes=end(), no=end()))
    instance_id = world.start("flow").data["id"]
    body = {"selected_option": "approve", "user_input": {"comment": "fine"}}
    data = world.post(f"/workflows/instances/{instance_id}/resume", body).data
    assert (data["current_state"], data["workflow_data"]) == ("yes", {"choice": "approve", "comment": "fine"})


def test_an_ended_instance_takes_no_answer(world: World, asked: str) -> None:
    world.resume(asked, {"approved": True})
    answer = world.resume(asked, {"approved": True})
    assert (answer.status, answer.error["code"]) == (400, "instance_not_halted")
    answer = world.post(f"/workflows/instances/{asked}/threads/thread_main/resume", {"input": {}})
    assert (answer.status, answer.error["code"]) == (400, "thread_not_halted")


@pytest.mark.parametrize(
    ("input", "code"), [({"approved": False}, "invalid_transition"), ({"approved": True, "x": "a" * 65_500}, None)]
)
def test_an_answer_is_taken_wholly_or_not_at_all(world: World, asked: str, input: dict[str, object], code: str) -> None:
    before = world.instance(asked)
    answer = world.resume(asked, input)
    if code:
        assert answer.error["code"] == code
        assert world.instance(asked) == before
        assert world.resume(asked, {"approved": True}).status == 200
    else:
        assert answer.data["workflow_data"] == input


def test_an_answer_that_does_not_fit_the_form_names_the_field(world: World) -> None:
    fields = form({"name": "amount", "type": "number", "required": True, "max": 10})
    world.publish(workflow(ask=halt("end", presentation=fields), end=end()))
    instance_id = world.start("flow").data["id"]
    answer = world.resume(instance_id, {"amount": 11})
    assert (answer.status, answer.error["code"]) == (400, "invalid_input")
    assert list(answer.error["details"]["fields"]) == ["amount"]
    assert world.instance(instance_id)["status"] == "halted"


def test_the_bounds_are_those_that_were_shown(world: World) -> None:
    fields = form({"name": "n", "type": "number", "max": "${workflow_data.most}"})
    world.publish(workflow(a=script("return {most: 5}", "ask"), ask=halt("end", presentation=fields), end=end()))
    data = world.start("flow").data
    assert data["halting_presentation"]["fields"][0]["max"] == 5
    assert world.resume(data["id"], {"n": 6}).error["code"] == "invalid_input"
    assert world.resume(data["id"], {"n": 5}).status == 200


def test_history_has_one_entry_for_each_visit(world: World) -> None:
    world.publish(workflow(a=script("console.log('hello')", "ask"), ask=halt("again"), again=halt("end"), end=end()))
    instance_id = world.start("flow").data["id"]
    world.resume(instance_id, {"approved": True})
    first, second, third = world.instance(instance_id)["history"]
    assert (first["state"], first["logs"], first["transition"]) == ("a", ["hello"], "ask")
    assert first["duration_ms"] >= 0
    assert first["entered_at"] <= first["exited_at"] == second["entered_at"]
    assert (second["input_received"], second["resumed_by"]) == ({"approved": True}, "user")
    assert second["resumed_at"] == second["exited_at"] == third["entered_at"]
    assert (third["state"], "exited_at" in third) == ("again", False)


def test_a_halt_is_answered_in_turn(world: World) -> None:
    world.publish(TWO)
    instance_id = world.start("flow").data["id"]
    assert world.resume(instance_id, {}).data["current_state"] == "two"
    assert world.resume(instance_id, {}).data["current_state"] == "end"


def test_a_question_that_its_data_outgrows_is_still_a_question(world: World) -> None:
    fields = [{"name": f"f{number}", "type": "string", "placeholder": "${workflow_data.x}"} for number in range(20)]
    world.publish(workflow(one=halt("two"), two=halt("end", presentation=form(*fields)), end=end()))
    instance_id = world.start("flow").data["id"]
    assert world.resume(instance_id, {"x": "a" * 60_000}).status == 200
    assert world.instance(instance_id)["status"] == "halted"
    assert world.resume(instance_id, {"f1": "an answer"}).data["status"] == "completed"
