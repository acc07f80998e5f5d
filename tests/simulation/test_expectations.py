"""A case that says what is to come out is told whether it did, and where it did not."""

from tests.definitions import end, halt, script, workflow
from tests.simulation.simulating import simulate, simulate_all
from tests.world import World

FLOW = workflow(
    a=script("return {n: 1, person: {name: 'Ann', age: 40}, list: [1, 2]}", "ask"), ask=halt("end"), end=end()
)


def test_what_is_not_expected_is_not_compared(world: World) -> None:
    played = simulate(world, FLOW, expect={"status": "halted", "workflow_data": {"n": 1.0, "person": {"name": "Ann"}}})
    assert played["passed"] is True
    assert "differences" not in played


def test_each_difference_is_told_at_its_place(world: World) -> None:
    expected = {
        "status": "completed",
        "path": ["a", "ask"],
        "error": "script_error",
        "workflow_data": {"n": "1", "person": {"name": "Bo", "email": "x"}, "list": [1]},
    }
    assert simulate(world, FLOW, expect=expected)["differences"] == [
        {"path": "status", "expected": "completed", "actual": "halted"},
        {"path": "error", "expected": "script_error", "missing": True},
        {"path": "workflow_data.n", "expected": "1", "actual": 1},
        {"path": "workflow_data.person.name", "expected": "Bo", "actual": "Ann"},
        {"path": "workflow_data.person.email", "expected": "x", "missing": True},
        {"path": "workflow_data.list", "expected": [1], "actual": [1, 2]},
    ]


def test_all_pass_when_each_does_that_expects_something(world: World) -> None:
    good, bad, indifferent = {"expect": {"status": "halted"}}, {"expect": {"status": "failed"}}, {}
    assert simulate_all(world, FLOW, good, indifferent)["passed"] is True
    assert simulate_all(world, FLOW, good, bad)["passed"] is False
    assert "passed" not in simulate_all(world, FLOW, indifferent)


def test_a_failure_can_be_expected(world: World) -> None:
    failing = workflow(a=script("throw new Error('no')", "end"), end=end())
    played = simulate(world, failing, expect={"status": "failed", "error": "script_error"})
    assert (played["passed"], played["error"]["message"]) == (True, "Error: no (line 1)")
