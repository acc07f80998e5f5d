"""The reference's purchase approval, simulated along each of its paths, all of its states and ways out covered."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.simulation.simulating import simulate_all
from tests.world import World

PURCHASE = json.loads((Path(__file__).parents[1] / "workflows" / "purchase_approval.json").read_text())


def case(name: str, amount: int, *answers: dict[str, Any], status: str) -> dict[str, Any]:
    request = {"amount": amount, "description": "Laptop", "requester": "ann@example.com"}
    return {
        "name": name,
        "input": request,
        "answers": list(answers),
        "http": {"notify_requester": {"status": 202}},
        "expect": {"status": "completed", "current_state": "complete", "workflow_data": {**request, "status": status}},
    }


def manager(approved: bool) -> dict[str, Any]:
    return {"state": "manager_approval", "input": {"approved": approved}, "after": "PT1H"}


def vice_president(approved: bool) -> dict[str, Any]:
    return {"state": "vp_approval", "input": {"approved": approved, "budget_code": "Q1"}, "after": "PT4H"}


FOUR_PATHS = [
    case("small", 800, status="approved"),
    case("manager approves", 5_000, manager(True), status="approved"),
    case("vice president approves", 50_000, manager(True), vice_president(True), status="approved"),
    case("manager rejects", 5_000, manager(False), status="rejected"),
]
FIFTH = case("vice president rejects", 50_000, manager(True), vice_president(False), status="rejected")


@pytest.fixture
def four(world: World) -> Any:
    return simulate_all(world, PURCHASE, *FOUR_PATHS)


def test_each_path_comes_out_as_expected(four: Any) -> None:
    assert four["passed"] is True
    assert [(played["name"], played["passed"]) for played in four["cases"]] == [
        (each["name"], True) for each in FOUR_PATHS
    ]
    assert not any(played["unused_answers"] or played["refused_answers"] for played in four["cases"])


def test_four_cases_enter_every_state_and_leave_one_way_untaken(four: Any) -> None:
    assert four["coverage"]["states"] == {"covered": list(PURCHASE["states"]), "missed": []}
    assert four["coverage"]["transitions"]["missed"] == [
        {"path": "states.vp_approval.transitions[1]", "target": "rejected"}
    ]


def test_a_fifth_covers_all(world: World) -> None:
    coverage = simulate_all(world, PURCHASE, *FOUR_PATHS, FIFTH)["coverage"]
    ways = {
        f"states.{name}.transitions[{index}]"
        for name, state in PURCHASE["states"].items()
        for index in range(len(state.get("transitions", [])))
    }
    assert {way["path"] for way in coverage["transitions"]["covered"]} == ways
    assert coverage["transitions"]["missed"] == []


def test_amounts_above_every_threshold_take_the_last_way_and_it_says_why(four: Any) -> None:
    moves = [event for event in four["cases"][2]["history"] if event.get("from_state") == "submit"]
    (explain,) = [move["explain"] for move in moves]
    assert [(way["taken"], way.get("condition", {}).get("saw")) for way in explain] == [
        (False, 50_000),
        (False, 50_000),
        (True, None),
    ]


def test_scripts_see_the_simulated_time(four: Any) -> None:
    data = four["cases"][2]["workflow_data"]
    assert data["submitted_at"] == "2026-01-20T12:00:00.000Z"
    assert data["approved_at"] == four["cases"][2]["ended_at"] == "2026-01-20T17:00:00.000Z"


def test_the_request_that_would_be_sent_is_shown(four: Any) -> None:
    (call,) = [event for event in four["cases"][0]["history"] if "request" in event]
    assert call["request"]["url"] == "https://yourapp.com/api/notifications"
    assert json.loads(call["request"]["body"]) == {
        "type": "purchase_decision", "email": "ann@example.com", "status": "approved", "amount": 800,
    }  # fmt: skip
    assert call["response"] == {"status": 202, "headers": {}, "body": None}
