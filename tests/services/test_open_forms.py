"""The open form of a halt over HTTP: of the thread that is halted, or of the one that is named."""

import pytest

from tests.definitions import end, form, halt, skip, workflow
from tests.world import World

FORKED = workflow(
    split=skip("done", fork={"finance": "ask", "legal": "ask"}),
    ask=halt("agreed", presentation=form({"name": "amount", "type": "number", "default": "${input.amount}"})),
    agreed=end(),
    done=end(),
)
CHOOSING = workflow(
    ask={
        "type": "halting",
        "halting_instructions": {"type": "message", "config": {"message": "Ship ${input.item}?"}},
        "transition_mode": "selection",
        "transitions": [{"key": "ship", "to": "end", "description": "Ship it"}, {"key": "stop", "to": "end"}],
    },
    end=end(),
)


@pytest.fixture
def forked(world: World) -> str:
    world.publish(FORKED)
    return f"/workflows/instances/{world.start('flow', {'amount': 5}).data['id']}"


def test_choices_are_told_with_the_instruction(world: World) -> None:
    world.publish(CHOOSING)
    instance_id = world.start("flow", {"item": "boots"}).data["id"]
    shown = world.get(f"/workflows/instances/{instance_id}/form").data
    assert (shown["thread_id"], shown["state"], shown["halt_id"]) == ("thread_main", "ask", "halt_1")
    assert shown["schema"]["description"] == "Ship boots?"
    assert [it["const"] for it in shown["schema"]["properties"]["choice"]["oneOf"]] == ["ship", "stop"]
    assert world.resume(instance_id, {"choice": "ship"}).data["status"] == "completed"


def test_where_several_threads_are_halted_one_is_to_be_named(world: World, forked: str) -> None:
    unclear = world.get(f"{forked}/form")
    assert (unclear.status, unclear.error["code"]) == (400, "invalid_request")
    assert unclear.error["details"] == {"threads": ["thread_finance", "thread_legal"]}
    shown = world.get(f"{forked}/form", query="thread_id=thread_legal").data
    assert (shown["thread_id"], shown["schema"]["properties"]["amount"]["default"]) == ("thread_legal", 5)


def test_a_thread_that_is_not_halted_has_none(world: World, forked: str) -> None:
    refused = world.get(f"{forked}/form", query="thread_id=thread_main")
    assert (refused.status, refused.error["code"]) == (400, "thread_not_halted")
    world.post(f"{forked}/cancel")
    assert world.get(f"{forked}/form").error["code"] == "instance_not_halted"
