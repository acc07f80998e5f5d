"""What webhook subscriptions and deliveries look like to clients. A subscription's secrets are never among it."""

from interactor.clock import Millis, to_iso
from interactor.ids import moment_of
from interactor.json_text import Json
from interactor.storage.deliveries import Attempt, Delivery
from interactor.storage.replays import Replay
from interactor.storage.subscriptions import Subscription
from interactor.webhooks.health import Health


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


def subscription_details(subscription: Subscription, health: Health, now: Millis) -> dict[str, Json]:
    return subscription_json(subscription, now) | {"health": _health_json(health, now)}


def delivery_json(delivery: Delivery) -> dict[str, Json]:
    """A line of a list."""
    last = delivery.attempts[-1] if delivery.attempts else None
    return _delivery_base(delivery) | {
        "attempt_count": last.attempt if last else 0,
        "last_attempt": _attempt_summary(last) if last else None,
    }


def delivery_details(delivery: Delivery, payload: str) -> dict[str, Json]:
    attempts = [_attempt_summary(attempt) | {"response": attempt.response} for attempt in delivery.attempts]
    return _delivery_base(delivery) | {"attempts": attempts, "payload": payload}


def replay_json(job: Replay) -> dict[str, Json]:
    return {
        "id": job.id,
        "subscription_id": job.subscription_id,
        "status": "running" if job.finished_at is None else "done",
        "replaying": job.status,
        "since": to_iso(job.since),
        "replayed": job.replayed,
        "started_at": to_iso(moment_of(job.id)),
        "finished_at": _iso_or_null(job.finished_at),
    }


def _delivery_base(delivery: Delivery) -> dict[str, Json]:
    return {
        "id": delivery.id,
        "subscription_id": delivery.subscription_id,
        "event": delivery.event,
        "status": delivery.status,
        "created_at": to_iso(moment_of(delivery.id)),
        "next_attempt_at": _iso_or_null(delivery.next_at),
    }


def _attempt_summary(attempt: Attempt) -> dict[str, Json]:
    return {
        "attempt": attempt.attempt,
        "at": to_iso(attempt.at),
        "status_code": attempt.status_code,
        "duration_ms": attempt.duration_ms,
        "error": attempt.error,
    }


def _health_json(health: Health, now: Millis) -> dict[str, Json]:
    p50, p95 = health.latency(50, now), health.latency(95, now)
    return {
        "success_rate": health.success_rate(now),
        "latency_ms": None if p50 is None else {"p50": p50, "p95": p95},
        "last_success_at": _iso_or_null(health.last_success),
        "last_failure_at": _iso_or_null(health.last_failure),
        "last_error": health.last_error,
        "failing_since": _iso_or_null(health.failing_since),
    }


def _iso_or_null(moment: Millis | None) -> str | None:
    return None if moment is None else to_iso(moment)
