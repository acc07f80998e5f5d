"""HTTP logic against a real server: retried through the queue, carried on after the call, one key for all tries."""

from typing import Any

from tests.end_to_end.client import Client
from tests.end_to_end.receiver import Receiver

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def calling(url: str, **logic: Any) -> dict[str, Any]:
    return {
        "name": "calling",
        "initial_state": "call",
        "states": {
            "call": {
                "type": "action",
                "logic": {"type": "http", "method": "POST", "url": url, "body": {"n": "${input.n}"}, **logic},
                "transitions": [{"target": "done"}],
            },
            "done": {"type": "terminal"},
        },
    }


def test_a_call_that_fails_twice_is_made_a_third_time_after_its_back_off(user: Client, server: Receiver) -> None:
    server.statuses[:] = [503, 429]
    name = user.publish(calling(f"{server.url}/work", retry={"attempts": 3, "backoff": "linear"}))
    found = user.start(name, {"n": 7}, traceparent=TRACE).data
    assert found["status"] == "running"
    done = user.wait_until(found["id"], "completed", "failed")
    assert done["status"] == "completed"
    assert done["workflow_data"]["call"]["body"] == {"received": True}
    tries = server.wait_for(3)
    assert [request.body for request in tries] == [{"n": 7}] * 3
    assert len({request.headers["idempotency-key"] for request in tries}) == 1
    assert {request.headers["traceparent"] for request in tries} == {TRACE}


def test_a_call_that_fails_for_good_fails_the_instance_and_says_where(user: Client, server: Receiver) -> None:
    server.statuses[:] = [404]
    answer = user.start(user.publish(calling(f"{server.url}/work")), {"n": 1})
    assert (answer.status, answer.error["code"]) == (500, "http_error")
    details = answer.error["details"]
    assert details["state"] == "call"
    assert user.instance(details["instance_id"])["status"] == "failed"


def test_an_asynchronous_start_answers_at_once_and_completes(user: Client, server: Receiver) -> None:
    found = user.start(user.publish(calling(f"{server.url}/work")), {"n": 1}, Prefer="respond-async").data
    assert found["status"] == "running"
    assert user.wait_until(found["id"], "completed")["current_state"] == "done"
