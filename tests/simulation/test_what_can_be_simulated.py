"""A definition that comes with the call, or a stored version; nothing of it is kept, and every case ends."""

from unittest.mock import patch

import pytest

from interactor.simulation import play
from tests.definitions import end, form, halt, script, skip, workflow
from tests.simulation.simulating import kinds, refusal, simulate, simulate_all
from tests.world import World

FLOW = workflow(ask=halt("end"), end=end())
NEXT = workflow(other=halt("end"), end=end())


def simulated(world: World, **body: object) -> object:
    return world.post("/workflows/simulate", body).data


def test_nothing_is_written(world: World) -> None:
    simulate(world, FLOW, answers=[{}])
    assert world.aws.requests == []


def test_a_stored_workflow_is_simulated_as_it_is_published(world: World) -> None:
    version_id = world.publish(FLOW)
    draft = world.post("/workflows/flow/versions", NEXT).data["version_id"]
    published = simulated(world, name="flow")
    assert (published["version_id"], published["cases"][0]["current_state"]) == (version_id, "ask")
    drafted = simulated(world, name="flow", version_id=draft)
    assert (drafted["version_id"], drafted["cases"][0]["current_state"]) == (draft, "other")


def test_a_workflow_never_published_is_simulated_as_it_is(world: World) -> None:
    world.post("/workflows", FLOW)
    assert simulated(world, name="flow")["cases"][0]["status"] == "halted"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "give either 'definition' or 'name'"),
        ({"definition": FLOW, "name": "flow"}, "give either 'definition' or 'name'"),
        ({"definition": FLOW, "version_id": "v_1"}, "'version_id' goes with 'name'"),
        ({"definition": FLOW, "cases": [{}], "input": {}}, "give 'input' in the cases"),
        ({"definition": FLOW, "cases": []}, "cases: must have at"),
        ({"definition": FLOW, "cases": [{}] * 21}, "cases: must have at"),
        ({"definition": FLOW, "answers": [{}] * 101}, "answers: must have at most 100 items"),
        ({"definition": FLOW, "now": "yesterday"}, "now: must be a moment"),
        ({"definition": FLOW, "now": "2026-01-20T12:00:00"}, "with a time zone"),
        ({"definition": FLOW, "now": "9999-12-31T23:59:59-23:00"}, "now: must be a moment"),
        ({"definition": FLOW, "now": "1970-01-01T00:00:00+01:00"}, "now: must be a moment"),
        ({"definition": FLOW, "now": "2499-12-31T23:59:59-01:00"}, "now: must be a moment from 1970 to 2499"),
        ({"definition": FLOW, "wait": "P91D"}, "at most 90 days"),
        ({"definition": FLOW, "input": {"text": "x" * 70_000}}, "at most 65536 bytes"),
        ({"definition": FLOW, "http": {"ask": []}}, "http"),
        ({"definition": FLOW, "answer": []}, "Unknown property 'answer'; did you mean 'answers'?"),
        ({"definition": FLOW, "now": "2026-13-01T00:00:00Z"}, "now: must be a moment"),
        ({"definition": FLOW, "wait": "2h"}, "wait: must be an ISO 8601 duration"),
    ],
)
def test_what_is_unclear_is_refused(world: World, body: dict[str, object], told: str) -> None:
    error = refusal(world, **body)
    assert error["code"] == "invalid_request"
    assert told in error["message"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"http": {"ask": {"status": 999}}}, "http.ask.status"),
        ({"http": {"ask": [{}, {"error": "boom"}]}}, "http.ask[1].error"),
        ({"http": {"ask": []}}, "http.ask"),
        ({"http": {"ask": 1}}, "http.ask"),
        ({"http": {"no name": {}}}, 'http["no name"]'),
        ({"expect": {"state": "ask"}}, "expect.state"),
    ],
)
def test_what_is_wrong_is_told_by_its_place_in_the_body(world: World, body: dict[str, object], path: str) -> None:
    error = refusal(world, definition=FLOW, **body)
    assert set(error["details"]["fields"]) == {path}


def test_an_invalid_definition_is_refused_with_all_that_is_wrong(world: World) -> None:
    error = refusal(world, definition=workflow(a=halt("b"), c=script("return {", "d")))
    assert error["code"] == "invalid_workflow"
    assert {"states.a.transitions[0].target", "states.c.logic.code"} <= {
        it["path"] for it in error["details"]["errors"]
    }


def test_what_is_doubtful_is_told(world: World) -> None:
    assert simulate_all(world, workflow(a=end(), island=end()), {})["warnings"][0]["path"] == "states.island"


def test_going_round_for_ever_ends_as_in_the_service(world: World) -> None:
    played = simulate(world, workflow(a=skip("a")))
    assert (played["status"], played["error"]["code"]) == ("failed", "step_limit_exceeded")


def test_a_case_with_too_many_events_is_stopped(world: World) -> None:
    with patch.object(play, "MAX_EVENTS", 10):
        played = simulate(world, workflow(a=script("", "a")), expect={"status": "running"})
    assert (played["stopped"], played["passed"]) == ("more than 10 events", False)
    assert len(kinds(played)) == 10


def test_cases_end_when_the_time_of_the_call_is_up(world: World) -> None:
    late = world.clock.now - 30_000
    body = {"definition": workflow(a=script("", "a")), "cases": [{}, {}]}
    played = world.post("/workflows/simulate", body, arrived_at=late).data["cases"]
    assert {case["stopped"] for case in played} == {"the time for the whole call is used up"}
    assert {case["status"] for case in played} == {"running"}


def test_the_answer_is_bounded_whatever_the_data(world: World) -> None:
    growing = (
        "return {list: [...(workflow_data.list || []), 'x'.repeat(20000)].slice(-10), n: (workflow_data.n || 0) + 1}"
    )
    going = {"field": "n", "operator": "lt", "value": 60}
    flow = workflow(a=script(growing, ("a", going), "end"), end=end())
    answer = world.post("/workflows/simulate", {"definition": flow, "cases": [{}] * 8})
    assert len(answer.text) < 1_200_000
    for played in answer.data["cases"]:
        assert played["status"] == "completed"
        assert played["history_omitted"] > 0
        assert played["omitted"] == ["workflow_data"]


def test_so_it_is_whatever_people_answer(world: World) -> None:
    options = [{"value": f"{number:02}" + "x" * 60} for number in range(10)]
    fields = [{"name": f"f{number}", "type": "select", "options": options} for number in range(50)]
    wrong = {"input": {field["name"]: "y" * 60 for field in fields}}
    cases = [{"answers": [wrong] * 20, "expect": {"workflow_data": wrong["input"]}}] * 10
    answer = world.post(
        "/workflows/simulate", {"definition": workflow(a=halt("a", presentation=form(*fields))), "cases": cases}
    )
    assert len(answer.text) < 1_200_000
    assert answer.data["cases"][0]["omitted"] == ["refused_answers", "open_forms"]
