"""Threads and timers on the deployed stack: two answers at one moment both count, and a halt times out by itself."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.end_to_end.client import Client
from tests.end_to_end.receiver import Receiver

ROUNDS = 20


def forked(url: str) -> dict[str, Any]:
    tell = {"type": "http", "method": "POST", "url": f"{url}/tell", "body": {"by": "${input.by}"}}
    return {
        "name": "forked",
        "initial_state": "split",
        "states": {
            "split": {
                "type": "action",
                "fork": {"finance": "ask_finance", "legal": "ask_legal"},
                "transitions": [{"target": "done"}],
            },
            "ask_finance": {"type": "halting", "transitions": [{"target": "tell"}]},
            "ask_legal": {"type": "halting", "transitions": [{"target": "ended"}]},
            "tell": {"type": "action", "logic": tell, "transitions": [{"target": "ended"}]},
            "ended": {"type": "terminal"},
            "done": {"type": "terminal"},
        },
    }


def test_two_threads_answered_at_the_same_moment_both_count(user: Client, server: Receiver) -> None:
    name = user.publish(forked(server.url))
    for _ in range(ROUNDS):
        instance_id = user.start(name, {}).data["id"]

        def answer(key: str, path: str = f"/workflows/instances/{instance_id}/threads") -> int:
            return user.post(f"{path}/thread_{key}/resume", {"input": {"by": key}}).status

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(answer, ("finance", "legal"))) == [200, 200]
        assert user.wait_until(instance_id, "completed")["current_state"] == "done"
    keys = [request.headers["idempotency-key"] for request in server.wait_for(ROUNDS)]
    assert len(keys) == len(set(keys)) == ROUNDS


def test_a_halt_times_out_by_itself(user: Client) -> None:
    halted = {"type": "halting", "timeout": {"after": "PT1M", "target": "late"}, "transitions": [{"target": "done"}]}
    states = {"ask": halted, "late": {"type": "terminal"}, "done": {"type": "terminal"}}
    name = user.publish({"name": "timing_out", "initial_state": "ask", "states": states})
    found = user.start(name, {}).data
    done = user.wait_until(found["id"], "completed", seconds=90)
    assert done["current_state"] == "late"
