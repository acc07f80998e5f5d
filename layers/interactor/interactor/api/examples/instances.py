"""Examples of requests and answers about instances."""

from interactor.api.examples.base import FORM, INSTANCE_ID, LAST_PAGE, NOON, VERSION_ID, Examples
from interactor.api.examples.forms import PREVIEW
from interactor.json_text import Json

_DECISION = {"approved": True, "comment": "Looks good, approved for Q1 budget"}

_SUMMARY: Json = {
    "id": INSTANCE_ID,
    "workflow_name": "approval_workflow",
    "version_id": VERSION_ID,
    "namespace": "user_123",
    "status": "halted",
    "current_state": "await_approval",
    "created_at": NOON,
}
_DATA: Json = {"request_id": "req_456", "amount": 5000, "status": "pending", "submitted_at": NOON}
_HALTED_THREAD: Json = {
    "id": "thread_main",
    "status": "halted",
    "current_state": "await_approval",
    "halt_id": "halt_2",
}
_HALTED: Json = {
    **_SUMMARY,
    "workflow_data": _DATA,
    "threads": [_HALTED_THREAD],
    "halt_id": "halt_2",
    "halting_presentation": FORM,
}
_CHOOSING: Json = {
    **_SUMMARY,
    "workflow_data": {"order": {"id": 123, "total": 150}, "customer": {"name": "Acme Corp"}, "risk_score": 23},
    "threads": [_HALTED_THREAD],
    "halt_id": "halt_2",
    "halted_at_state": "await_approval",
    "halted_options": {
        "instruction": "Order #123 for $150.00 from Acme Corp is ready. Risk score: Low (23).",
        "include_data": ["order", "customer", "risk_score"],
        "transition_mode": "selection",
        "choices": [
            {"key": "approve", "description": "Approve the order", "to": "approved"},
            {"key": "reject", "description": "Reject the order", "to": "rejected"},
        ],
        "generated": True,
    },
}
_COMPLETED: Json = {
    **_SUMMARY,
    "status": "completed",
    "current_state": "approved",
    "workflow_data": {**_DATA, **_DECISION},
    "threads": [{"id": "thread_main", "status": "completed", "current_state": "approved"}],
    "completed_at": "2026-01-20T12:05:00.000Z",
}

REQUESTS: Examples = {
    "create_instance": {
        "approval": {
            "namespace": "user_123",
            "input": {
                "id": "req_456",
                "amount": 5000,
                "requester": "john@example.com",
                "description": "New laptop for development",
            },
        }
    },
    "resume_instance": {
        "form": {"input": _DECISION},
        "this halt only": {"input": _DECISION, "halt_id": "halt_2"},
        "choice": {"selected_option": "approve", "user_input": {"comment": "LGTM"}},
    },
    "resume_thread": {"form": {"input": {"department_approved": True}}},
}

ANSWERS: Examples = {
    "create_instance": {"halted": _HALTED, "halted with choices": _CHOOSING},
    "list_instances": {"page": {"instances": [_SUMMARY], "pagination": LAST_PAGE}},
    "get_instance": {
        "halted": {
            **_HALTED,
            "history": [
                {
                    "state": "request",
                    "entered_at": NOON,
                    "exited_at": "2026-01-20T12:00:00.045Z",
                    "transition": "await_approval",
                    "logs": ["Processing request req_456"],
                    "duration_ms": 45,
                },
                {"state": "await_approval", "entered_at": "2026-01-20T12:00:00.045Z", "halt_id": "halt_2"},
            ],
        }
    },
    "resume_instance": {"completed": _COMPLETED, "dry run": PREVIEW},
    "resume_thread": {"completed": _COMPLETED, "dry run": PREVIEW},
    "cancel_instance": {
        "cancelled": {"id": INSTANCE_ID, "status": "cancelled", "cancelled_at": "2026-01-20T12:30:00.000Z"}
    },
    "list_threads": {"halted": {"threads": [_HALTED_THREAD]}},
}
