"""The approval flow from end to end against a running stack, each step printed: the shortest tour of the API."""

import json
import time
from collections.abc import Callable
from typing import Any

from interactor_local.calling import Caller

_APPROVAL = {
    "initial_state": "request",
    "states": {
        "request": {
            "type": "action",
            "logic": {"type": "script", "code": "return { request_id: input.id, amount: input.amount };"},
            "transitions": [{"target": "await_approval"}],
        },
        "await_approval": {
            "type": "halting",
            "presentation": {
                "type": "form",
                "title": "Approval required",
                "fields": [
                    {"name": "approved", "type": "boolean", "label": "Approve this request?", "required": True},
                    {"name": "comment", "type": "string", "label": "Comment (optional)", "multiline": True},
                ],
            },
            "transitions": [
                {"target": "approved", "condition": {"field": "approved", "equals": True}},
                {"target": "rejected"},
            ],
        },
        "approved": {"type": "terminal"},
        "rejected": {"type": "terminal"},
    },
}


def run(caller: Caller, show: Callable[[str], None]) -> None:
    """Create, publish, start, read, approve, read again. Raises CallFailed at the first step that fails."""
    token = caller.token("acme_user")

    def step(title: str, method: str, path: str, body: Any = None) -> Any:
        show(f"\n\N{BLACK RIGHT-POINTING TRIANGLE} {title}: {method} {path}")
        data = caller.send(method, f"/api/v1{path}", body, token)["data"]
        show(json.dumps(data, indent=2, ensure_ascii=False))
        return data

    name = f"approval_{time.time_ns() // 1_000_000}"
    version = step("Create a workflow", "POST", "/workflows", {"name": name, **_APPROVAL})["version_id"]
    step("Publish it", "POST", f"/workflows/{name}/versions/{version}/publish")
    request = {"namespace": "user_1", "input": {"id": "req_456", "amount": 5000}}
    instance = step("Start an instance", "POST", f"/workflows/{name}/instances", request)["id"]
    step("Read what it asks", "GET", f"/workflows/instances/{instance}")
    decision = {"input": {"approved": True, "comment": "Looks good"}}
    step("Approve", "POST", f"/workflows/instances/{instance}/resume", decision)
    step("Read how it ended", "GET", f"/workflows/instances/{instance}")
