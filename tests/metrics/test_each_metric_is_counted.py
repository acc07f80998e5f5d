"""The reference's six metrics, from commits: each thing that happens is told once, with its time."""

from interactor.engine.work import HttpAnswered, ScriptReturned
from tests.definitions import end, halt, http, script, skip, workflow
from tests.metrics.measured import FLOW, counters, values
from tests.world import World

MINUTE = 60_000


def test_instances_that_are_created_completed_and_failed(world: World) -> None:
    world.publish(FLOW)
    world.publish(workflow("bad", start=script("throw new Error('no')", "end"), end=end()))
    halted, answered = world.start("flow"), world.start("flow")
    world.resume(answered.data["id"], {"approved": True})
    world.start("bad")
    world.post(f"/workflows/instances/{halted.data['id']}/cancel")
    assert counters(world.count_commits()) == {"created": 3, "completed": 1, "failed": 1}


def test_an_instance_that_needs_one_commit_is_created_and_completed(world: World) -> None:
    world.publish(workflow(start=script("return {}", "end"), end=end()))
    world.start("flow")
    assert counters(world.count_commits()) == {"created": 1, "completed": 1, "failed": 0}


def test_what_follows_a_completion_does_not_complete_again(world: World) -> None:
    note = {"type": "http", "method": "POST", "url": "https://example.com/done"}
    world.publish(workflow(start=skip("end"), end=end(on_enter=note)))
    world.start("flow")
    world.settle()
    lines = world.count_commits()
    assert counters(lines)["completed"] == 1
    assert len(values(lines, "workflow.http.duration")) == 1


def test_the_time_in_each_state_by_whether_a_machine_or_a_person_took_it(world: World) -> None:
    world.publish(FLOW)
    instance_id = world.start("flow").data["id"]
    world.clock.pass_by(5 * MINUTE)
    world.resume(instance_id, {"approved": True})
    lines = world.count_commits()
    (waited,) = values(lines, "workflow.state.duration", Status="halted")
    (worked,) = values(lines, "workflow.state.duration", Status="running")
    assert 5 * MINUTE <= waited < 5 * MINUTE + 100
    assert worked < 100


def test_a_halt_that_times_out_was_a_wait(world: World) -> None:
    world.publish(workflow(ask=halt("end", timeout={"after": "PT10M", "target": "end"}), end=end()))
    world.start("flow")
    world.settle()
    (waited,) = values(world.count_commits(), "workflow.state.duration", Status="halted")
    assert 10 * MINUTE <= waited < 11 * MINUTE


def test_threads_of_a_fork_are_timed_from_their_first_state_on(world: World) -> None:
    world.publish(
        workflow(
            split=skip("end", fork={"a": "ask_a", "b": "ask_b"}), ask_a=halt("done"), ask_b=halt("done"), done=end(),
            end=end(),
        )
    )  # fmt: skip
    instance_id = world.start("flow").data["id"]
    for number, thread in enumerate(("thread_a", "thread_b"), 1):
        world.clock.pass_by(number * MINUTE)
        world.post(f"/workflows/instances/{instance_id}/threads/{thread}/resume", {"input": {}})
    states = world.statistics("flow")["states"]
    assert {name: state["visits"] for name, state in states.items()} == {"ask_a": 1, "ask_b": 1, "split": 1}
    assert 0.95 * MINUTE < states["ask_a"]["p50_ms"] < 1.05 * MINUTE
    for three_minutes in ("ask_b", "split"):  # the parent waits at its join
        assert 2.85 * MINUTE < states[three_minutes]["p50_ms"] < 3.15 * MINUTE


def test_scripts_by_how_they_ended(world: World) -> None:
    world.publish(workflow("good", start=script("return {}", "end"), end=end()))
    world.publish(workflow("bad", start=script("throw new Error('no')", "end"), end=end()))
    world.start("good")
    world.start("bad")
    lines = world.count_commits()
    assert len(values(lines, "workflow.script.duration", Status="ok")) == 1
    assert len(values(lines, "workflow.script.duration", Status="failed")) == 1


def test_the_duration_is_the_one_that_was_measured(world: World) -> None:
    class Slow:
        def run(self, work: object, secrets: object) -> ScriptReturned:
            return ScriptReturned({}, [], 1_234)

    world.publish(workflow(start=script("return {}", "end"), end=end()))
    world.replace(scripts=Slow())
    world.start("flow")
    assert values(world.count_commits(), "workflow.script.duration") == [1_234]


def test_every_try_of_an_http_action(world: World) -> None:
    world.publish(workflow(call=http("end", retry={"attempts": 3}), end=end()))
    world.servers.answers.extend([HttpAnswered(503, {}, None, 70), HttpAnswered(200, {}, None, 30)])
    world.start("flow")
    world.settle()
    lines = world.count_commits()
    assert values(lines, "workflow.http.duration", Status="failed") == [70]
    assert values(lines, "workflow.http.duration", Status="ok") == [30]


def test_moments_of_long_histories_are_not_lost(world: World) -> None:
    again = {"field": "again", "equals": True}
    world.publish(workflow(ask=halt(("ask", again), "end"), end=end()))
    instance_id = world.start("flow").data["id"]
    for _ in range(60):
        world.resume(instance_id, {"again": True})
    world.resume(instance_id, {"again": False})
    assert len(values(world.count_commits(), "workflow.state.duration")) == 61
