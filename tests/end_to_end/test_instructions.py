"""The text of a halt, written by the emulated Bedrock under the functions' own roles."""

import time
from typing import Any

from tests.end_to_end.client import Client


def order_approval(**config: Any) -> dict[str, Any]:
    """The reference's 'AI-Generated Instructions'."""
    return {
        "name": "order_approval",
        "initial_state": "take",
        "states": {
            "take": {
                "type": "action",
                "logic": {"type": "script", "code": "return {order: input.order, customer: {name: 'Acme Corp'}}"},
                "transitions": [{"target": "await_approval"}],
            },
            "await_approval": {
                "type": "halting",
                "halting_instructions": {
                    "type": "ai",
                    "config": {
                        "prompt": "Summarize this order and ask the user to approve or reject it.",
                        "model": "claude-3-haiku-20240307",
                        "include_data_paths": ["order", "customer"],
                        **config,
                    },
                },
                "transition_mode": "selection",
                "transitions": [
                    {"key": "approve", "to": "approved", "description": "Approve the order"},
                    {"key": "reject", "to": "rejected", "description": "Reject the order"},
                ],
            },
            "approved": {"type": "terminal"},
            "rejected": {"type": "terminal"},
        },
    }


INPUT = {"order": {"id": 123, "total": 150}}


def test_the_text_comes_with_the_answer_and_stays(user: Client) -> None:
    halted = user.start(user.publish(order_approval()), INPUT).data
    options = halted["halted_options"]
    assert (halted["status"], halted["halted_at_state"], options["generated"]) == ("halted", "await_approval", True)
    assert options["instruction"]
    assert [choice["key"] for choice in options["choices"]] == ["approve", "reject"]
    assert user.instance(halted["id"])["halted_options"] == options
    done = user.resume(halted["id"], {"choice": "approve"}).data
    assert (done["status"], done["current_state"]) == ("completed", "approved")


def test_an_asynchronous_start_has_it_a_little_later(user: Client) -> None:
    started = user.start(user.publish(order_approval()), INPUT, Prefer="respond-async").data
    user.wait_until(started["id"], "halted")
    deadline = time.monotonic() + 30
    while not user.instance(started["id"])["halted_options"]["generated"]:
        assert time.monotonic() < deadline, "the text never came"
        time.sleep(0.1)


def test_without_the_model_the_data_is_told_and_the_halt_is_answered_all_the_same(user: Client) -> None:
    halted = user.start(user.publish(order_approval(model="no-such-model")), INPUT).data
    options = halted["halted_options"]
    assert options["instruction"] == "Await approval\nOrder id: 123\nOrder total: 150\nCustomer name: Acme Corp"
    assert options["generated"] is False
    visit = user.instance(halted["id"])["history"][-1]
    assert visit["error"] == {
        "code": "instruction_error", "message": "There is no language model 'no-such-model' here",
    }  # fmt: skip
    assert user.resume(halted["id"], {"choice": "reject"}).data["current_state"] == "rejected"
