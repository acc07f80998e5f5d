"""Tell webhook subscriptions of what commits hold for them: one delivery for each event and subscription that match.

Deliveries have ids that follow from event and subscription, so that a stream record that comes twice makes none twice
(`storage/deliveries.py`). Those of a batch are made side by side, and then each lane that got some is woken once.
"""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from interactor.clock import Millis, to_iso
from interactor.ids import moment_of, ulid
from interactor.json_text import Json
from interactor.services.parts import Parts
from interactor.services.timer_queues import TimerQueues
from interactor.storage.instances import Stored
from interactor.storage.subscriptions import Subscription
from interactor.storage.timers import ANY_VERSION, Timer
from interactor.webhooks import payloads
from interactor.webhooks.event_types import DISABLED, event_type, names_event

_ID_BYTES = 10
_WRITERS = 8


@dataclass(frozen=True, slots=True)
class _Announcement:
    """What a subscription is to be told. `about` is what the delivery's id follows from, beside the subscription."""

    subscription: Subscription
    name: str
    moment: Millis
    about: str
    data: Json


@dataclass(frozen=True, slots=True)
class Announcer:
    """One batch of the table's stream: takes what its records tell, and carries it out when it is closed.

    Each account's subscriptions are read once.
    """

    parts: Parts
    _announcements: list[_Announcement] = field(default_factory=list)
    _subscriptions: dict[str, list[Subscription]] = field(default_factory=dict)
    _touched: set[tuple[str, str]] = field(default_factory=set)

    def announce_news(self, stored: Stored) -> None:
        """The events of one commit."""
        account = stored.instance.account
        if not self._subscriptions_of(account):
            return
        for number, event, instance in payloads.as_of_each(stored.instance, stored.news):
            name = event_type(event)
            if name is None:
                continue
            candidates = self._subscriptions_of(account)
            wanting = [one for one in candidates if _wants(one, name, instance.namespace, event["at"])]
            if not wanting:
                continue
            is_asking = name in payloads.ASKING
            definition = self.parts.workflows.definition(account, instance.version_id) if is_asking else None
            data = payloads.instance_data(name, number, event, instance, definition)
            about = f"{instance.id}#{number}"
            self._announcements.extend(_Announcement(one, name, event["at"], about, data) for one in wanting)

    def announce_disabled(self, disabled: Subscription) -> None:
        """That a subscription has been disabled: to all others of the account that hear of its namespace, whatever they
        subscribe to, because it may be the only way in which anybody learns of it.
        """
        moment = disabled.disabled_at or 0
        data = {
            "subscription_id": disabled.id,
            "url": disabled.url,
            "namespace_filter": disabled.namespace_filter,
            "reason": disabled.disabled_reason,
            "disabled_at": to_iso(moment),
        }
        for subscription in self._subscriptions_of(disabled.account):
            hears = subscription.namespace_filter in (None, disabled.namespace_filter)
            if hears and subscription.id != disabled.id and subscription.status != "disabled":
                self._announcements.append(_Announcement(subscription, DISABLED, moment, disabled.id, data))

    def wake(self, account: str, subscription_id: str) -> None:
        """See to it that what is due to a subscription is delivered."""
        self._touched.add((account, subscription_id))

    def close(self, queues: TimerQueues) -> None:
        """Make the deliveries and wake the lanes. Until this is done the batch is not, and its records must come
        again.
        """
        if len(self._announcements) == 1:
            self._deliver(self._announcements[0])
        elif self._announcements:
            with ThreadPoolExecutor(_WRITERS) as pool:
                list(pool.map(self._deliver, self._announcements))
        now = self.parts.clock()
        queues.send_all(Timer(account, id_, ANY_VERSION, now, "deliver") for account, id_ in sorted(self._touched))

    def _deliver(self, told: _Announcement) -> None:
        account, subscription_id = told.subscription.account, told.subscription.id
        digest = hashlib.sha256(f"{account}#{told.about}#{subscription_id}".encode()).digest()
        delivery_id = f"del_{ulid(told.moment, digest[:_ID_BYTES])}"
        body = payloads.payload(told.name, delivery_id, told.moment, told.data)
        op = self.parts.ids.new("op", self.parts.clock())
        delivery = self.parts.deliveries.create(account, subscription_id, delivery_id, told.name, body, told.moment, op)
        if delivery.status == "pending":
            self.wake(account, subscription_id)

    def _subscriptions_of(self, account: str) -> list[Subscription]:
        if account not in self._subscriptions:
            self._subscriptions[account] = self.parts.subscriptions.all_of(account)
        return self._subscriptions[account]


def _wants(subscription: Subscription, name: str, namespace: str, moment: Millis) -> bool:
    """Whether the subscription was for such events when this one happened. A paused one is: its deliveries wait."""
    return (
        subscription.status != "disabled"
        and moment_of(subscription.id) <= moment
        and subscription.namespace_filter in (None, namespace)
        and names_event(subscription.events, name)
    )
