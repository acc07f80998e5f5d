"""Examples of requests and answers about workflows."""

from interactor.api.examples.base import APPROVAL, INSTANCE_ID, LAST_PAGE, NOON, VERSION_ID, Examples
from interactor.json_text import Json

_HELLO: Json = {
    "name": "my_workflow",
    "initial_state": "start",
    "states": {
        "start": {
            "type": "action",
            "logic": {"type": "script", "code": 'return { message: "Hello" }'},
            "transitions": [{"target": "end"}],
        },
        "end": {"type": "terminal"},
    },
}

_WORKFLOW: Json = {
    "name": "approval_workflow",
    "workflow_id": "wf_01KFDMDAG0AQ7HE9AMKQE97S45",
    "latest_version_id": VERSION_ID,
    "published_version_id": VERSION_ID,
    "created_at": NOON,
}
_DRAFT: Json = {"version_id": VERSION_ID, "status": "draft", "created_at": NOON}
_PUBLISHED: Json = {
    "version_id": "v_01KFDGZEW0ZC2DSDMQ1S63T63K",
    "status": "published",
    "created_at": "2026-01-20T11:00:00.000Z",
    "published_at": "2026-01-20T11:05:00.000Z",
}

REQUESTS: Examples = {
    "create_workflow": {"approval": APPROVAL},
    "validate_workflow": {"hello": _HELLO},
    "create_version": {"approval": APPROVAL},
}

ANSWERS: Examples = {
    "create_workflow": {"draft": {"name": "approval_workflow", **_DRAFT}},
    "validate_workflow": {
        "valid": {"valid": True},
        "invalid": {
            "valid": False,
            "errors": [
                {
                    "path": "states.start.transitions[0].target",
                    "message": "Target state 'nonexistent' does not exist",
                }
            ],
        },
    },
    "list_workflows": {"page": {"workflows": [_WORKFLOW], "pagination": LAST_PAGE}},
    "get_workflow": {"published": {**_WORKFLOW, "version_id": VERSION_ID, "definition": APPROVAL}},
    "list_versions": {"page": {"versions": [_DRAFT, _PUBLISHED], "pagination": LAST_PAGE}},
    "create_version": {"draft": {"name": "approval_workflow", **_DRAFT}},
    "get_version": {"draft": {"name": "approval_workflow", **_DRAFT, "definition": APPROVAL}},
    "publish_version": {
        "published": {
            "version_id": VERSION_ID,
            "status": "published",
            "published_at": "2026-01-20T12:05:00.000Z",
        }
    },
    "get_workflow_statistics": {
        "approvals": {
            "workflow_name": "approval_workflow",
            "as_of": "2026-01-20T12:00:20.000Z",
            "instances": {
                "by_status": {"halted": 3, "completed": 40},
                "by_state": {
                    "approved": {"completed": 31},
                    "await_approval": {"halted": 3},
                    "rejected": {"completed": 9},
                },
            },
            "oldest_wait": {
                "instance_id": INSTANCE_ID,
                "state": "await_approval",
                "since": NOON,
                "seconds": 41,
            },
            "states": {
                "await_approval": {"visits": 40, "p50_ms": 312040, "p95_ms": 7240111},
                "request": {"visits": 43, "p50_ms": 3, "p95_ms": 8},
            },
        }
    },
}
