"""Examples of answers about history and errors."""

from interactor.api.examples.base import EVENT_ID, INSTANCE_ID, LAST_PAGE, NOON, VERSION_ID, Examples
from interactor.json_text import Json

_AFTERWARDS = "2026-01-20T12:00:00.045Z"
_DATA: Json = {"request_id": "req_456", "amount": 5000, "status": "pending", "submitted_at": NOON}

_CREATED: Json = {
    "id": "evt_01KFDMDAG0APW9TRCF0M000000",
    "type": "lifecycle",
    "subtype": "created",
    "timestamp": NOON,
    "thread": "thread_main",
    "initial_state": "request",
    "input": {"id": "req_456", "amount": 5000},
    "by": "user_789",
    "request_id": "req_01KFDMDAG0RFVVVX9QRHKJ8E9C",
}
_RUN: Json = {
    "id": "evt_01KFDMDAHDAPW9TRCF0M000001",
    "type": "step",
    "subtype": "script",
    "timestamp": _AFTERWARDS,
    "thread": "thread_main",
    "state": "request",
    "duration_ms": 45,
    "logs": ["Processing request req_456"],
}
_MOVED: Json = {
    "id": EVENT_ID,
    "type": "transition",
    "subtype": "state_change",
    "timestamp": _AFTERWARDS,
    "thread": "thread_main",
    "from_state": "request",
    "to_state": "await_approval",
    "trigger": "automatic",
    "changes": {"added": _DATA},
    "explain": [{"target": "await_approval", "taken": True}],
}
_HALTED: Json = {
    "id": "evt_01KFDMDAHDAPW9TRCF0M000003",
    "type": "halt",
    "subtype": "halted",
    "timestamp": _AFTERWARDS,
    "thread": "thread_main",
    "state": "await_approval",
    "halt_id": "halt_2",
}
_ERROR: Json = {
    "id": "evt_01KFDMDAHDAPW9TRCF0M000002",
    "instance_id": INSTANCE_ID,
    "workflow_name": "approval_workflow",
    "version_id": VERSION_ID,
    "namespace": "user_123",
    "thread": "thread_main",
    "state": "request",
    "code": "script_error",
    "message": "TypeError: cannot read property 'reduce' of undefined (line 1)",
    "fatal": True,
    "timestamp": _AFTERWARDS,
}

REQUESTS: Examples = {}

ANSWERS: Examples = {
    "list_events": {
        "page": {
            "instance_id": INSTANCE_ID,
            "workflow_id": "wf_01KFDMDAG0AQ7HE9AMKQE97S45",
            "status": "halted",
            "events": [_CREATED, _RUN, _MOVED, _HALTED],
            "pagination": LAST_PAGE,
        }
    },
    "get_event": {"with data": {**_MOVED, "workflow_data": _DATA}},
    "list_errors": {
        "page": {
            "errors": [_ERROR],
            "counts": {
                "since": "2026-01-13T12:00:00.000Z",
                "until": "2026-01-20T13:00:00.000Z",
                "total": 1,
                "by_code": {"script_error": 1},
                "by_workflow": {"approval_workflow": 1},
            },
            "pagination": LAST_PAGE,
        }
    },
}
