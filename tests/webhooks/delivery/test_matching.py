"""Which events a subscription hears of: those it names, of its namespace, that happened while it was there."""

import pytest

from interactor.webhooks.event_types import names_event
from tests.webhooks.receivers import Receivers, deliveries
from tests.webhooks.subscribing import change, subscribe
from tests.world import World


def heard(receivers: Receivers) -> list[str]:
    return sorted(found.json["event"].removeprefix("workflow.instance.") for found in receivers.received)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (["workflow.*"], ["completed", "created", "halted", "resumed"]),
        (["workflow.instance.*"], ["completed", "created", "halted", "resumed"]),
        (["workflow.instance.created", "workflow.instance.completed"], ["completed", "created"]),
        (["workflow.instance.*", "workflow.instance.created"], ["completed", "created", "halted", "resumed"]),
        (["workflow.instance.failed"], []),
    ],
)
def test_events_are_named_one_by_one_or_by_wildcard(
    world: World, receivers: Receivers, events: list[str], expected: list[str]
) -> None:
    subscribe(world, events=events)
    world.resume(world.start("flow").data["id"], {"approved": True})
    world.settle()
    assert heard(receivers) == expected


def test_a_wildcard_stands_for_whole_parts_of_a_name() -> None:
    assert not names_event(["workflow.*"], "workflows.instance.created")
    assert not names_event(["workflow.instance.*"], "workflow.instance")
    assert not names_event(["workflow.*"], "webhook.subscription.disabled")


def test_a_namespace_filter_keeps_other_namespaces_out(world: World, receivers: Receivers) -> None:
    subscribe(world, events=["workflow.instance.created"])
    world.start("flow", namespace="user_1")
    world.start("flow", namespace="org_acme")
    world.settle()
    assert [found.data["namespace"] for found in receivers.received] == ["user_1"]


def test_without_a_filter_all_namespaces_are_heard(world: World, receivers: Receivers) -> None:
    subscribe(world, as_="service", namespace_filter=None, events=["workflow.instance.created"])
    world.start("flow", namespace="user_1")
    world.start("flow", namespace="org_acme")
    world.settle()
    assert sorted(found.data["namespace"] for found in receivers.received) == ["org_acme", "user_1"]


def test_another_account_hears_nothing(world: World, receivers: Receivers) -> None:
    subscribe(world, as_="stranger", namespace_filter=None)
    world.start("flow")
    world.settle()
    assert receivers.received == []


def test_two_subscriptions_with_one_url_are_two_deliveries(world: World, receivers: Receivers) -> None:
    for _ in range(2):
        subscribe(world, events=["workflow.instance.created"])
    world.start("flow")
    world.settle()
    assert len({found.id for found in receivers.received}) == 2


def test_what_happened_before_a_subscription_is_not_for_it(world: World, receivers: Receivers) -> None:
    world.start("flow")
    subscription_id = subscribe(world)  # the stream has not brought the event yet
    world.settle()
    assert receivers.received == []
    assert deliveries(world, subscription_id) == []


def test_what_happens_while_a_subscription_is_paused_waits_for_it(world: World, receivers: Receivers) -> None:
    subscription_id = subscribe(world, events=["workflow.instance.created"])
    change(world, subscription_id, status="paused")
    world.start("flow")
    world.settle()
    assert receivers.received == []
    assert [delivery.status for delivery in deliveries(world, subscription_id)] == ["pending"]
    change(world, subscription_id, status="active")
    world.settle()
    assert heard(receivers) == ["created"]


def test_an_account_without_subscriptions_pays_one_read_a_commit(world: World, receivers: Receivers) -> None:
    world.start("flow")
    world.aws.requests.clear()
    world.settle()
    assert [name for name, _ in world.aws.requests] == ["query"]
