"""Whatever dies at whatever request to AWS, every event is delivered, under one id, and none stays stuck."""

import json

import pytest

from interactor.services import deliver as delivering
from tests.crashes import KINDS, SKEW, attempt, disturbed
from tests.event_sources import visibility_timeout
from tests.webhooks.receivers import HOUR, Receivers, deliveries, markers
from tests.webhooks.subscribing import URL, subscribe
from tests.world import World

OTHER = "https://other.example/hook"
VISIBILITY = visibility_timeout("DeliveryQueue")
"""Of the delivery queue: when the message of a worker that died comes again."""


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker's own threads would outlive its death here."""
    monkeypatch.setattr(delivering, "AT_ONCE", 1)


@pytest.fixture
def subscribed(world: World, receivers: Receivers) -> list[str]:
    return [subscribe(world, url=url, events=["workflow.instance.halted"]) for url in (URL, OTHER)]


def assert_all_heard(world: World, receivers: Receivers, subscribed: list[str], instances: list[str]) -> None:
    """Every halt has come to both, as one delivery each, which is recorded as delivered; nothing is left to be done."""
    for subscription_id, url in zip(subscribed, (URL, OTHER), strict=True):
        heard = [found for found in receivers.received if found.url == url]
        assert {found.data["instance_id"] for found in heard} == set(instances)
        assert len({found.id for found in heard}) == len(instances), "an event has come under two ids"
        assert {delivery.status for delivery in deliveries(world, subscription_id)} == {"delivered"}
        assert len(deliveries(world, subscription_id)) == len(instances)
        assert markers(world, subscription_id) == []


def test_while_the_stream_is_followed_up(world: World, receivers: Receivers, subscribed: list[str], kind: str) -> None:
    instances = []
    for fault in disturbed(world, kind):
        instances.append(world.start("flow").data["id"])
        attempt(world, fault, world.play_stream)
        world.pass_until(world.clock.now + HOUR)
        assert_all_heard(world, receivers, subscribed, instances)


def test_while_a_delivery_is_made(world: World, receivers: Receivers, subscribed: list[str], kind: str) -> None:
    instances = []
    for fault in disturbed(world, kind):
        instances.append(world.start("flow").data["id"])
        world.play_stream()
        attempt(world, fault, lambda: play_deliveries(world))
        world.pass_until(world.clock.now + HOUR)
        assert_all_heard(world, receivers, subscribed, instances)


@pytest.mark.parametrize("skew", [-SKEW, SKEW])
@pytest.mark.parametrize("kind", ["dies before", "dies after"])
def test_while_a_delivery_is_made_by_one_whose_clock_is_off(
    world: World, receivers: Receivers, subscribed: list[str], kind: str, skew: int
) -> None:
    instances = []
    for fault in disturbed(world, kind):
        instances.append(world.start("flow").data["id"])
        world.play_stream()
        attempt(world, fault, lambda: play_deliveries(world), skew)
        world.pass_until(world.clock.now + HOUR)
        assert_all_heard(world, receivers, subscribed, instances)


def test_while_a_try_fails_and_the_next_is_arranged(
    world: World, receivers: Receivers, subscribed: list[str], kind: str
) -> None:
    instances = []
    for fault in disturbed(world, kind):
        receivers.answer(500, 500)
        instances.append(world.start("flow").data["id"])
        world.play_stream()
        attempt(world, fault, lambda: play_deliveries(world))
        world.pass_until(world.clock.now + HOUR)
        receivers.answers.clear()
        assert_all_heard(world, receivers, subscribed, instances)


def test_while_a_receiver_is_given_up(world: World, receivers: Receivers, kind: str) -> None:
    hearing = subscribe(world, url=OTHER, events=["webhook.subscription.disabled"])
    for number, fault in enumerate(disturbed(world, kind), 1):
        gone = subscribe(world, events=["workflow.instance.halted"])
        receivers.always[URL] = 410
        world.start("flow")
        world.play_stream()
        attempt(world, fault, lambda: play_deliveries(world))
        world.pass_until(world.clock.now + HOUR)
        found = world.parts.subscriptions.get("acme", gone)
        assert found
        assert found.status == "disabled"
        assert [delivery.status for delivery in deliveries(world, gone)] == ["dead"]
        assert markers(world, gone) == []
        assert len(deliveries(world, hearing)) == number
        world.call("DELETE", f"/webhooks/subscriptions/{gone}")


def play_deliveries(world: World) -> None:
    """All messages that are due now; that of a worker that dies comes again when its lease has lapsed."""
    while due := [found for found in world.messages if found[0] <= world.clock.now + 1_000]:
        message = min(due)
        world.messages.remove(message)
        again = (world.clock.now + VISIBILITY, message[1])
        world.messages.append(again)
        assert json.loads(message[1])[-1] == "deliver"
        world.serve(message[1])
        if again in world.messages:  # nobody else has served it meanwhile
            world.messages.remove(again)
