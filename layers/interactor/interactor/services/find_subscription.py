"""Find the webhook subscriptions that the caller may see.

Those are the ones of a namespace that the token owns. One without `namespace_filter` hears of every namespace, so only
a token that owns every namespace sees it.
"""

from interactor.auth.principals import Principal
from interactor.errors import SubscriptionNotFound
from interactor.services.parts import Parts
from interactor.storage.subscriptions import Subscription


def find_subscription(parts: Parts, caller: Principal, subscription_id: str) -> Subscription:
    """Raises SubscriptionNotFound, also for one that the caller may not see (docs/auth.md)."""
    found = parts.subscriptions.get(caller.account, subscription_id)
    if found is None or not may_see(caller, found.namespace_filter):
        raise SubscriptionNotFound(f"Subscription '{subscription_id}' not found")
    return found


def list_subscriptions(
    parts: Parts, caller: Principal, after: str | None, limit: int
) -> tuple[list[Subscription], bool]:
    """(the page, whether there is more), newest first, created before the subscription `after`."""
    found = [one for one in seen_by(parts, caller) if after is None or one.id < after]
    return found[:limit], len(found) > limit


def seen_by(parts: Parts, caller: Principal) -> list[Subscription]:
    """All that the caller may see, newest first."""
    return [one for one in parts.subscriptions.all_of(caller.account) if may_see(caller, one.namespace_filter)]


def may_see(caller: Principal, namespace_filter: str | None) -> bool:
    """Whether a subscription with this filter is the caller's; None stands for every namespace."""
    return caller.owns_every_namespace if namespace_filter is None else caller.owns(namespace_filter)
