"""Webhook subscriptions: who wants to hear of what, at which URL, and with which secrets it is signed.

All of an account's subscriptions share a partition: there are at most `MAX_SUBSCRIPTIONS`, so that one query finds
every subscription that an event may concern, and lists need no index. Secrets come and go sealed
(`webhooks/sealing.py`): the table never has one in plain text.
"""

import json
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from interactor.clock import Millis
from interactor.errors import SubscriptionLimitReached
from interactor.ids import is_id
from interactor.json_text import Json
from interactor.storage import keys
from interactor.storage.creations import create_counted
from interactor.storage.documents import pack, unpack
from interactor.storage.table import Condition, ConditionFailed, Delete, Item, Put, Table

MAX_SUBSCRIPTIONS = 100
"""Subscriptions of an account. A limit of ours: each event of the account is compared with all of them."""

SubscriptionStatus: TypeAlias = Literal["active", "paused", "disabled"]
DisabledReason: TypeAlias = Literal["gone", "failing"]
"""The receiver answered 410, or every delivery failed for days."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A receiver. `secret` and `previous_secret` are sealed."""

    id: str
    account: str
    url: str
    events: tuple[str, ...]
    """Names and wildcards of `webhooks/event_types.py`."""
    namespace_filter: str | None
    """Only events of this namespace; None means all of the account's."""
    status: SubscriptionStatus
    creator: str
    """The subject of the token that created it."""
    secret: bytes
    enabled_at: Millis
    """When it was created, or last made active after it had been disabled: failures before do not count."""
    previous_secret: bytes | None = None
    previous_until: Millis = 0
    """Until then deliveries are signed with the previous secret as well."""
    disabled_reason: DisabledReason | None = None
    disabled_at: Millis | None = None
    revision: str = ""
    """The operation that wrote it; the next change is made on condition that it still is the last."""


class SubscriptionChanged(Exception):
    """Another change came first; `found` is what it left, None where it has been deleted."""

    def __init__(self, found: Subscription | None) -> None:
        super().__init__("the subscription has been changed or deleted meanwhile")
        self.found = found


class Subscriptions:
    """The subscriptions of all accounts; every method names the account, and finds nothing of another's."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, subscription: Subscription, op: str) -> Subscription:
        """Raises SubscriptionLimitReached, and CreatedMeanwhile (`storage/creations.py`)."""
        items = self._items(subscription.account)
        others = sum(1 for item in items if "document" in item)
        if others >= MAX_SUBSCRIPTIONS:
            raise SubscriptionLimitReached(
                f"The account has {others} webhook subscriptions, as many as it may", {"limit": MAX_SUBSCRIPTIONS}
            )
        counter = keys.subscription_creations(subscription.account)
        create_counted(self._table, _item_of(subscription, op), counter, items, op)
        return replace(subscription, revision=op)

    def get(self, account: str, subscription_id: str) -> Subscription | None:
        """The subscription as of now (strongly consistent)."""
        item = self._table.get(keys.subscription(account, subscription_id)) if is_id("whsub", subscription_id) else None
        return _subscription_of(account, item) if item else None

    def all_of(self, account: str) -> list[Subscription]:
        """Newest first, strongly consistent, in one query."""
        return [_subscription_of(account, item) for item in self._items(account) if "document" in item]

    def update(self, before: Subscription, after: Subscription, op: str) -> Subscription:
        """Put `after` in the place of `before`. Raises SubscriptionChanged.

        Where deliveries may have been waiting for the change, the commit's outbox says to look after them at once.
        """
        resumed = after.status == "active" and before.status != "active"
        return self._replace(before, after, op, {"wake": after.id} if resumed else {})

    def disable(self, before: Subscription, reason: DisabledReason, now: Millis, op: str) -> Subscription:
        """Deliver nothing more to it. The commit's outbox says so, for the account's other subscriptions to hear of.

        Raises SubscriptionChanged: whoever changed it may have mended it.
        """
        after = replace(before, status="disabled", disabled_reason=reason, disabled_at=now)
        return self._replace(before, after, op, {"wake": before.id, "disabled": True})

    def delete(self, account: str, subscription_id: str) -> None:
        """May be done again."""
        self._table.write([Delete(keys.subscription(account, subscription_id))], f"delete_{subscription_id}")

    def committed(self, image: Item) -> Subscription:
        """What a record of the table's stream stands for."""
        return _subscription_of(keys.account_of(image), image)

    def _replace(self, before: Subscription, after: Subscription, op: str, outbox: dict[str, Json]) -> Subscription:
        item = _item_of(after, op)
        if outbox:
            item["outbox"] = json.dumps({"account": after.account, **outbox})
        try:
            self._table.write([Put(item, _unchanged_since(before))], op)
        except ConditionFailed as failure:
            found = failure.found[0]
            raise SubscriptionChanged(_subscription_of(before.account, found) if found else None) from failure
        return replace(after, revision=op)

    def _items(self, account: str) -> list[Item]:
        partition = keys.subscription_creations(account)["pk"]
        return self._table.query(partition, MAX_SUBSCRIPTIONS + 1, descending=True)


def _unchanged_since(before: Subscription) -> Condition:
    """Closes the race of two changes that both read this revision, and that of a change with a deletion."""
    return Condition("#op = :op", {"#op": "op"}, {":op": before.revision})


def _item_of(subscription: Subscription, op: str) -> Item:
    document = {
        "url": subscription.url,
        "events": list(subscription.events),
        "namespace_filter": subscription.namespace_filter,
        "creator": subscription.creator,
        "enabled_at": subscription.enabled_at,
        "previous_until": subscription.previous_until,
        "disabled_reason": subscription.disabled_reason,
        "disabled_at": subscription.disabled_at,
    }
    item: Item = {
        **keys.subscription(subscription.account, subscription.id),
        "op": op,
        "id": subscription.id,
        "status": subscription.status,
        "document": pack(document),
        "secret": subscription.secret,
    }
    if subscription.previous_secret is not None:
        item["previous_secret"] = subscription.previous_secret
    return item


def _subscription_of(account: str, item: Item) -> Subscription:
    document = unpack(item["document"])
    return Subscription(
        id=item["id"],
        account=account,
        url=document["url"],
        events=tuple(document["events"]),
        namespace_filter=document["namespace_filter"],
        status=item["status"],
        creator=document["creator"],
        secret=item["secret"],
        enabled_at=document["enabled_at"],
        previous_secret=item.get("previous_secret"),
        previous_until=document["previous_until"],
        disabled_reason=document["disabled_reason"],
        disabled_at=document["disabled_at"],
        revision=item["op"],
    )
