"""What webhook subscriptions and deliveries look like to clients. A subscription's secrets are never among it."""

from interactor.clock import Millis, to_iso
from interactor.ids import moment_of
from interactor.json_text import Json
from interactor.storage.subscriptions import Subscription


def subscription_json(subscription: Subscription, now: Millis) -> dict[str, Json]:
    document: dict[str, Json] = {
        "id": subscription.id,
        "url": subscription.url,
        "events": list(subscription.events),
        "namespace_filter": subscription.namespace_filter,
        "status": subscription.status,
        "created_at": to_iso(moment_of(subscription.id)),
    }
    if subscription.disabled_at is not None:
        document["disabled_reason"] = subscription.disabled_reason
        document["disabled_at"] = to_iso(subscription.disabled_at)
    if subscription.previous_until > now:
        document["previous_secret_expires_at"] = to_iso(subscription.previous_until)
    return document


def created_json(subscription: Subscription, secret: str | None, now: Millis) -> dict[str, Json]:
    """With the secret that was made for it, the only time that it is shown."""
    document = subscription_json(subscription, now)
    return document if secret is None else document | {"secret": secret}
