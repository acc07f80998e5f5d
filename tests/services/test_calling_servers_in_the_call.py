"""An HTTP state is committed before its call is made and after; what the call's budget cannot hold is handed over."""

from itertools import pairwise

from interactor.engine.work import CallHttp, HttpAnswered, HttpFailed
from interactor.services.run import CALL_BUDGET
from tests.definitions import end, halt, http, script, skip, workflow
from tests.world import World

ASYNC = {"Prefer": "respond-async"}


def test_the_instance_is_durable_before_the_call(world: World) -> None:
    world.publish(workflow(a=script("return {x: 1}", "call"), call=http("end"), end=end()))
    seen = []

    def look(work: CallHttp) -> HttpAnswered:
        seen.extend(world.get("/workflows/instances").data["instances"])
        seen.append(world.instance(seen[0]["id"]))
        return HttpAnswered(200, {}, None)

    world.servers.answers.append(look)
    data = world.start("flow").data
    assert (seen[0]["id"], seen[0]["status"], seen[0]["current_state"]) == (data["id"], "running", "call")
    assert seen[1]["workflow_data"] == {"x": 1}


def test_the_call_is_made_and_its_result_kept_in_the_same_call(world: World) -> None:
    world.publish(workflow(call=http("ask"), ask=halt("end"), end=end()))
    data = world.start("flow").data
    assert (data["status"], len(world.servers.calls)) == ("halted", 1)
    world.settle()
    assert len(world.servers.calls) == 1


def test_retries_come_through_the_queue_and_never_early(world: World) -> None:
    world.publish(workflow(call=http("end", retry={"attempts": 4}), end=end()))
    moments = []

    def answer(work: CallHttp) -> HttpAnswered:
        moments.append(world.clock.now)
        return HttpAnswered(503 if work.attempt < 4 else 200, {}, None)

    world.servers.answers.extend([answer] * 4)
    data = world.start("flow").data
    assert (data["status"], len(moments)) == ("running", 1)
    world.settle()
    assert world.instance(data["id"])["status"] == "completed"
    waits = [later - earlier for earlier, later in pairwise(moments)]
    for wait, least in zip(waits, (1_000, 2_000, 4_000), strict=True):
        assert least <= wait < least + 2_000  # SQS delays by whole seconds


def test_a_failure_after_its_last_try_is_seen_by_whoever_reads(world: World) -> None:
    world.publish(workflow(call=http("end", retry={"attempts": 2}), end=end()))
    world.servers.answers.extend([HttpFailed("http_timeout", "no answer")] * 2)
    instance_id = world.start("flow").data["id"]
    world.settle()
    read = world.instance(instance_id)
    assert (read["status"], read["error"]["code"]) == ("failed", "http_timeout")


def test_a_call_whose_time_out_does_not_fit_is_handed_over(world: World) -> None:
    world.publish(workflow(call=http("end", timeout=CALL_BUDGET + 1), end=end()))
    data = world.start("flow").data
    assert (data["status"], world.servers.calls) == ("running", [])
    world.settle()
    assert (world.instance(data["id"])["status"], len(world.servers.calls)) == ("completed", 1)


def test_the_budget_counts_from_the_arrival_of_the_call(world: World) -> None:
    world.publish(workflow(call=http("end", timeout=10_000), end=end()))
    late = world.clock.now - CALL_BUDGET + 9_000
    assert world.start("flow", arrived_at=late).data["status"] == "running"
    assert world.servers.calls == []
    in_time = world.clock.now - CALL_BUDGET + 11_000
    assert world.start("flow", arrived_at=in_time).data["status"] == "completed"


def test_what_the_budget_does_not_hold_goes_on_outside_the_call(world: World) -> None:
    world.publish(workflow(first=http("second"), second=http("end"), end=end()))

    def slow(_: CallHttp) -> HttpAnswered:
        world.clock.pass_by(15_000)
        return HttpAnswered(200, {}, None)

    world.servers.answers.append(slow)
    data = world.start("flow").data
    assert (data["status"], data["current_state"], len(world.servers.calls)) == ("running", "second", 1)
    world.settle()
    assert (world.instance(data["id"])["status"], len(world.servers.calls)) == ("completed", 2)


def test_prefer_respond_async_hands_everything_over(world: World) -> None:
    world.publish(workflow(a=script("return {x: 1}", "call"), call=http("ask"), ask=halt("end"), end=end()))
    answer = world.start("flow", headers=ASYNC)
    assert answer.status == 201
    assert (answer.data["status"], answer.data["current_state"], answer.data["workflow_data"]) == ("running", "a", {})
    world.settle()
    read = world.instance(answer.data["id"])
    assert (read["status"], read["current_state"], read["workflow_data"]["x"]) == ("halted", "ask", 1)


def test_prefer_respond_async_takes_the_answer_of_a_halt_first(world: World) -> None:
    world.publish(workflow(ask=halt("a"), a=script("return {x: 1}", "end"), end=end()))
    instance_id = world.start("flow").data["id"]
    data = world.resume(instance_id, {"y": 2}, headers=ASYNC).data
    assert (data["status"], data["workflow_data"]) == ("running", {"y": 2})
    world.settle()
    assert world.instance(instance_id)["workflow_data"] == {"y": 2, "x": 1}


def test_on_enter_is_carried_out_after_the_answer(world: World) -> None:
    note = {"type": "http", "method": "POST", "url": "https://example.com/", "body": {"id": "${input.id}"}}
    world.publish(workflow(done=end(on_enter=note)))
    data = world.start("flow", {"id": 7}).data
    assert (data["status"], world.servers.calls) == ("completed", [])
    world.settle()
    assert [call.body for call in world.servers.calls] == ['{"id":7}']


def test_a_thousand_states_that_do_nothing_are_one_commit_and_no_stack(world: World) -> None:
    world.publish(workflow(a=skip("b"), b=skip("a", ("end", {"field": "x", "exists": True})), end=end()))
    answer = world.start("flow")
    assert (answer.status, answer.error["code"]) == (500, "step_limit_exceeded")


def test_a_long_run_of_scripts_is_committed_piece_by_piece_and_ends(world: World) -> None:
    code = "return {n: (workflow_data.n || 0) + 1}"
    enough = {"field": "n", "operator": "gte", "value": 250}
    world.publish(workflow(a=script(code, ("end", enough), "a"), end=end()))
    data = world.start("flow").data
    world.settle()
    assert world.instance(data["id"])["workflow_data"] == {"n": 250}
    stored = world.parts.instances.load("acme", data["id"])
    assert stored
    assert stored.version > 1
