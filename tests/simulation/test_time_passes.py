"""Simulated time stands still while something runs, and jumps to the next answer, try or timer."""

from tests.definitions import end, halt, http, script, workflow
from tests.simulation.simulating import kinds, path, simulate
from tests.world import World

ESCALATING = workflow(
    ask=halt("end", timeout={"after": "PT24H", "target": "boss"}, reminders=["PT4H", "PT20H"]),
    boss=halt("end"),
    end=end(),
)
TRYING = workflow(
    call=http("end", retry={"attempts": 3}, on_error=[{"target": "failed"}]), failed=end(), end=end()
)  # fmt: skip


def test_an_answer_comes_so_long_after_its_halt(world: World) -> None:
    played = simulate(world, ESCALATING, answers=[{"state": "ask", "after": "PT2H30M"}])
    assert (played["status"], played["ended_at"]) == ("completed", "2026-01-20T14:30:00.000Z")


def test_reminders_come_before_it(world: World) -> None:
    played = simulate(world, ESCALATING, answers=[{"state": "ask", "after": "PT5H"}])
    reminded = [event for event in played["history"] if event["subtype"] == "reminder"]
    assert [(event["timestamp"], event["webhook"]) for event in reminded] == [
        ("2026-01-20T16:00:00.000Z", "workflow.instance.reminder")
    ]


def test_an_answer_that_comes_after_the_time_out_is_too_late(world: World) -> None:
    played = simulate(world, ESCALATING, answers=[{"state": "ask", "after": "PT24H"}])
    assert path(played) == ["ask", "boss"]
    assert played["unused_answers"] == [0]


def test_answers_for_the_state_after_a_time_out_let_it_come(world: World) -> None:
    played = simulate(world, ESCALATING, answers=[{"state": "boss", "after": "PT1H"}])
    assert (path(played), played["ended_at"]) == (["ask", "boss", "end"], "2026-01-21T13:00:00.000Z")


def test_without_an_answer_it_stays_halted_now(world: World) -> None:
    played = simulate(world, ESCALATING)
    assert (played["status"], played["ended_at"]) == ("halted", "2026-01-20T12:00:00.000Z")


def test_a_case_that_waits_sees_timers_come_due(world: World) -> None:
    played = simulate(world, ESCALATING, wait="PT24H")
    assert kinds(played) == [
        "lifecycle created", "halt halted", "halt reminder", "halt reminder", "transition state_change", "halt halted",
    ]  # fmt: skip
    assert played["ended_at"] == "2026-01-21T12:00:00.000Z"
    assert simulate(world, ESCALATING, wait="PT23H59M")["current_state"] == "ask"


def test_a_case_that_waits_ninety_days_expires(world: World) -> None:
    played = simulate(world, workflow(ask=halt("end"), end=end()), wait="P90D")
    assert (played["status"], played["history"][-1]["subtype"]) == ("cancelled", "expired")
    assert played["history"][-1]["webhook"] == "workflow.instance.cancelled"


def test_tries_wait_for_their_back_off(world: World) -> None:
    played = simulate(world, TRYING, http={"call": [{"status": 503}, {"status": 500}, {"status": 200}]})
    assert [event["timestamp"] for event in played["history"] if event["type"] == "step"] == [
        "2026-01-20T12:00:00.000Z",
        "2026-01-20T12:00:01.000Z",
        "2026-01-20T12:00:03.000Z",
    ]
    assert path(played) == ["call", "end"]


def test_a_server_that_does_not_answer_takes_its_time(world: World) -> None:
    played = simulate(world, TRYING, http={"call": {"error": "http_timeout"}})
    assert path(played) == ["call", "failed"]
    assert played["ended_at"] == "2026-01-20T12:00:33.000Z"
    slow = simulate(world, TRYING, http={"call": {"body": 1, "duration_ms": 1_500}})
    assert slow["ended_at"] == "2026-01-20T12:00:01.500Z"


def test_a_case_can_begin_at_another_time(world: World) -> None:
    flow = workflow(look=script("return {at: new Date()}", "end"), end=end())
    assert simulate(world, flow, now="1999-12-31T23:00:00+01:00")["workflow_data"] == {
        "at": "1999-12-31T22:00:00.000Z"
    }  # fmt: skip


def test_a_time_out_as_long_as_the_lifetime_comes_before_its_end(world: World) -> None:
    flow = workflow(ask=halt("end", timeout={"after": "P90D", "target": "late"}), late=end(), end=end())
    assert path(simulate(world, flow, wait="P90D")) == ["ask", "late"]
