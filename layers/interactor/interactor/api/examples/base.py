"""What the examples of several resources share: ids, moments, and the reference's first workflow."""

from typing import TypeAlias

from interactor.json_text import Json

Examples: TypeAlias = dict[str, dict[str, Json]]

INSTANCE_ID = "inst_01KFDMDAG0KPSK7P2NQ2EP33R5"
EVENT_ID = "evt_01KFDMDAHDAPW9TRCF0M000002"
VERSION_ID = "v_01KFDMDAG07FY2D5CMXXJ94A79"
NOON = "2026-01-20T12:00:00.000Z"
LAST_PAGE: Json = {"has_more": False, "next_cursor": None}


def _callback(status: str) -> Json:
    return {
        "type": "http",
        "method": "POST",
        "url": "https://yourapp.com/api/webhooks/approval-complete",
        "body": {"request_id": "${workflow_data.request_id}", "status": status},
    }


FORM: Json = {
    "type": "form",
    "title": "Approval Required",
    "description": "Please review and approve or reject this request.",
    "fields": [
        {"name": "approved", "type": "boolean", "label": "Approve this request?"},
        {"name": "comment", "type": "string", "label": "Comment (optional)", "multiline": True},
    ],
}

APPROVAL: Json = {
    "name": "approval_workflow",
    "initial_state": "request",
    "ai_guidance": "This workflow handles approval requests. Route based on amount thresholds.",
    "states": {
        "request": {
            "type": "action",
            "logic": {
                "type": "script",
                "code": 'return { request_id: input.id, amount: input.amount, status: "pending", '
                "submitted_at: new Date().toISOString() }",
            },
            "transitions": [{"target": "await_approval"}],
        },
        "await_approval": {
            "type": "halting",
            "presentation": FORM,
            "transitions": [
                {"target": "approved", "condition": {"field": "approved", "equals": True}},
                {"target": "rejected"},
            ],
        },
        "approved": {"type": "terminal", "on_enter": _callback("approved")},
        "rejected": {"type": "terminal", "on_enter": _callback("rejected")},
    },
}
