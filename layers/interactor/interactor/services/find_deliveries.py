"""Find the deliveries of the subscriptions that the caller may see."""

from dataclasses import dataclass

from interactor.auth.principals import Principal
from interactor.clock import Millis
from interactor.errors import DeliveryNotFound, InvalidRequest, SubscriptionNotFound
from interactor.services.find_subscription import find_subscription, seen_by
from interactor.services.parts import Parts
from interactor.storage.deliveries import DELIVERY_STATUSES, Delivery, DeliveryStatus
from interactor.storage.subscriptions import Subscription

MAX_SUBSCRIPTIONS_LISTED = 25
"""Subscriptions whose deliveries one list reads side by side; a token that sees more has to name one."""


@dataclass(frozen=True, slots=True)
class ListDeliveries:
    """`after` is the id that the page before ended with."""

    subscription_id: str | None
    status: DeliveryStatus | None
    since: Millis
    after: str | None
    limit: int


def find_delivery(parts: Parts, caller: Principal, delivery_id: str) -> tuple[Delivery, Subscription]:
    """Raises DeliveryNotFound, also for one of a subscription that is gone or that the caller may not see."""
    delivery = parts.deliveries.get(caller.account, delivery_id, parts.clock())
    if delivery is None:
        raise DeliveryNotFound(f"Delivery '{delivery_id}' not found")
    try:
        return delivery, find_subscription(parts, caller, delivery.subscription_id)
    except SubscriptionNotFound as error:
        raise DeliveryNotFound(f"Delivery '{delivery_id}' not found") from error


def list_deliveries(parts: Parts, caller: Principal, request: ListDeliveries) -> tuple[list[Delivery], bool]:
    """(the page, whether there is more), newest event first. Raises SubscriptionNotFound, InvalidRequest."""
    if request.subscription_id is not None:
        seen = [find_subscription(parts, caller, request.subscription_id)]
    else:
        seen = seen_by(parts, caller)
    if len(seen) > MAX_SUBSCRIPTIONS_LISTED:
        raise InvalidRequest(
            f"There are {len(seen)} subscriptions: name one as 'subscription_id'", {"parameter": "subscription_id"}
        )
    statuses = DELIVERY_STATUSES if request.status is None else (request.status,)
    page = parts.deliveries.page(
        caller.account, [one.id for one in seen], statuses, request.since, request.after, request.limit + 1
    )
    return page[: request.limit], len(page) > request.limit
