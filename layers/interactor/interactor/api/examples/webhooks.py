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
}

ANSWERS: Examples = {
    "create_subscription": {
        "own_secret": _SUBSCRIPTION,
        "made_secret": {**_SUBSCRIPTION, "events": ["workflow.*"], "secret": _MADE},
    },
    "list_subscriptions": {"page": {"subscriptions": [_SUBSCRIPTION], "pagination": LAST_PAGE}},
    "get_subscription": {
        "active": _SUBSCRIPTION,
        "disabled": {**_SUBSCRIPTION, "status": "disabled", "disabled_reason": "failing", "disabled_at": NOON},
    },
    "update_subscription": {
        "paused": {**_SUBSCRIPTION, "status": "paused"},
        "rotated": {
            **_SUBSCRIPTION,
            "previous_secret_expires_at": "2026-01-21T12:00:00.000Z",
            "secret": _MADE,
        },
    },
}
