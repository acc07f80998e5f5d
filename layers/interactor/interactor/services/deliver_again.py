"""Have deliveries made that no event asks for: a test, one delivery again, or all that match, as a job.

A job is carried on by `functions/on_delivery`, one page a message, until no page is left.
"""

from dataclasses import replace

from interactor.auth.principals import Principal
from interactor.clock import Millis
from interactor.errors import ConcurrentModification, ReplayNotFound, SubscriptionDisabled
from interactor.services.find_deliveries import find_delivery
from interactor.services.find_subscription import find_subscription
from interactor.services.parts import Parts
from interactor.storage.deliveries import Delivery, DeliveryChanged, DeliveryStatus
from interactor.storage.replays import Replay, ReplayChanged
from interactor.storage.subscriptions import Subscription
from interactor.webhooks import payloads
from interactor.webhooks.event_types import TEST

PAGE = 100
"""Deliveries that one message replays: some seconds of work, and a write of one kilobyte to remember them."""


def send_test(parts: Parts, caller: Principal, subscription_id: str) -> Delivery:
    """A delivery of the event `webhook.test`, whatever the subscription names.

    Raises SubscriptionNotFound, SubscriptionDisabled.
    """
    subscription = _enabled(find_subscription(parts, caller, subscription_id))
    now = parts.clock()
    delivery_id = parts.ids.new("del", now)
    body = payloads.payload(TEST, delivery_id, now, {"subscription_id": subscription.id})
    op = parts.ids.new("op", now)
    return parts.deliveries.create_awake(subscription.account, subscription.id, delivery_id, TEST, body, now, op)


def replay_delivery(parts: Parts, caller: Principal, delivery_id: str) -> Delivery:
    """Begin a new series of tries at once, of one that is pending as well.

    Raises DeliveryNotFound, SubscriptionDisabled, ConcurrentModification.
    """
    delivery, subscription = find_delivery(parts, caller, delivery_id)
    _enabled(subscription)
    now = parts.clock()
    try:
        return parts.deliveries.replay(delivery, now, parts.ids.new("op", now))
    except DeliveryChanged as error:
        raise ConcurrentModification(f"Delivery '{delivery_id}' was tried at this moment; look again") from error


def start_replay(
    parts: Parts, caller: Principal, subscription_id: str, since: Millis, status: DeliveryStatus
) -> Replay:
    """A job that replays all deliveries of a status, of events since a moment.

    Raises SubscriptionNotFound, SubscriptionDisabled.
    """
    subscription = _enabled(find_subscription(parts, caller, subscription_id))
    now = parts.clock()
    job = Replay(parts.ids.new("rpl", now), subscription.account, subscription.id, status, since)
    return parts.replays.create(job, parts.ids.new("op", now))


def find_replay(parts: Parts, caller: Principal, subscription_id: str, replay_id: str) -> Replay:
    """Raises SubscriptionNotFound, ReplayNotFound."""
    subscription = find_subscription(parts, caller, subscription_id)
    job = parts.replays.get(subscription.account, replay_id)
    if job is None or job.subscription_id != subscription.id:
        raise ReplayNotFound(f"Replay '{replay_id}' of subscription '{subscription_id}' not found")
    return job


def carry_on(parts: Parts, account: str, replay_id: str) -> None:
    """Replay a job's page, count it, and claim the next; the commit wakes the job again. May be done twice."""
    job = parts.replays.get(account, replay_id)
    if job is None or job.finished_at is not None:
        return
    subscription = parts.subscriptions.get(account, job.subscription_id)
    if subscription is None or subscription.status == "disabled":
        _update(parts, job, replace(job, claimed=(), finished_at=parts.clock()))
        return
    _replay_all(parts, job)
    last = job.claimed[-1] if job.claimed else None
    found = parts.deliveries.page(account, [job.subscription_id], (job.status,), job.since, last, PAGE)
    claimed = tuple(delivery.id for delivery in found)
    finished_at = None if claimed else parts.clock()
    counted = job.replayed + len(job.claimed)
    _update(parts, job, replace(job, replayed=counted, claimed=claimed, finished_at=finished_at))


def _replay_all(parts: Parts, job: Replay) -> None:
    """What has been replayed meanwhile, by an earlier worker or by somebody else, no longer has the job's status."""
    for delivery in parts.deliveries.get_all(job.account, job.claimed):
        if delivery is None or delivery.status != job.status:
            continue
        now = parts.clock()
        try:
            parts.deliveries.replay(delivery, now, parts.ids.new("op", now))
        except DeliveryChanged:
            continue


def _update(parts: Parts, before: Replay, after: Replay) -> None:
    try:
        parts.replays.update(before, after, parts.ids.new("op", parts.clock()))
    except ReplayChanged:
        return  # another worker has done this page


def _enabled(subscription: Subscription) -> Subscription:
    if subscription.status == "disabled":
        raise SubscriptionDisabled(
            f"Subscription '{subscription.id}' is disabled; set its status to 'active' first",
            {"disabled_reason": subscription.disabled_reason},
        )
    return subscription
