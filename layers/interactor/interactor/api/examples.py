"""The examples of the OpenAPI document: the reference's own, with ids and times as the service writes them.

By operation name, then by the example's name. Tests read the requests with the product's models and hold the answers
against their schemas, so that none can go stale. `ERRORS` has a message and the details of every code.
"""

from typing import TypeAlias

from interactor.json_text import Json

Examples: TypeAlias = dict[str, dict[str, Json]]

_INSTANCE_ID = "inst_01KFDMDAG0KPSK7P2NQ2EP33R5"
_VERSION_ID = "v_01KFDMDAG07FY2D5CMXXJ94A79"
_NOON = "2026-01-20T12:00:00.000Z"
_DECISION = {"approved": True, "comment": "Looks good, approved for Q1 budget"}


def _callback(status: str) -> Json:
    return {
        "type": "http",
        "method": "POST",
        "url": "https://yourapp.com/api/webhooks/approval-complete",
        "body": {"request_id": "${workflow_data.request_id}", "status": status},
    }


_FORM: Json = {
    "type": "form",
    "title": "Approval Required",
    "description": "Please review and approve or reject this request.",
    "fields": [
        {"name": "approved", "type": "boolean", "label": "Approve this request?"},
        {"name": "comment", "type": "string", "label": "Comment (optional)", "multiline": True},
    ],
}

_APPROVAL: Json = {
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
            "presentation": _FORM,
            "transitions": [
                {"target": "approved", "condition": {"field": "approved", "equals": True}},
                {"target": "rejected"},
            ],
        },
        "approved": {"type": "terminal", "on_enter": _callback("approved")},
        "rejected": {"type": "terminal", "on_enter": _callback("rejected")},
    },
}

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
    "latest_version_id": _VERSION_ID,
    "published_version_id": _VERSION_ID,
    "created_at": _NOON,
}
_DRAFT: Json = {"version_id": _VERSION_ID, "status": "draft", "created_at": _NOON}
_PUBLISHED: Json = {
    "version_id": "v_01KFDGZEW0ZC2DSDMQ1S63T63K",
    "status": "published",
    "created_at": "2026-01-20T11:00:00.000Z",
    "published_at": "2026-01-20T11:05:00.000Z",
}
_LAST_PAGE: Json = {"has_more": False, "next_cursor": None}

_SUMMARY: Json = {
    "id": _INSTANCE_ID,
    "workflow_name": "approval_workflow",
    "version_id": _VERSION_ID,
    "namespace": "user_123",
    "status": "halted",
    "current_state": "await_approval",
    "created_at": _NOON,
}
_DATA: Json = {"request_id": "req_456", "amount": 5000, "status": "pending", "submitted_at": _NOON}
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
    "halting_presentation": _FORM,
}
_COMPLETED: Json = {
    **_SUMMARY,
    "status": "completed",
    "current_state": "approved",
    "workflow_data": {**_DATA, **_DECISION},
    "threads": [{"id": "thread_main", "status": "completed", "current_state": "approved"}],
    "completed_at": "2026-01-20T12:05:00.000Z",
}
_TOKENS: Json = {
    "access_token": "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1c2VyXzc4OSJ9.c2lnbmF0dXJl",
    "token_type": "Bearer",
    "expires_in": 3600,
    "scope": "workflows:execute workflows:read",
}

_TRIGGER: Json = {
    "id": "trg_01KFDMDAG0R0B2M8Y0HJ2RKZ5T",
    "name": "large_orders",
    "workflow_name": "approval_workflow",
    "namespace": "user_123",
    "status": "active",
    "event_pattern": {"detail-type": ["Order Placed"], "detail": {"amount": [{"numeric": [">", 1000]}]}},
    "input": {"id": "${event.detail.order_id}", "amount": "${event.detail.amount}"},
    "created_at": _NOON,
}
_EVENT_TRIGGER: Json = {
    name: _TRIGGER[name] for name in ("name", "workflow_name", "namespace", "event_pattern", "input")
}
_EVERY_MORNING: Json = {"expression": "cron(0 9 ? * MON-FRI *)", "timezone": "Europe/Berlin"}

REQUESTS: Examples = {
    "create_workflow": {"approval": _APPROVAL},
    "validate_workflow": {"hello": _HELLO},
    "create_version": {"approval": _APPROVAL},
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
    "create_trigger": {
        "events": _EVENT_TRIGGER,
        "schedule": {
            "name": "every_morning",
            "workflow_name": "approval_workflow",
            "namespace": "user_123",
            "schedule": _EVERY_MORNING,
            "input": {"id": "daily", "amount": 0, "due": "${event.time}"},
        },
    },
    "update_trigger": {"pause": {"status": "paused"}},
    "login": {"login": {"username": "ann@example.com", "password": "correct horse battery staple"}},
    "token": {
        "refresh": {
            "grant_type": "refresh_token",
            "refresh_token": "eyJjdHkiOiJKV1QifQ.QUJDREVGR0hJSktM",
        },
        "service account": {
            "grant_type": "client_credentials",
            "client_id": "5ivr3b1h2q9nqs4ne3c1tf8v0d",
            "client_secret": "1h0c4tvk2m6q8r3s5u7w9x1y3z5a7b9c1d3e5f7g9h1j3k5m7n9p",
            "scope": "workflows:read workflows:execute",
        },
    },
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
    "list_workflows": {"page": {"workflows": [_WORKFLOW], "pagination": _LAST_PAGE}},
    "get_workflow": {"published": {**_WORKFLOW, "version_id": _VERSION_ID, "definition": _APPROVAL}},
    "list_versions": {"page": {"versions": [_DRAFT, _PUBLISHED], "pagination": _LAST_PAGE}},
    "create_version": {"draft": {"name": "approval_workflow", **_DRAFT}},
    "get_version": {"draft": {"name": "approval_workflow", **_DRAFT, "definition": _APPROVAL}},
    "publish_version": {
        "published": {
            "version_id": _VERSION_ID,
            "status": "published",
            "published_at": "2026-01-20T12:05:00.000Z",
        }
    },
    "create_instance": {"halted": _HALTED},
    "list_instances": {"page": {"instances": [_SUMMARY], "pagination": _LAST_PAGE}},
    "get_instance": {
        "halted": {
            **_HALTED,
            "history": [
                {
                    "state": "request",
                    "entered_at": _NOON,
                    "exited_at": "2026-01-20T12:00:00.045Z",
                    "transition": "await_approval",
                    "logs": ["Processing request req_456"],
                    "duration_ms": 45,
                },
                {"state": "await_approval", "entered_at": "2026-01-20T12:00:00.045Z", "halt_id": "halt_2"},
            ],
        }
    },
    "resume_instance": {"completed": _COMPLETED},
    "resume_thread": {"completed": _COMPLETED},
    "cancel_instance": {
        "cancelled": {"id": _INSTANCE_ID, "status": "cancelled", "cancelled_at": "2026-01-20T12:30:00.000Z"}
    },
    "list_threads": {"halted": {"threads": [_HALTED_THREAD]}},
    "create_trigger": {"created": _TRIGGER},
    "list_triggers": {"page": {"triggers": [_TRIGGER], "pagination": _LAST_PAGE}},
    "get_trigger": {
        "scheduled": {
            **{name: _TRIGGER[name] for name in ("id", "workflow_name", "namespace", "status", "created_at")},
            "name": "every_morning",
            "schedule": _EVERY_MORNING,
            "input": "${event}",
        }
    },
    "update_trigger": {"paused": {**_TRIGGER, "status": "paused"}},
    "list_trigger_failures": {
        "page": {
            "failures": [
                {
                    "id": "fail_01KFDMDAG0Z4Y3X2W1V0T9S8R7",
                    "event_id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
                    "source": "interactor.acme/orders",
                    "detail_type": "Order Placed",
                    "failed_at": _NOON,
                    "error": {
                        "code": "workflow_not_published",
                        "message": "Workflow 'approval_workflow' has no published version",
                    },
                }
            ],
            "pagination": _LAST_PAGE,
        }
    },
    "login": {"tokens": {**_TOKENS, "refresh_token": "eyJjdHkiOiJKV1QifQ.QUJDREVGR0hJSktM"}},
    "token": {"token": _TOKENS},
}

REQUEST_ID = "req_01KFDMDAG0RFVVVX9QRHKJ8E9C"

ERRORS: dict[str, tuple[str, Json]] = {
    "invalid_request": (
        "unknown property 'inputs' (known: namespace, input, version_id)",
        {"fields": {"inputs": "unknown property 'inputs' (known: namespace, input, version_id)"}},
    ),
    "unauthorized": ("The token is invalid or has expired", None),
    "forbidden": ("The token lacks the scope 'workflows:write'", {"required_scope": "workflows:write"}),
    "rate_limited": (
        "The limit of 100 write requests a minute is reached; try again in 34 s",
        {"category": "write", "limit": 100, "retry_after": 34},
    ),
    "internal_error": ("Something went wrong on our side", None),
    "payload_too_large": ("The input has 70000 bytes, the limit is 65536", {"limit": 65536}),
    "invalid_workflow": (
        "states.start.transitions[0].target: Target state 'nonexistent' does not exist",
        {
            "errors": [
                {
                    "path": "states.start.transitions[0].target",
                    "message": "Target state 'nonexistent' does not exist",
                }
            ]
        },
    ),
    "workflow_exists": ("Workflow 'approval_workflow' already exists", None),
    "workflow_not_found": ("Workflow 'invalid_workflow' not found", None),
    "version_not_found": (f"Version '{_VERSION_ID}' of workflow 'approval_workflow' not found", None),
    "already_published": (f"Version '{_VERSION_ID}' of 'approval_workflow' is already published", None),
    "workflow_not_published": ("Workflow 'approval_workflow' has no published version", None),
    "namespace_quota_exceeded": (
        "Namespace 'user_123' has 10000 active instances, the most there may be",
        {"namespace": "user_123", "limit": 10000},
    ),
    "instance_not_found": (f"Instance '{_INSTANCE_ID}' not found", None),
    "thread_not_found": (f"Thread 'thread_legal' of instance '{_INSTANCE_ID}' not found", None),
    "instance_not_halted": (
        f"Instance '{_INSTANCE_ID}' is completed, not halted",
        {"status": "completed", "current_state": "approved", "thread_id": "thread_main"},
    ),
    "thread_not_halted": (
        "Thread 'thread_main' is completed, not halted",
        {"status": "completed", "current_state": "approved", "thread_id": "thread_main"},
    ),
    "instance_not_active": (f"Instance '{_INSTANCE_ID}' is already completed", {"status": "completed"}),
    "invalid_input": ("approved: is required", {"fields": {"approved": "is required"}}),
    "invalid_transition": (
        "No transition of 'await_approval' matches this input",
        {"thread_id": "thread_main", "state": "await_approval"},
    ),
    "concurrent_modification": (
        "Instance was modified by another request",
        {
            "current_state": "approved",
            "expected_state": "await_approval",
            "thread_id": "thread_main",
            "status": "completed",
        },
    ),
    "trigger_not_found": ("Trigger 'trg_01KFDMDAG0R0B2M8Y0HJ2RKZ5T' not found", None),
    "trigger_exists": ("The namespace 'user_123' has a trigger 'large_orders'", None),
    "trigger_limit_reached": ("The account has 100 triggers, as many as it may", {"limit": 100}),
    "idempotency_key_reused": ("This Idempotency-Key was used with another body", None),
    "idempotency_in_progress": ("The first request with this Idempotency-Key is still being processed", None),
}

ACTION_FAILURES: dict[str, str] = {
    "script_error": "TypeError: cannot read property 'reduce' of undefined (line 1)",
    "script_timeout": "took longer than 5000 ms",
    "http_error": "POST answered 503",
    "http_timeout": "api.yourservice.com did not answer within 10000 ms",
    "invalid_transition": "No transition of 'request' matches the data",
    "data_limit_exceeded": "workflow_data would be 300000 bytes, the limit is 262144",
    "step_limit_exceeded": "More than 1000 automatic steps without a halt, the last in 'request'",
}
"""All codes of `errors.ActionFailed`."""

ACTION_FAILURE_DETAILS: Json = {"instance_id": _INSTANCE_ID, "thread_id": "thread_main", "state": "request"}
