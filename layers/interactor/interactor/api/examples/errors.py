"""An example of every error: its message and its details, by code."""

from interactor.api.examples.base import EVENT_ID, INSTANCE_ID, VERSION_ID
from interactor.json_text import Json

REQUEST_ID = "req_01KFDMDAG0RFVVVX9QRHKJ8E9C"

ERRORS: dict[str, tuple[str, Json]] = {
    "invalid_request": (
        "inputs: Unknown property 'inputs'; did you mean 'input'?",
        {"fields": {"inputs": "Unknown property 'inputs'; did you mean 'input'?"}},
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
    "version_not_found": (f"Version '{VERSION_ID}' of workflow 'approval_workflow' not found", None),
    "already_published": (f"Version '{VERSION_ID}' of 'approval_workflow' is already published", None),
    "workflow_not_published": ("Workflow 'approval_workflow' has no published version", None),
    "namespace_quota_exceeded": (
        "Namespace 'user_123' has 10000 active instances, the most there may be",
        {"namespace": "user_123", "limit": 10000},
    ),
    "instance_not_found": (f"Instance '{INSTANCE_ID}' not found", None),
    "thread_not_found": (f"Thread 'thread_legal' of instance '{INSTANCE_ID}' not found", None),
    "event_not_found": (f"Event '{EVENT_ID}' of instance '{INSTANCE_ID}' not found", None),
    "instance_not_halted": (
        f"Instance '{INSTANCE_ID}' is completed, not halted",
        {"status": "completed", "current_state": "approved", "thread_id": "thread_main"},
    ),
    "thread_not_halted": (
        "Thread 'thread_main' is completed, not halted",
        {"status": "completed", "current_state": "approved", "thread_id": "thread_main"},
    ),
    "instance_not_active": (f"Instance '{INSTANCE_ID}' is already completed", {"status": "completed"}),
    "invalid_input": ("approved: is required", {"fields": {"approved": "is required"}}),
    "invalid_transition": (
        "No transition of 'await_approval' matches this input",
        {
            "thread_id": "thread_main",
            "state": "await_approval",
            "explain": [
                {
                    "target": "approved",
                    "taken": False,
                    "condition": {
                        "field": "approved",
                        "operator": "equals",
                        "value": True,
                        "saw": "yes",
                        "result": False,
                    },
                }
            ],
        },
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
    "file_not_found": (f"File 'file_01KFDMDAG0D3M1F7ZQ8P2V6X9K' of instance '{INSTANCE_ID}' not found", None),
    "file_limit_reached": (f"Instance '{INSTANCE_ID}' has 100 files, as many as it may", {"limit": 100}),
    "trigger_not_found": ("Trigger 'trg_01KFDMDAG0R0B2M8Y0HJ2RKZ5T' not found", None),
    "trigger_exists": ("The namespace 'user_123' has a trigger 'large_orders'", None),
    "trigger_limit_reached": ("The account has 100 triggers, as many as it may", {"limit": 100}),
    "url_not_allowed": (
        "url: 10.0.0.1 is not a public address (private)",
        {"fields": {"url": "10.0.0.1 is not a public address (private)"}},
    ),
    "subscription_not_found": ("Subscription 'whsub_01KFDMDAG0X4T9WQ6JZ2N8RVBH' not found", None),
    "subscription_limit_reached": ("The account has 100 webhook subscriptions, as many as it may", {"limit": 100}),
    "subscription_disabled": (
        "Subscription 'whsub_01KFDMDAG0X4T9WQ6JZ2N8RVBH' is disabled; set its status to 'active' first",
        {"disabled_reason": "failing"},
    ),
    "delivery_not_found": ("Delivery 'del_01KFDMDAG0V7HQ3YB5N1KTEW8C' not found", None),
    "replay_not_found": (
        "Replay 'rpl_01KFDMDAG0D8M2ZS4X7QGYNB1J' of subscription 'whsub_01KFDMDAG0X4T9WQ6JZ2N8RVBH' not found",
        None,
    ),
    "secret_not_found": ("Secret 'API_KEY' not found", None),
    "secret_limit_reached": ("The account has 100 secrets, as many as it may", {"limit": 100}),
    "idempotency_key_reused": ("The Idempotency-Key 'order_123_approval_v1' was used with another body", None),
    "idempotency_in_progress": (
        "The first request with the Idempotency-Key 'order_123_approval_v1' is still being processed",
        None,
    ),
}

ACTION_FAILURES: dict[str, str] = {
    "script_error": "TypeError: cannot read property 'reduce' of undefined (line 1)",
    "script_timeout": "The script took longer than 5000 ms",
    "http_error": "POST answered 503",
    "http_timeout": "api.yourservice.com did not answer within 10000 ms",
    "invalid_transition": "No transition of 'request' matches the data",
    "data_limit_exceeded": "workflow_data would be 300000 bytes, the limit is 262144",
    "step_limit_exceeded": "More than 1000 automatic steps without a halt, the last in 'request'",
}
"""All codes of `errors.ActionFailed`."""

ACTION_FAILURE_DETAILS: Json = {"instance_id": INSTANCE_ID, "thread_id": "thread_main", "state": "request"}
