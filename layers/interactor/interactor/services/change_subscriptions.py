"""Create, change and delete webhook subscriptions.

Whose events a subscription hears of never changes: its deliveries are kept, and can be sent again, so another
`namespace_filter` would hand what one namespace told to those who own another.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace

from interactor.auth.principals import Principal
from interactor.clock import Millis
from interactor.egress.urls import url_refusal
from interactor.engine.wording import did_you_mean, shown
from interactor.errors import ConcurrentModification, Forbidden, InvalidRequest, SubscriptionNotFound, UrlNotAllowed
from interactor.services.creating import until_stored
from interactor.services.find_subscription import find_subscription, may_see
from interactor.services.parts import Parts
from interactor.storage.subscriptions import Subscription, SubscriptionChanged, SubscriptionStatus
from interactor.webhooks.event_types import ACCEPTED

ROTATION: Millis = 24 * 60 * 60 * 1000
"""How long the secret that was replaced still signs as well (docs/webhooks.md)."""
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class CreateSubscription:
    """`secret` None has one made."""

    url: str
    events: Sequence[str]
    namespace_filter: str | None
    secret: str | None


@dataclass(frozen=True, slots=True)
class ChangeSubscription:
    """None leaves a property as it is. `secret` and `rotate_secret` exclude each other."""

    url: str | None = None
    events: Sequence[str] | None = None
    status: SubscriptionStatus | None = None
    secret: str | None = None
    rotate_secret: bool = False


def create_subscription(
    parts: Parts, caller: Principal, request: CreateSubscription
) -> tuple[Subscription, str | None]:
    """(the subscription, its secret if it was made here: nobody is ever shown it again).

    Raises Forbidden (namespace not owned), InvalidRequest, UrlNotAllowed, SubscriptionLimitReached,
    ConcurrentModification.
    """
    if not may_see(caller, request.namespace_filter):
        raise Forbidden(_not_owned(request.namespace_filter))
    _check_url(parts, request.url)
    _check_events(request.events)
    now = parts.clock()
    subscription_id = parts.ids.new("whsub", now)
    made = _new_secret(parts) if request.secret is None else None
    subscription = Subscription(
        id=subscription_id,
        account=caller.account,
        url=request.url,
        events=tuple(request.events),
        namespace_filter=request.namespace_filter,
        status="active",
        creator=caller.subject,
        secret=parts.seal.close(made or request.secret or "", caller.account, subscription_id),
        enabled_at=now,
    )
    return until_stored(parts, lambda op: parts.subscriptions.create(subscription, op)), made


def change_subscription(
    parts: Parts, caller: Principal, subscription_id: str, change: ChangeSubscription
) -> tuple[Subscription, str | None]:
    """(the subscription as it is now, its new secret if it was made here).

    Raises SubscriptionNotFound, InvalidRequest, UrlNotAllowed, ConcurrentModification.
    """
    if change == ChangeSubscription():
        raise InvalidRequest("Give at least one of 'url', 'events', 'status', 'secret' and 'rotate_secret'")
    if change.secret is not None and change.rotate_secret:
        raise InvalidRequest("Give 'secret' or 'rotate_secret', not both")
    if change.url is not None:
        _check_url(parts, change.url)
    if change.events is not None:
        _check_events(change.events)
    before = find_subscription(parts, caller, subscription_id)
    made = _new_secret(parts) if change.rotate_secret else None
    after = _with_secret(parts, _changed(before, change, parts.clock()), made or change.secret)
    try:
        return parts.subscriptions.update(before, after, parts.ids.new("op", parts.clock())), made
    except SubscriptionChanged as lost:
        if lost.found is None:
            raise SubscriptionNotFound(f"Subscription '{subscription_id}' not found") from lost
        # Done again on top of the other, a second new secret would leave receivers without the first overlap.
        raise ConcurrentModification("The subscription was changed by another request; try again") from lost


def delete_subscription(parts: Parts, caller: Principal, subscription_id: str) -> None:
    """Its deliveries are gone with it, those that are pending too. Raises SubscriptionNotFound."""
    found = find_subscription(parts, caller, subscription_id)
    parts.subscriptions.delete(found.account, found.id)


def _changed(before: Subscription, change: ChangeSubscription, now: Millis) -> Subscription:
    after = replace(
        before,
        url=change.url if change.url is not None else before.url,
        events=tuple(change.events) if change.events is not None else before.events,
        status=change.status if change.status is not None else before.status,
    )
    if before.status == "disabled" and after.status != "disabled":
        return replace(after, enabled_at=now, disabled_reason=None, disabled_at=None)
    return after


def _with_secret(parts: Parts, subscription: Subscription, secret: str | None) -> Subscription:
    if secret is None:
        return subscription
    return replace(
        subscription,
        secret=parts.seal.close(secret, subscription.account, subscription.id),
        previous_secret=subscription.secret,
        previous_until=parts.clock() + ROTATION,
    )


def _new_secret(parts: Parts) -> str:
    """In the form of Standard Webhooks (https://www.standardwebhooks.com, 'Signature scheme')."""
    return "whsec_" + base64.b64encode(parts.ids.random(_SECRET_BYTES)).decode("ascii")


def _check_url(parts: Parts, url: str) -> None:
    reason = url_refusal(url, parts.settings.egress_allowed_networks, https_only=True)
    if reason:
        raise UrlNotAllowed(f"url: {reason}", {"fields": {"url": reason}})


def _check_events(events: Sequence[str]) -> None:
    for place, name in enumerate(events):
        if name not in ACCEPTED:
            known = did_you_mean(name, ACCEPTED) or f" (known: {', '.join(ACCEPTED)})"
            raise InvalidRequest.of((("events", place), f"{shown(name)} is no event{known}"))
        if name in events[:place]:
            raise InvalidRequest.of((("events", place), f"'{name}' is named twice"))


def _not_owned(namespace_filter: str | None) -> str:
    if namespace_filter is None:
        return "This token does not own every namespace: name one that it owns as 'namespace_filter'"
    return f"This token does not own the namespace '{namespace_filter}'"
