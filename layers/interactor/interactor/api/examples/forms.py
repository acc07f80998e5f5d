"""Examples of open forms, and of what an answer to one would lead to."""

from interactor.api.examples.base import INSTANCE_ID, NOON, Examples
from interactor.json_text import Json

_HALT: Json = {
    "instance_id": INSTANCE_ID,
    "thread_id": "thread_main",
    "state": "await_approval",
    "halt_id": "halt_2",
}
OPEN_FORM: Json = {
    **_HALT,
    "schema": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "title": "Approval Required",
        "description": "Please review and approve or reject this request.",
        "properties": {
            "approved": {"title": "Approve this request?", "type": ["boolean", "null"]},
            "comment": {"title": "Comment (optional)", "type": ["string", "null"]},
        },
    },
    "ui": {"ui:order": ["approved", "comment"], "comment": {"ui:widget": "textarea"}},
}
PREVIEW: Json = {
    "dry_run": True,
    **_HALT,
    "would_transition_to": "approved",
    "transition_index": 0,
    "explain": [
        {
            "target": "approved",
            "taken": True,
            "condition": {"field": "approved", "operator": "equals", "value": True, "saw": True, "result": True},
        },
        {"target": "rejected", "taken": False, "considered": False},
    ],
    "workflow_data_after": {
        "request_id": "req_456", "amount": 5000, "status": "pending", "submitted_at": NOON, "approved": True,
    },
}  # fmt: skip

REQUESTS: Examples = {}

ANSWERS: Examples = {"get_form": {"approval": OPEN_FORM}}
