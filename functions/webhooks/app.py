"""Webhooks over HTTP: subscriptions, and the dashboard of their deliveries."""

from typing import Any

from interactor.api import envelope
from interactor.api.api import Api
from interactor.api.calls import Call
from interactor.api.cursors import Cursors
from interactor.api.models.base import EmptyBody, NoParameters, Page
from interactor.api.models.webhooks import (
    CreateSubscriptionBody,
    DeliveriesPage,
    ReplayBody,
    UpdateSubscriptionBody,
)
from interactor.api.representations.webhooks import (
    created_json,
    delivery_details,
    delivery_json,
    replay_json,
    subscription_details,
    subscription_json,
)
from interactor.api.routes import webhooks
from interactor.services.change_subscriptions import (
    ChangeSubscription,
    CreateSubscription,
    change_subscription,
    create_subscription,
    delete_subscription,
)
from interactor.services.cursor_key import cursor_key
from interactor.services.deliver_again import find_replay, replay_delivery, send_test, start_replay
from interactor.services.find_deliveries import ListDeliveries, find_delivery, list_deliveries
from interactor.services.find_subscription import find_subscription, list_subscriptions
from interactor.services.parts import Parts
from interactor.storage.idempotency import Answer

api = Api(*webhooks.ROUTES)


@api.operation("create_subscription")
def create(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    body = call.body(CreateSubscriptionBody)
    request = CreateSubscription(body.url, body.events, body.namespace_filter, body.secret)
    subscription, secret = create_subscription(parts, call.principal, request)
    return envelope.success(201, created_json(subscription, secret, parts.clock()))


@api.operation("list_subscriptions")
def list_(parts: Parts, call: Call) -> Answer:
    page = call.query(Page)
    cursors = Cursors(cursor_key(parts), call.principal.account, "subscriptions")
    found, has_more = list_subscriptions(parts, call.principal, cursors.read(page.cursor), page.limit)
    entries = [subscription_json(subscription, parts.clock()) for subscription in found]
    return envelope.page("subscriptions", entries, cursors.make(found[-1].id) if has_more else None)


@api.operation("get_subscription")
def get(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    subscription = find_subscription(parts, call.principal, call.path_parameters["subscription_id"])
    lane = parts.lanes.load(subscription.account, subscription.id)
    return envelope.success(200, subscription_details(subscription, lane.health, parts.clock()))


@api.operation("update_subscription")
def update(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    body = call.body(UpdateSubscriptionBody)
    change = ChangeSubscription(body.url, body.events, body.status, body.secret, bool(body.rotate_secret))
    subscription_id = call.path_parameters["subscription_id"]
    subscription, secret = change_subscription(parts, call.principal, subscription_id, change)
    return envelope.success(200, created_json(subscription, secret, parts.clock()))


@api.operation("delete_subscription")
def delete(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    delete_subscription(parts, call.principal, call.path_parameters["subscription_id"])
    return envelope.nothing()


@api.operation("test_subscription")
def test(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    call.body(EmptyBody)
    delivery = send_test(parts, call.principal, call.path_parameters["subscription_id"])
    return envelope.success(202, delivery_json(delivery))


@api.operation("start_replay")
def replay_many(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    body = call.body(ReplayBody)
    subscription_id = call.path_parameters["subscription_id"]
    job = start_replay(parts, call.principal, subscription_id, max(body.since, 0), body.status)
    return envelope.success(202, replay_json(job))


@api.operation("get_replay")
def get_replay(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    job = find_replay(parts, call.principal, call.path_parameters["subscription_id"], call.path_parameters["replay_id"])
    return envelope.success(200, replay_json(job))


@api.operation("list_deliveries")
def list_of_deliveries(parts: Parts, call: Call) -> Answer:
    page = call.query(DeliveriesPage)
    since = max(page.since or 0, 0)
    # A token that sees other subscriptions reads another list.
    query = f"deliveries {page.subscription_id} {page.status} {since} {sorted(call.principal.namespaces)}"
    cursors = Cursors(cursor_key(parts), call.principal.account, query)
    request = ListDeliveries(page.subscription_id, page.status, since, cursors.read(page.cursor), page.limit)
    found, has_more = list_deliveries(parts, call.principal, request)
    entries = [delivery_json(delivery) for delivery in found]
    return envelope.page("deliveries", entries, cursors.make(found[-1].id) if has_more else None)


@api.operation("get_delivery")
def get_delivery(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    delivery, _ = find_delivery(parts, call.principal, call.path_parameters["delivery_id"])
    return envelope.success(200, delivery_details(delivery, parts.deliveries.payload(delivery)))


@api.operation("replay_delivery")
def replay_one(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    call.body(EmptyBody)
    delivery = replay_delivery(parts, call.principal, call.path_parameters["delivery_id"])
    return envelope.success(202, delivery_json(delivery))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return api.handle(event, context)
