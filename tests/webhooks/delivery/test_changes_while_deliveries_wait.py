"""What becomes of deliveries under way when their subscription is changed, paused, deleted or disabled."""

import pytest

from tests.webhooks.delivery.test_signatures import verified_as_the_reference_says
from tests.webhooks.receivers import (
    CLOSED,
    DAY,
    HOUR,
    MINUTE,
    Receivers,
    deliveries,
    markers,
)
from tests.webhooks.subscribing import SECRET, URL, change, shown, subscribe
from tests.world import World

OTHER = "https://other.example/hook"


@pytest.fixture
def waiting(world: World, receivers: Receivers) -> str:
    """A subscription with one delivery that failed once."""
    subscription_id = subscribe(world, events=["workflow.instance.created"], secret=SECRET)
    receivers.answer(500)
    world.start("flow")
    world.play_stream()
    world.play_next_message()
    assert len(receivers.received) == 1
    return subscription_id


def test_a_new_url_and_secret_are_used_from_the_next_try(world: World, receivers: Receivers, waiting: str) -> None:
    change(world, waiting, url=OTHER, secret="another secret of at least 32 characters")
    world.settle()
    first, second = receivers.received
    assert (first.url, second.url) == (URL, OTHER)
    assert verified_as_the_reference_says(second, "another secret of at least 32 characters", second.at)
    assert first.body == second.body


def test_a_deleted_subscription_is_sent_nothing_more(world: World, receivers: Receivers, waiting: str) -> None:
    assert world.call("DELETE", f"/webhooks/subscriptions/{waiting}").status == 204
    world.pass_until(world.clock.now + DAY)
    assert len(receivers.received) == 1


def test_a_paused_subscription_is_sent_nothing_until_it_is_resumed(
    world: World, receivers: Receivers, waiting: str
) -> None:
    change(world, waiting, status="paused")
    world.pass_until(world.clock.now + 3 * DAY)
    assert len(receivers.received) == 1
    change(world, waiting, status="active")
    world.settle()
    assert len(receivers.received) == 2
    assert deliveries(world, waiting)[0].status == "delivered"


def test_410_disables_the_subscription_and_ends_what_is_pending(
    world: World, receivers: Receivers, waiting: str
) -> None:
    receivers.answer(410)
    world.settle()
    assert shown(world, waiting)["status"] == "disabled"
    (delivery,) = deliveries(world, waiting)
    assert (delivery.status, [attempt.status_code for attempt in delivery.attempts]) == ("dead", [500, 410])
    assert markers(world, waiting) == []
    world.start("flow")
    world.settle()
    assert len(receivers.received) == 2


def test_others_of_the_account_hear_of_a_disabled_subscription_whatever_they_name(
    world: World, receivers: Receivers, waiting: str
) -> None:
    all_seeing = subscribe(world, "service", url=OTHER, namespace_filter=None, events=["workflow.instance.failed"])
    same = subscribe(world, url=f"{OTHER}/same", events=["workflow.instance.failed"])
    subscribe(world, "peer", url=f"{OTHER}/peer", namespace_filter="user_2", events=["workflow.*"])
    subscribe(world, "stranger", url=f"{OTHER}/stranger", namespace_filter=None)
    receivers.answer(410)
    world.settle()
    told = receivers.named("webhook.subscription.disabled")
    assert sorted(found.url for found in told) == [OTHER, f"{OTHER}/same"]
    for found in told:
        assert found.data["subscription_id"] == waiting
        assert (found.data["url"], found.data["reason"]) == (URL, "gone")
    assert len(deliveries(world, all_seeing)) == len(deliveries(world, same)) == 1


def test_a_subscription_whose_every_delivery_failed_for_five_days_is_disabled(
    world: World, receivers: Receivers
) -> None:
    subscription_id = subscribe(world, events=["workflow.instance.created"])
    receivers.always[URL] = CLOSED
    for _ in range(11):
        world.start("flow")
        world.pass_until(world.clock.now + 12 * HOUR)
        tried = len(receivers.received)
    assert shown(world, subscription_id)["status"] == "disabled"
    assert tried == 10 * 6 + 1, "the try that makes five days full is the last"
    assert {delivery.status for delivery in deliveries(world, subscription_id)} == {"dead"}


def test_one_success_in_five_days_keeps_it_alive(world: World, receivers: Receivers) -> None:
    subscription_id = subscribe(world, events=["workflow.instance.created"])
    receivers.answer(*[500] * 30, 200, *[500] * 70)
    for _ in range(14):
        world.start("flow")
        world.pass_until(world.clock.now + 8 * HOUR)
    assert shown(world, subscription_id)["status"] == "active"


def test_a_subscription_made_active_again_has_five_days_anew(world: World, receivers: Receivers) -> None:
    subscription_id = subscribe(world, events=["workflow.instance.created"])
    receivers.always[URL] = CLOSED
    world.start("flow")
    world.pass_until(world.clock.now + 5 * DAY)
    world.start("flow")
    world.settle()
    assert shown(world, subscription_id)["status"] == "disabled"
    change(world, subscription_id, status="active")
    world.start("flow")
    world.pass_until(world.clock.now + 4 * DAY)
    assert shown(world, subscription_id)["status"] == "active"
    world.pass_until(world.clock.now + 2 * DAY)
    world.start("flow")
    world.pass_until(world.clock.now + MINUTE)
    assert shown(world, subscription_id)["status"] == "disabled"
