"""Threads over HTTP: listed, answered one by one and together, also while one of them is inside a call."""

import threading

import pytest

from interactor.engine.work import HttpAnswered
from tests.definitions import end, halt, http, workflow
from tests.world import World


@pytest.fixture
def forked(world: World) -> str:
    world.publish(
        workflow(
            split={
                "type": "action",
                "fork": {"finance": "ask_finance", "legal": "ask_legal"},
                "transitions": [{"target": "done"}],
            },
            ask_finance=halt("tell"),
            tell=http("finance_done", url="https://finance.example/"),
            ask_legal=halt("legal_done"),
            finance_done=end(),
            legal_done=end(),
            done=end(),
        )
    )
    instance_id: str = world.start("flow").data["id"]
    return instance_id


def resume(world: World, instance_id: str, thread: str, **input: object):
    return world.post(f"/workflows/instances/{instance_id}/threads/{thread}/resume", {"input": input})


def test_threads_are_listed_with_what_they_wait_for(world: World, forked: str) -> None:
    listed = world.get(f"/workflows/instances/{forked}/threads").data["threads"]
    assert {(thread["id"], thread["status"], thread["current_state"]) for thread in listed} == {
        ("thread_main", "running", "split"),
        ("thread_finance", "halted", "ask_finance"),
        ("thread_legal", "halted", "ask_legal"),
    }
    assert len({thread["halt_id"] for thread in listed if "halt_id" in thread}) == 2


def test_resuming_the_instance_needs_a_thread_when_several_are_halted(world: World, forked: str) -> None:
    answer = world.resume(forked, {})
    assert (answer.status, answer.error["code"]) == (400, "invalid_request")
    assert answer.error["details"] == {"threads": ["thread_finance", "thread_legal"]}


def test_each_thread_is_answered_and_the_instance_completes(world: World, forked: str) -> None:
    first = resume(world, forked, "thread_legal", legal=True).data
    assert first["status"] == "running"
    done = resume(world, forked, "thread_finance", finance=True).data
    assert (done["status"], done["current_state"]) == ("completed", "done")
    assert done["workflow_data"].keys() == {"legal", "finance", "tell"}


def test_a_thread_that_has_been_answered_is_not_halted(world: World, forked: str) -> None:
    resume(world, forked, "thread_legal")
    again = resume(world, forked, "thread_legal")
    assert (again.status, again.error["code"]) == (400, "thread_not_halted")
    missing = resume(world, forked, "thread_nobody")
    assert (missing.status, missing.error["code"]) == (404, "thread_not_found")


def test_a_thread_is_answered_while_another_is_inside_its_call(world: World, forked: str) -> None:
    inside = []

    def meanwhile(_: object) -> HttpAnswered:
        inside.append(resume(world, forked, "thread_legal", legal=True).data["status"])
        return HttpAnswered(200, {}, "late")

    world.servers.answers.append(meanwhile)
    done = resume(world, forked, "thread_finance", finance=True).data
    assert inside == ["running"]
    assert (done["status"], done["workflow_data"]["tell"]["body"]) == ("completed", "late")
    assert len(world.servers.calls) == 1
    world.settle()
    assert len(world.servers.calls) == 1


def test_a_call_whose_worker_died_is_made_again_although_another_thread_was_answered_since(
    world: World, forked: str
) -> None:
    class Died(BaseException):
        pass

    def dies(_: object) -> HttpAnswered:
        raise Died

    world.servers.answers.append(dies)
    with pytest.raises(Died):
        resume(world, forked, "thread_finance")
    assert resume(world, forked, "thread_legal").data["status"] == "running"
    world.settle()
    assert world.instance(forked)["status"] == "completed"
    assert len({call.idempotency_key for call in world.servers.calls}) == 1


@pytest.mark.parametrize("_round", range(10))
def test_two_threads_answered_together_both_succeed(world: World, forked: str, _round: int) -> None:
    answers = {}

    def answer(thread: str) -> None:
        answers[thread] = resume(world, forked, thread)

    both = [threading.Thread(target=answer, args=(thread,)) for thread in ("thread_finance", "thread_legal")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert [answer.status for answer in answers.values()] == [200, 200]
    world.settle()
    assert world.instance(forked)["status"] == "completed"
    assert len(world.servers.calls) == 1
