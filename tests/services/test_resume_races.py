"""Of several answers to one halt exactly one is taken; the others get its result where they say the same, else 409.

An answer is to the halt that its sender saw, also when it is read only after another has been taken.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from interactor.engine.work import RunScript, ScriptReturned
from tests.definitions import end, halt, http, script, workflow
from tests.services.soundness import check_instance
from tests.world import Answered, World

LEVELS = workflow(one=halt("two"), two=halt("three"), three=halt("end"), end=end())
WORKERS = 8


@pytest.fixture
def asked(world: World) -> str:
    world.publish(LEVELS)
    return str(world.start("flow").data["id"])


def at_once(*calls: Any) -> list[Answered]:
    """Make all calls from threads that start together."""
    barrier = Barrier(len(calls))

    def start(call: Any) -> Answered:
        barrier.wait()
        return call()  # type: ignore[no-any-return]

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(start, calls))


def before_the_commit(world: World, action: Any) -> None:
    """Do something between the load and the commit of the next resume."""
    done: list[bool] = []

    def interrupt(operation: str, send: Any) -> Any:
        if operation in ("put_item", "transact_write_items") and not done:
            done.append(True)
            action()
        return send()

    world.aws.interruption = interrupt


@pytest.mark.parametrize("_", range(3))
def test_of_eight_different_answers_one_wins(world: World, asked: str, _: int) -> None:
    arrived = world.clock()
    calls = [lambda n=n: world.resume(asked, {"by": n}, arrived_at=arrived) for n in range(WORKERS)]
    answers = at_once(*calls)
    assert Counter(answer.status for answer in answers) == {200: 1, 409: WORKERS - 1}
    [winner] = [answer.data for answer in answers if answer.status == 200]
    assert world.instance(asked)["workflow_data"] == winner["workflow_data"]
    assert winner["current_state"] == "two"
    check_instance(world, asked)


@pytest.mark.parametrize("_", range(3))
def test_eight_equal_answers_are_one(world: World, asked: str, _: int) -> None:
    arrived = world.clock()
    answers = at_once(*[lambda: world.resume(asked, {"ok": True}, arrived_at=arrived)] * WORKERS)
    assert Counter(answer.text for answer in answers).most_common() == [(answers[0].text, WORKERS)]
    assert answers[0].data["current_state"] == "two"
    assert world.instance(asked)["current_state"] == "two"
    check_instance(world, asked)


def test_eight_equal_answers_under_one_key_are_one(world: World, asked: str) -> None:
    arrived, key = world.clock(), {"Idempotency-Key": "once"}
    answers = at_once(*[lambda: world.resume(asked, {"ok": True}, arrived_at=arrived, headers=key)] * WORKERS)
    assert {answer.text for answer in answers} == {answers[0].text}
    assert world.instance(asked)["current_state"] == "two"


def test_eight_creates_under_one_key_are_one(world: World) -> None:
    world.publish(LEVELS)
    key = {"Idempotency-Key": "once"}
    answers = at_once(*[lambda: world.start("flow", headers=key)] * WORKERS)
    assert {answer.text for answer in answers} == {answers[0].text}
    assert len(world.get("/workflows/instances").data["instances"]) == 1


def test_the_loser_is_told_what_it_expected_and_what_is(world: World, asked: str) -> None:
    before_the_commit(world, lambda: world.resume(asked, {"by": "winner"}))
    answer = world.resume(asked, {"by": "loser"})
    assert (answer.status, answer.error["code"]) == (409, "concurrent_modification")
    assert answer.error["message"] == "Instance was modified by another request"
    details = answer.error["details"]
    assert (details["current_state"], details["expected_state"]) == ("two", "one")


def test_the_loser_with_an_equal_input_gets_the_winner_s_result(world: World, asked: str) -> None:
    winner: list[Answered] = []
    before_the_commit(world, lambda: winner.append(world.resume(asked, {"n": 1, "m": [1.0]})))
    answer = world.resume(asked, {"m": [1.0], "n": 1})
    assert (answer.status, answer.text) == (200, winner[0].text)


def test_an_answer_that_arrived_before_the_winner_s_does_not_answer_the_next_question(world: World, asked: str) -> None:
    arrived = world.clock()
    world.resume(asked, {"by": "winner"})
    late = world.resume(asked, {"by": "loser"}, arrived_at=arrived)
    assert (late.status, late.error["details"]["expected_state"]) == (409, "one")
    assert world.resume(asked, {"by": "winner"}, arrived_at=arrived).data["current_state"] == "two"
    assert world.instance(asked)["current_state"] == "two"


def test_nor_does_one_that_arrived_while_the_winner_s_scripts_ran(world: World) -> None:
    world.publish(workflow(one=halt("a"), a=script("", "two"), two=halt("end"), end=end()))
    instance_id = world.start("flow").data["id"]
    arrived: list[int] = []

    class SlowScripts:
        def run(self, work: RunScript, secrets: dict[str, str], timeout: int = 5_000) -> ScriptReturned:
            arrived.append(world.clock() + 2_000)
            world.clock.pass_by(4_000)
            return ScriptReturned({})

    world.replace(scripts=SlowScripts())
    world.resume(instance_id, {"by": "winner"})
    late = world.resume(instance_id, {"by": "loser"}, arrived_at=arrived[0])
    assert (late.status, late.error["details"]["expected_state"]) == (409, "one")
    assert world.instance(instance_id)["current_state"] == "two"


def test_a_later_equal_answer_is_a_new_one(world: World, asked: str) -> None:
    for state in ("two", "three", "end"):
        assert world.resume(asked, {"approved": True}).data["current_state"] == state


def test_a_halt_id_answers_that_halt_and_no_other(world: World, asked: str) -> None:
    halt_id = world.instance(asked)["halt_id"]
    path = f"/workflows/instances/{asked}/resume"
    assert world.post(path, {"input": {}, "halt_id": halt_id}).data["current_state"] == "two"
    again = world.post(path, {"input": {}, "halt_id": halt_id})
    assert (again.status, again.data["current_state"]) == (200, "two"), "the same answer to the same halt"
    other = world.post(path, {"input": {"x": 1}, "halt_id": halt_id})
    assert (other.status, other.error["code"]) == (409, "concurrent_modification")
    assert world.post(path, {"input": {}, "halt_id": "halt_99"}).status == 409
    assert world.instance(asked)["current_state"] == "two"


def test_an_expected_state_makes_an_answer_conditional(world: World, asked: str) -> None:
    path = f"/workflows/instances/{asked}/resume"
    refused = world.post(path, {"input": {}, "expected_state": "two"})
    assert (refused.status, refused.error["details"]["expected_state"]) == (409, "two")
    assert refused.error["details"]["current_state"] == "one"
    assert world.post(path, {"input": {"n": 1}, "expected_state": "one"}).data["current_state"] == "two"
    assert world.post(path, {"input": {"n": 2}, "expected_state": "one"}).status == 409
    assert world.post(path, {"input": {"n": 1}, "expected_state": "one"}).data["current_state"] == "two"


def test_an_ended_instance_conflicts_with_what_was_expected_of_it(world: World, asked: str) -> None:
    halt_id = world.instance(asked)["halt_id"]
    world.post(f"/workflows/instances/{asked}/cancel")
    for more in ({"expected_state": "one"}, {"halt_id": halt_id}):
        assert world.post(f"/workflows/instances/{asked}/resume", {"input": {}, **more}).status == 409


def test_a_resume_that_loses_to_a_cancel_is_told_so(world: World, asked: str) -> None:
    before_the_commit(world, lambda: world.post(f"/workflows/instances/{asked}/cancel"))
    answer = world.resume(asked, {"x": 1})
    assert (answer.status, answer.error["details"]["status"]) == (409, "cancelled")
    assert world.instance(asked)["workflow_data"] == {}
    check_instance(world, asked)


def test_a_cancel_that_loses_to_a_resume_cancels_what_it_left(world: World, asked: str) -> None:
    before_the_commit(world, lambda: world.resume(asked, {"x": 1}))
    assert world.post(f"/workflows/instances/{asked}/cancel").status == 200
    read = world.instance(asked)
    assert (read["status"], read["current_state"], read["workflow_data"]) == ("cancelled", "two", {"x": 1})
    check_instance(world, asked)


def test_a_cancel_that_loses_to_the_end_is_told_so(world: World) -> None:
    world.publish(workflow(ask=halt("end"), end=end()))
    instance_id = world.start("flow").data["id"]
    before_the_commit(world, lambda: world.resume(instance_id, {}))
    assert world.post(f"/workflows/instances/{instance_id}/cancel").error["code"] == "instance_not_active"
    assert world.instance(instance_id)["status"] == "completed"


def test_resumes_cancels_and_workers_at_once_leave_a_sound_instance(world: World) -> None:
    world.publish(workflow(ask=halt("call"), call=http("a"), a=script("return {x: 1}", "ask")))
    for _ in range(4):
        instance_id = world.start("flow").data["id"]
        answers = at_once(
            *[lambda n=n, id_=instance_id: world.resume(id_, {"by": n}) for n in range(3)],
            lambda id_=instance_id: world.post(f"/workflows/instances/{id_}/cancel"),
            *[lambda n=n, id_=instance_id: world.resume(id_, {"by": n}) for n in range(3, 6)],
        )
        assert {answer.status for answer in answers} <= {200, 400, 409}
        world.settle()
        assert check_instance(world, instance_id).instance.status == "cancelled"
