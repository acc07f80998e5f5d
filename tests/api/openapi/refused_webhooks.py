"""What calls about webhooks are refused for: how each code comes about, for `test_real_refusals.py`."""

from unittest import mock

from interactor.storage.creations import CreatedMeanwhile
from interactor.storage.deliveries import Deliveries, DeliveryChanged
from interactor.storage.subscriptions import Subscription, SubscriptionChanged, Subscriptions
from tests.answered import Answered
from tests.api.openapi.journeys import (
    NO_DELIVERY,
    NO_SUBSCRIPTION,
    REPLAY,
    SUBSCRIBE,
    Refusal,
    Situation,
    awaited,
    change,
    delete,
    disabled,
    get,
    post,
    subscribed,
)
from tests.world import World


def one_subscription_too_many(world: World) -> Answered:
    subscribed(world)
    with mock.patch("interactor.storage.subscriptions.MAX_SUBSCRIPTIONS", 1):
        return post(world, "/webhooks/subscriptions", SUBSCRIBE)


class BusySubscriptions(Subscriptions):
    """Others are always quicker."""

    def create(self, subscription: Subscription, op: str) -> Subscription:
        raise CreatedMeanwhile

    def update(self, before: Subscription, after: Subscription, op: str) -> Subscription:
        raise SubscriptionChanged(before)


def subscription_among_many_others(world: World) -> Answered:
    world.replace(subscriptions=BusySubscriptions(world.parts.table))
    return post(world, "/webhooks/subscriptions", SUBSCRIBE)


def subscription_changed_meanwhile(world: World) -> Answered:
    path = subscribed(world)
    world.replace(subscriptions=BusySubscriptions(world.parts.table))
    return change(world, path, {"status": "paused"})


def delivery_of_a_disabled_subscription(world: World) -> Answered:
    delivery = post(world, f"{subscribed(world)}/test").data
    found = world.parts.subscriptions.get("acme", delivery["subscription_id"])
    assert found
    world.parts.subscriptions.disable(found, "gone", world.clock(), "op_1")
    return post(world, f"/webhooks/deliveries/{delivery['id']}/replay")


def delivery_tried_meanwhile(world: World) -> Answered:
    path = awaited(world)
    with mock.patch.object(Deliveries, "replay", side_effect=DeliveryChanged(path)):
        return post(world, f"{path}/replay")


NO_DELIVERY_THERE = f"/webhooks/deliveries/{NO_DELIVERY}"
NO_SUBSCRIPTION_THERE = f"/webhooks/subscriptions/{NO_SUBSCRIPTION}"
AT_HOME = {"url": "https://127.0.0.1/"}
WEBHOOKS: dict[Refusal, Situation] = {
    ("create_subscription", 400, "url_not_allowed"): (
        lambda world: post(world, "/webhooks/subscriptions", SUBSCRIBE | AT_HOME)
    ),
    ("create_subscription", 400, "subscription_limit_reached"): one_subscription_too_many,
    ("create_subscription", 409, "concurrent_modification"): subscription_among_many_others,
    ("get_subscription", 404, "subscription_not_found"): lambda world: get(world, NO_SUBSCRIPTION_THERE),
    ("update_subscription", 400, "url_not_allowed"): lambda world: change(world, subscribed(world), AT_HOME),
    ("update_subscription", 404, "subscription_not_found"): lambda world: change(
        world, NO_SUBSCRIPTION_THERE, {"status": "paused"}
    ),
    ("update_subscription", 409, "concurrent_modification"): subscription_changed_meanwhile,
    ("delete_subscription", 404, "subscription_not_found"): lambda world: delete(world, NO_SUBSCRIPTION_THERE),
    ("test_subscription", 404, "subscription_not_found"): lambda world: post(world, f"{NO_SUBSCRIPTION_THERE}/test"),
    ("test_subscription", 400, "subscription_disabled"): lambda world: post(world, f"{disabled(world)}/test"),
    ("start_replay", 404, "subscription_not_found"): (
        lambda world: post(world, f"{NO_SUBSCRIPTION_THERE}/replay", REPLAY)
    ),
    ("start_replay", 400, "subscription_disabled"): lambda world: post(world, f"{disabled(world)}/replay", REPLAY),
    ("get_replay", 404, "subscription_not_found"): lambda world: get(world, f"{NO_SUBSCRIPTION_THERE}/replays/none"),
    ("get_replay", 404, "replay_not_found"): lambda world: get(world, f"{subscribed(world)}/replays/none"),
    ("list_deliveries", 404, "subscription_not_found"): (
        lambda world: get(world, "/webhooks/deliveries", f"subscription_id={NO_SUBSCRIPTION}")
    ),
    ("get_delivery", 404, "delivery_not_found"): lambda world: get(world, NO_DELIVERY_THERE),
    ("replay_delivery", 404, "delivery_not_found"): lambda world: post(world, f"{NO_DELIVERY_THERE}/replay"),
    ("replay_delivery", 400, "subscription_disabled"): delivery_of_a_disabled_subscription,
    ("replay_delivery", 409, "concurrent_modification"): delivery_tried_meanwhile,
}
