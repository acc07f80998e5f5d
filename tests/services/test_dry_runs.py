"""A dry run of a resume says where the answer would lead and why, refuses what a resume would, and changes nothing."""

from typing import Any

import pytest

from tests.answered import Answered
from tests.aws import all_items
from tests.definitions import APPROVED, end, form, halt, script, skip, workflow
from tests.world import World

FLOW = workflow(
    ask=halt(("work", APPROVED), ("end", {"field": "reason", "exists": True}),
             presentation=form({"name": "approved", "type": "boolean", "required": True})),
    work=script("return {worked: true}", "end"),
    end=end(),
)  # fmt: skip
YES, NO = {"input": {"approved": True}}, {"input": {"approved": False}}


@pytest.fixture
def asked(world: World) -> str:
    world.publish(FLOW)
    return f"/workflows/instances/{world.start('flow').data['id']}"


def dry_run(world: World, asked: str, body: Any, **options: Any) -> Answered:
    return world.post(f"{asked}/resume", body, query="dry_run=true", **options)


def test_it_says_which_way_and_why(world: World, asked: str) -> None:
    assert dry_run(world, asked, YES).data == {
        "dry_run": True,
        "instance_id": asked.rpartition("/")[2],
        "thread_id": "thread_main",
        "state": "ask",
        "halt_id": "halt_1",
        "would_transition_to": "work",
        "transition_index": 0,
        "explain": [
            {
                "target": "work",
                "taken": True,
                "condition": {"field": "approved", "operator": "equals", "value": True, "saw": True, "result": True},
            },
            {"target": "end", "taken": False, "considered": False},
        ],
        "workflow_data_after": {"approved": True},
    }


def test_a_choice_is_told_by_its_key(world: World) -> None:
    ways = [{"key": "stay", "to": "ask"}, {"key": "go", "to": "end"}]
    world.publish(workflow(ask={"type": "halting", "transition_mode": "selection", "transitions": ways}, end=end()))
    asked = f"/workflows/instances/{world.start('flow').data['id']}"
    told = dry_run(world, asked, {"selected_option": "go"}).data
    assert (told["would_transition_to"], told["transition_index"], told["transition_key"]) == ("end", 1, "go")


def test_nothing_is_written_or_run(world: World, asked: str) -> None:
    before = all_items()
    dry_run(world, asked, YES, headers={"Idempotency-Key": "once"})
    assert all_items() == before
    assert world.post(f"{asked}/resume", YES, headers={"Idempotency-Key": "once"}).data["status"] == "completed"


def test_it_counts_as_a_call(world: World, asked: str) -> None:
    world.limit_calls(rate_limit_write=1)
    assert dry_run(world, asked, YES).headers["X-RateLimit-Remaining"] == "0"
    assert dry_run(world, asked, YES).status == 429


REFUSED = [
    ({"input": {}}, 400, "invalid_input"),
    ({"input": {"approved": "yes"}}, 400, "invalid_input"),
    (NO, 400, "invalid_transition"),
    ({**YES, "halt_id": "halt_7"}, 409, "concurrent_modification"),
    ({**YES, "expected_state": "work"}, 409, "concurrent_modification"),
    ({"input": {"approved": True, "text": "x" * 70_000}}, 413, "payload_too_large"),
]


@pytest.mark.parametrize(("body", "status", "code"), REFUSED)
def test_what_the_resume_would_refuse_is_refused_alike(
    world: World, asked: str, body: Any, status: int, code: str
) -> None:
    refused = dry_run(world, asked, body)
    assert (refused.status, refused.error["code"]) == (status, code)
    real = world.post(f"{asked}/resume", body).error
    assert (refused.error["message"], refused.error["details"]) == (real["message"], real["details"])


def test_an_instance_that_is_not_halted_leads_nowhere(world: World, asked: str) -> None:
    world.post(f"{asked}/resume", YES)
    assert dry_run(world, asked, YES).error["code"] == "instance_not_halted"


def test_of_several_threads_one_is_to_be_named(world: World) -> None:
    world.publish(workflow(
        split=skip("end", fork={"left": "ask", "right": "ask"}), ask=halt("agreed"), agreed=end(), end=end(),
    ))  # fmt: skip
    instance = f"/workflows/instances/{world.start('flow').data['id']}"
    assert dry_run(world, instance, {"input": {}}).error["code"] == "invalid_request"
    told = world.post(f"{instance}/threads/thread_right/resume", {"input": {}}, query="dry_run=true").data
    assert (told["thread_id"], told["would_transition_to"]) == ("thread_right", "agreed")


def test_false_is_a_real_resume(world: World, asked: str) -> None:
    assert world.post(f"{asked}/resume", YES, query="dry_run=false").data["status"] == "completed"
