"""The deployed stream measures what happened: statistics over the API, metrics in the log, one line format for all."""

import json
import time
from typing import Any

from tests.end_to_end.client import Client
from tests.stack import Stack

FLOW: dict[str, Any] = {
    "name": "measured",
    "initial_state": "work",
    "states": {
        "work": {
            "type": "action",
            "logic": {"type": "script", "code": "return { n: 1 }"},
            "transitions": [{"target": "ask"}],
        },
        "ask": {"type": "halting", "transitions": [{"target": "done"}]},
        "done": {"type": "terminal"},
    },
}
FAILING = {
    "type": "action",
    "logic": {"type": "script", "code": "throw new Error('no')"},
    "transitions": [{"target": "ask"}],
}


def test_flows_show_in_the_statistics_and_in_the_metrics(user: Client, service: Client, stack: Stack) -> None:
    name = user.publish(FLOW)
    ids = [user.start(name, {"private": "Hans"}).data["id"] for _ in range(6)]
    for instance_id in ids[:4]:
        user.resume(instance_id, {})
    found = until_counted(service, name, {"completed": 4, "halted": 2})
    assert found["instances"]["by_state"] == {"ask": {"halted": 2}, "done": {"completed": 4}}
    assert found["oldest_wait"]["instance_id"] == ids[4]
    assert {state: measured["visits"] for state, measured in found["states"].items()} == {"work": 6, "ask": 4}
    assert user.get(f"/workflows/{name}/stats").status == 403

    lines = [json.loads(line) for line in stack.logs().splitlines() if f"acme/{name}" in line and "_aws" in line]
    assert total(lines, "workflow.instance.created") == 6
    assert total(lines, "workflow.instance.completed") == 4
    assert "Hans" not in stack.logs()


def test_instances_that_fail_are_counted_and_so_is_what_follows(user: Client, service: Client, stack: Stack) -> None:
    name = user.publish(FLOW | {"name": "failing", "states": FLOW["states"] | {"work": FAILING}})
    for failed in (1, 2, 3):
        assert user.start(name, {}).status == 500
        until_counted(service, name, {"failed": failed})
    assert "commit not read" not in stack.logs()


def until_counted(service: Client, name: str, by_status: dict[str, int]) -> Any:
    deadline = time.monotonic() + 20
    while (found := service.get(f"/workflows/{name}/stats").data)["instances"]["by_status"] != by_status:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def total(lines: list[Any], metric: str) -> int:
    return sum(line.get(metric, 0) for line in lines)
