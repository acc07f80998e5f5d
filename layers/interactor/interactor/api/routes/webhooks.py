"""Webhooks: who is told of what happens, and every delivery that was tried."""

from interactor import errors
from interactor.api.models.base import Page
from interactor.api.models.webhooks import CreateSubscriptionBody, UpdateSubscriptionBody
from interactor.api.routes.route import MANAGE, Route

ROUTES: tuple[Route, ...] = (
    Route(
        "create_subscription",
        "POST",
        "/webhooks/subscriptions",
        MANAGE,
        201,
        "Have events delivered to a URL",
        "CreatedSubscription",
        body=CreateSubscriptionBody,
        errors=(errors.UrlNotAllowed, errors.SubscriptionLimitReached, errors.ConcurrentModification),
    ),
    Route(
        "list_subscriptions",
        "GET",
        "/webhooks/subscriptions",
        MANAGE,
        200,
        "List webhook subscriptions, newest first",
        "Subscriptions",
        query=Page,
    ),
    Route(
        "get_subscription",
        "GET",
        "/webhooks/subscriptions/{subscription_id}",
        MANAGE,
        200,
        "Get a webhook subscription, and how its deliveries fare",
        "SubscriptionDetails",
        errors=(errors.SubscriptionNotFound,),
    ),
    Route(
        "update_subscription",
        "PATCH",
        "/webhooks/subscriptions/{subscription_id}",
        MANAGE,
        200,
        "Change, pause or resume a webhook subscription, or give it another secret",
        "CreatedSubscription",
        body=UpdateSubscriptionBody,
        errors=(errors.UrlNotAllowed, errors.SubscriptionNotFound, errors.ConcurrentModification),
    ),
    Route(
        "delete_subscription",
        "DELETE",
        "/webhooks/subscriptions/{subscription_id}",
        MANAGE,
        204,
        "Delete a webhook subscription with its deliveries, those that wait as well",
        "",
        errors=(errors.SubscriptionNotFound,),
    ),
)
