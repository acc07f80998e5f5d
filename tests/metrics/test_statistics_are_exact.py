"""The statistics say what the instances are, whatever happens, however it is delivered, and whoever dies."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interactor.metrics import statistics
from interactor.metrics.commits import Commit, Span, Standing
from interactor.metrics.statistics import Statistics
from interactor.storage import documents
from tests.crashes import KINDS, attempt, disturbed
from tests.definitions import end, halt, script, workflow
from tests.metrics.measured import FLOW, assert_statistics_are_true, counters, values
from tests.world import World, world

STOP = {"field": "stop", "equals": True}
ROUND = workflow(
    a=script("if (workflow_data.fail) throw new Error('no'); return {}", "ask"), ask=halt(("done", STOP), "a"),
    done=end(),
)  # fmt: skip


def test_after_every_kind_of_end(world: World) -> None:
    world.publish(ROUND)
    ids = [world.start("flow").data["id"] for _ in range(5)]
    assert_statistics_are_true(world)
    world.resume(ids[0], {"stop": True})
    world.resume(ids[1], {"fail": True})
    world.resume(ids[2], {})
    world.post(f"/workflows/instances/{ids[3]}/cancel")
    assert_statistics_are_true(world)
    assert world.statistics("flow")["instances"]["by_status"] == {
        "completed": 1, "failed": 1, "halted": 2, "cancelled": 1,
    }  # fmt: skip


def test_errors_that_are_listed_beside_the_instances_are_no_commits(world: World) -> None:
    world.publish(workflow(start=script("throw new Error('no')", "end"), end=end()))
    world.start("flow")
    world.settle()
    assert len(world.get("/workflows/errors", as_="service").data["errors"]) == 1
    assert world.statistics("flow")["instances"]["by_status"] == {"failed": 1}


def test_each_workflow_has_its_own(world: World) -> None:
    world.publish(FLOW)
    world.publish({**FLOW, "name": "other"})
    world.start("flow")
    world.start("other")
    world.start("other")
    assert world.statistics("flow")["instances"]["by_status"] == {"halted": 1}
    assert world.statistics("other")["instances"]["by_status"] == {"halted": 2}


def test_a_batch_that_comes_again_changes_nothing(world: World) -> None:
    world.publish(FLOW)
    world.resume(world.start("flow").data["id"], {"approved": True})
    records = list(world.aws.commits)
    before = world.statistics("flow")
    again: list[Any] = []
    for part in (records, records[:1], records[1:], records * 2):
        assert world.deliver_commits(part, again) == []
    assert again == []
    assert world.statistics("flow") == before


steps = st.lists(st.tuples(st.sampled_from(("start", "go on", "stop", "fail", "cancel", "count")), st.integers(0, 9)))


@given(steps, st.integers(1, 7), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_over_random_lives_and_deliveries(taken: list[tuple[str, int]], batch: int, random: Any) -> None:
    with world() as service:
        service.publish(ROUND)
        ids: list[str] = []
        seen: list[Any] = []
        lines: list[Any] = []
        for step, number in taken:
            if step == "start":
                ids.append(service.start("flow").data["id"])
            elif step == "count":
                seen += service.aws.commits
                lines += service.count_commits(batch)
                service.deliver_commits(random.sample(seen, min(len(seen), batch)), lines)
            elif ids:
                instance_id = ids[number % len(ids)]
                if step == "cancel":
                    service.post(f"/workflows/instances/{instance_id}/cancel")
                else:
                    service.resume(instance_id, {"stop": step == "stop", "fail": step == "fail"})
        lines += service.count_commits(batch)
        assert_statistics_are_true(service)
        by_status = service.statistics("flow")["instances"]["by_status"]
        assert counters(lines) == {
            "created": len(ids), "completed": by_status.get("completed", 0), "failed": by_status.get("failed", 0),
        }  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_request_a_worker_dies_at(world: World, kind: str) -> None:
    world.publish(ROUND)
    for fault in disturbed(world, kind):
        instance_id = world.start("flow").data["id"]
        world.resume(instance_id, {"stop": True})
        if "others" in kind:
            world.publish({**ROUND, "name": f"other_{fault.place}"})
            world.start(f"other_{fault.place}")
        records = list(world.aws.commits)
        attempt(world, fault, lambda records=records: world.deliver_commits(records, []))
        assert_statistics_are_true_of_all(world)


def assert_statistics_are_true_of_all(world: World) -> None:
    world.count_commits()
    listed = world.get("/workflows/instances", as_="service", query="workflow_name=flow&limit=200").data["instances"]
    completed = sum(entry["status"] == "completed" for entry in listed)
    assert world.statistics("flow")["instances"]["by_status"] == {"completed": completed}


def test_two_workers_at_one_workflow_both_count(world: World) -> None:
    world.publish(FLOW)
    world.start("flow")
    world.start("flow")
    first, second = world.aws.commits
    world.aws.commits.clear()
    printed: list[Any] = []
    others_turn = [second]

    def meanwhile(operation: str, send: Any) -> Any:
        if operation == "put_item" and others_turn:
            world.deliver_commits([others_turn.pop()], printed)
        return send()

    world.aws.interruption = meanwhile
    world.deliver_commits([first], printed)
    assert world.statistics("flow")["instances"]["by_status"] == {"halted": 2}
    assert counters(printed)["created"] == 2


def test_one_workflow_that_cannot_be_counted_does_not_hold_up_another(world: World) -> None:
    world.publish(FLOW)
    world.publish({**FLOW, "name": "other"})
    world.start("flow")
    world.start("other")
    records = list(world.aws.commits)

    def refuse(operation: str, send: Any) -> Any:
        if operation == "put_item" and "statistics#acme#flow" in str(world.aws.requests[-1]):
            raise OSError("throttled")
        return send()

    world.aws.interruption = refuse
    assert world.deliver_commits(records, []) == [0]
    world.aws.interruption = lambda operation, send: send()
    assert world.parts.statistics.get("acme", "other").by_status == {"halted": 1}
    assert world.parts.statistics.get("acme", "flow").by_status == {}


def test_a_record_that_cannot_be_read_is_reported_alone(world: World) -> None:
    world.publish(FLOW)
    world.start("flow")
    world.start("flow")
    good, bad = world.aws.commits
    bad = {"NewImage": {name: value for name, value in bad["NewImage"].items() if name != "status"}}
    assert world.deliver_commits([good, bad], []) == [1]
    assert world.parts.statistics.get("acme", "flow").by_status == {"halted": 1}


def test_counts_do_not_need_documents_that_are_gone(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    monkeypatch.setattr(documents, "INLINE_LIMIT", 0)
    world.publish(FLOW)
    world.resume(world.start("flow").data["id"], {"approved": True})
    world.settle()  # discards the object that the second commit replaced
    monkeypatch.undo()
    lines = world.count_commits()
    assert counters(lines) == {"created": 1, "completed": 1, "failed": 0}
    assert_statistics_are_true(world)
    assert values(lines, "workflow.state.duration") == []


def test_states_past_the_most_there_may_be_are_left_out_and_nothing_else() -> None:
    found = Statistics()
    for number in range(statistics.MAX_STATES + 50):
        before, after = Standing("halted", f"s{number}"), Standing("completed", "end")
        stay = Span("state", f"s{number}", "halted", 5)
        found.count([Commit("acme", "flow", f"inst_{number}", 1, 0, None, before)], now=number)
        found.count([Commit("acme", "flow", f"inst_{number}", 2, 0, before, after, (stay,))], now=number)
    assert len(found.states) == statistics.MAX_STATES
    assert +found.by_status == {"completed": statistics.MAX_STATES + 50}
    assert all(+state.instances in ({}, {"completed": 250}) for state in found.states.values())


def test_what_is_remembered_of_batches_is_bounded() -> None:
    found = Statistics()
    for batch in range(10):
        commits = [
            Commit("acme", "flow", f"inst_{batch}_{n}", 1, 0, None, Standing("halted", "ask")) for n in range(1_000)
        ]
        assert len(found.count(commits, now=batch)) == 1_000
        assert found.count(commits, now=batch) == []
    assert sum(len(marks) for _, marks in found.counted) == 6 * statistics.REMEMBERED
    found.count([Commit("acme", "flow", "inst_last", 1, 0, None, Standing("halted", "ask"))], now=10**9)
    assert len(found.counted) == 1


def test_they_come_back_from_the_table_as_they_were() -> None:
    found = Statistics()
    stay = Span("state", "work", "running", 77)
    found.count([Commit("acme", "flow", "inst_1", 1, 0, None, Standing("halted", "ask"), (stay,))], now=5)
    assert Statistics.from_json(found.to_json()) == found
