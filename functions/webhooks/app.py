"""Webhooks over HTTP: subscriptions, and the dashboard of their deliveries."""

from typing import Any

from interactor.api import envelope
from interactor.api.api import Api
from interactor.api.calls import Call
from interactor.api.cursors import Cursors
from interactor.api.models.base import NoParameters, Page
from interactor.api.models.webhooks import CreateSubscriptionBody, UpdateSubscriptionBody
from interactor.api.representations.webhooks import created_json, subscription_json
from interactor.services.change_subscriptions import (
    ChangeSubscription,
    CreateSubscription,
    change_subscription,
    create_subscription,
    delete_subscription,
)
from interactor.services.cursor_key import cursor_key
from interactor.services.find_subscription import find_subscription, list_subscriptions
from interactor.services.parts import Parts
from interactor.storage.idempotency import Answer

api = Api()


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
    return envelope.success(200, subscription_json(subscription, parts.clock()))


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


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return api.handle(event, context)
