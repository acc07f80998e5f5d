"""The approval flow that every figure is about: a script, a halt with a form, an answer, the end."""

from typing import Any

NAME = "bench_approval"
DEFINITION: dict[str, Any] = {
    "name": NAME,
    "initial_state": "request",
    "states": {
        "request": {
            "type": "action",
            "logic": {
                "type": "script",
                "code": "return { request_id: input.id, amount: input.amount, status: 'pending', "
                "submitted_at: new Date().toISOString() }",
            },
            "transitions": [{"target": "await_approval"}],
        },
        "await_approval": {
            "type": "halting",
            "presentation": {
                "type": "form",
                "title": "Approval Required",
                "fields": [
                    {"name": "approved", "type": "boolean", "label": "Approve this request?"},
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
START = {
    "namespace": "user_1",
    "input": {
        "id": "req_456", "amount": 5000, "requester": "john@example.com", "description": "New laptop for development",
    },
}  # fmt: skip
ANSWER = {"input": {"approved": True, "comment": "Looks good, approved for Q1 budget"}}

PURCHASE: dict[str, Any] = {
    "name": "bench_purchase",
    "initial_state": "request",
    "states": {
        "request": DEFINITION["states"]["request"],
        **{
            state: {
                **DEFINITION["states"]["await_approval"],
                "transitions": [
                    {"target": after, "condition": {"field": "approved", "equals": True}},
                    {"target": "rejected"},
                ],
            }
            for state, after in (("manager", "finance"), ("finance", "order"))
        },
        "order": {
            "type": "halting",
            "presentation": {"type": "message", "message": "Ordering"},
            "transitions": [{"target": "ordered"}],
        },
        "ordered": {"type": "terminal"},
        "rejected": {"type": "terminal"},
    },
}
"""The approval with a second person and an order to wait for: one start and three answers."""
PURCHASE["states"]["request"] = {**PURCHASE["states"]["request"], "transitions": [{"target": "manager"}]}
