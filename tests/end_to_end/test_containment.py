"""What a hostile tenant tries on the deployed stack: it ends on time, reaches nothing, and the next call is fine."""

import time
from typing import Any

import pytest

from tests.end_to_end.client import Client


def running(code: str) -> dict[str, Any]:
    return {
        "name": "script",
        "initial_state": "run",
        "states": {
            "run": {
                "type": "action",
                "logic": {"type": "script", "code": code},
                "transitions": [{"target": "done"}],
            },
            "done": {"type": "terminal"},
        },
    }


def test_a_script_that_never_ends_is_ended_after_five_seconds_and_the_next_runs_clean(user: Client) -> None:
    name = user.publish(running("for (;;);"))
    began = time.monotonic()
    answer = user.start(name, {})
    assert (answer.status, answer.error["code"]) == (500, "script_timeout")
    assert 4.5 < time.monotonic() - began < 20
    found = user.start(user.publish(running("return { total: 1 + 1 }")), {}).data
    assert found["workflow_data"] == {"total": 2}


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[::ffff:10.0.0.1]/", "http://2852039166/"],
)
def test_an_address_inside_the_cloud_is_refused_when_the_workflow_is_posted(user: Client, url: str) -> None:
    definition = running("return {}")
    definition["states"]["run"]["logic"] = {"type": "http", "method": "GET", "url": url}
    answer = user.post("/workflows", definition)
    assert (answer.status, answer.error["code"]) == (400, "invalid_workflow")
    assert answer.error["details"]["errors"][0]["path"] == "states.run.logic.url"


def test_scripts_see_no_environment_of_the_function(user: Client) -> None:
    code = "return { names: Object.getOwnPropertyNames(globalThis) }"
    names = user.start(user.publish(running(code)), {}).data["workflow_data"]["names"]
    assert not {"process", "require", "std", "os", "fetch", "eval", "Function", "setTimeout"} & set(names)
