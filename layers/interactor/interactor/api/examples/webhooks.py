"""Examples of requests and answers about webhooks; the subscription is the reference's."""

from interactor.api.examples.base import LAST_PAGE, NOON, Examples
from interactor.json_text import Json

_ASKED: Json = {
    "url": "https://yourapp.com/api/webhooks/workflows",
    "events": ["workflow.instance.halted", "workflow.instance.completed", "workflow.instance.failed"],
    "namespace_filter": "user_123",
}
_SUBSCRIPTION: Json = {
    "id": "whsub_01KFDMDAG0X4T9WQ6JZ2N8RVBH", **_ASKED, "status": "active", "created_at": NOON,
}  # fmt: skip
_MADE = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwNWx6sVnPmKg="
_ID: Json = _SUBSCRIPTION["id"]
_HEALTH: Json = {
    "success_rate": 0.98,
    "latency_ms": {"p50": 91, "p95": 362},
    "last_success_at": NOON,
    "last_failure_at": "2026-01-20T11:58:00.000Z",
    "last_error": "yourapp.com answered 503",
    "failing_since": None,
}
_BASE: Json = {
    "id": "del_01KFDMDAG0V7HQ3YB5N1KTEW8C",
    "subscription_id": _ID,
    "event": "workflow.instance.halted",
    "status": "dead",
    "created_at": NOON,
    "next_attempt_at": None,
}
_ATTEMPT: Json = {
    "attempt": 6,
    "at": "2026-01-20T14:41:02.000Z",
    "status_code": 503,
    "duration_ms": 87,
    "error": "yourapp.com answered 503",
}
_DEAD: Json = {**_BASE, "attempt_count": 6, "last_attempt": _ATTEMPT}
_AWAITED: Json = {"status": "pending", "next_attempt_at": NOON}
_REPLAY: Json = {
    "id": "rpl_01KFDMDAG0D8M2ZS4X7QGYNB1J",
    "subscription_id": _ID,
    "status": "running",
    "replaying": "dead",
    "since": NOON,
    "replayed": 0,
    "started_at": "2026-01-21T08:00:00.000Z",
    "finished_at": None,
}

REQUESTS: Examples = {
    "create_subscription": {
        "own_secret": {**_ASKED, "secret": "whsec_your_webhook_secret_min_32_chars"},
        "made_secret": {**_ASKED, "events": ["workflow.*"]},
    },
    "update_subscription": {
        "pause": {"status": "paused"},
        "move": {"url": "https://yourapp.com/api/webhooks/v2"},
        "rotate": {"rotate_secret": True},
    },
    "start_replay": {"dead": {"since": "2026-01-20T12:00:00Z"}},
}

ANSWERS: Examples = {
    "create_subscription": {
        "own_secret": _SUBSCRIPTION,
        "made_secret": {**_SUBSCRIPTION, "events": ["workflow.*"], "secret": _MADE},
    },
    "list_subscriptions": {"page": {"subscriptions": [_SUBSCRIPTION], "pagination": LAST_PAGE}},
    "get_subscription": {
        "active": {**_SUBSCRIPTION, "health": _HEALTH},
        "disabled": {
            **_SUBSCRIPTION,
            "status": "disabled",
            "disabled_reason": "failing",
            "disabled_at": NOON,
            "health": _HEALTH,
        },
    },
    "update_subscription": {
        "paused": {**_SUBSCRIPTION, "status": "paused"},
        "rotated": {
            **_SUBSCRIPTION,
            "previous_secret_expires_at": "2026-01-21T12:00:00.000Z",
            "secret": _MADE,
        },
    },
    "test_subscription": {
        "awaited": {**_BASE, **_AWAITED, "event": "webhook.test", "attempt_count": 0, "last_attempt": None}
    },
    "start_replay": {"running": _REPLAY},
    "get_replay": {"done": {**_REPLAY, "status": "done", "replayed": 214, "finished_at": "2026-01-21T08:00:03.000Z"}},
    "list_deliveries": {"page": {"deliveries": [_DEAD], "pagination": LAST_PAGE}},
    "get_delivery": {
        "dead": {
            **_BASE,
            "attempts": [{**_ATTEMPT, "response": "down for maintenance"}],
            "payload": '{"event":"workflow.instance.halted","delivery_id":"del_01KFDMDAG0V7HQ3YB5N1KTEW8C"}',
        }
    },
    "replay_delivery": {"awaited": {**_DEAD, **_AWAITED}},
}
