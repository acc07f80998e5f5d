"""Examples of requests and answers about triggers."""

from interactor.api.examples.base import LAST_PAGE, NOON, Examples
from interactor.json_text import Json

_TRIGGER: Json = {
    "id": "trg_01KFDMDAG0R0B2M8Y0HJ2RKZ5T",
    "name": "large_orders",
    "workflow_name": "approval_workflow",
    "namespace": "user_123",
    "status": "active",
    "event_pattern": {"detail-type": ["Order Placed"], "detail": {"amount": [{"numeric": [">", 1000]}]}},
    "input": {"id": "${event.detail.order_id}", "amount": "${event.detail.amount}"},
    "created_at": NOON,
}
_EVENT_TRIGGER: Json = {
    name: _TRIGGER[name] for name in ("name", "workflow_name", "namespace", "event_pattern", "input")
}
_EVERY_MORNING: Json = {"expression": "cron(0 9 ? * MON-FRI *)", "timezone": "Europe/Berlin"}

REQUESTS: Examples = {
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
}

ANSWERS: Examples = {
    "create_trigger": {"created": _TRIGGER},
    "list_triggers": {"page": {"triggers": [_TRIGGER], "pagination": LAST_PAGE}},
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
                    "failed_at": NOON,
                    "error": {
                        "code": "workflow_not_published",
                        "message": "Workflow 'approval_workflow' has no published version",
                    },
                }
            ],
            "pagination": LAST_PAGE,
        }
    },
}
