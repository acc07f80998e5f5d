"""Webhook subscriptions to test with, made in one line."""

from typing import Any

from interactor.api import examples
from interactor.engine.work import CallHttp, HttpAnswered, HttpFailed, HttpOutcome
from tests.answered import Answered
from tests.world import World

URL = "https://receiver.example/hook"
SECRET = "whsec_your_webhook_secret_min_32_chars"
OWN: dict[str, Any] = examples.REQUESTS["create_subscription"]["own_secret"]
"""What the reference sends."""


def create(world: World, as_: str = "user", **fields: Any) -> Answered:
    """Ask for a subscription of user_1 to everything; a field that is None is left out."""
    body = {"url": URL, "events": ["workflow.*"], "namespace_filter": "user_1", **fields}
    given = {name: value for name, value in body.items() if value is not None}
    return world.post("/webhooks/subscriptions", given, as_=as_)


def subscribe(world: World, as_: str = "user", **fields: Any) -> str:
    """The id of a subscription; see `create`."""
    subscription_id: str = create(world, as_, **fields).data["id"]
    return subscription_id


def shown(world: World, subscription_id: str, as_: str = "service") -> Any:
    return world.get(f"/webhooks/subscriptions/{subscription_id}", as_=as_).data


def change(world: World, subscription_id: str, as_: str = "user", **fields: Any) -> Answered:
    return world.call("PATCH", f"/webhooks/subscriptions/{subscription_id}", fields, as_=as_)


def disable(world: World, subscription_id: str) -> None:
    """As the pipeline does when every delivery has failed for days."""
    found = world.parts.subscriptions.get("acme", subscription_id)
    assert found
    world.parts.subscriptions.disable(found, "failing", world.clock(), f"op_{world.clock()}")


def answer_with(world: World, *statuses: int | None) -> None:
    """What receivers answer next, and 200 after that; None is a time-out."""

    def outcome(status: int | None) -> HttpOutcome:
        if status is None:
            return HttpFailed("http_timeout", "receiver.example did not answer within 30000 ms", duration_ms=30_000)
        return HttpAnswered(status, {}, "busy" if status >= 300 else "ok", duration_ms=40)

    world.servers.answers.extend(outcome(status) for status in statuses)


def send_test(world: World, subscription_id: str, as_: str = "user") -> str:
    """The id of a test delivery that is to be made."""
    delivery_id: str = world.post(f"/webhooks/subscriptions/{subscription_id}/test", as_=as_).data["id"]
    return delivery_id


def give_up(world: World, subscription_id: str, number: int = 1) -> list[str]:
    """The ids of deliveries that are dead after their six tries, oldest first."""
    made = [send_test(world, subscription_id) for _ in range(number)]
    world.servers.answers.clear()
    answer_with(world, *[500] * 6 * number)
    world.pass_until(world.clock.now + 4 * 60 * 60 * 1000)
    assert {delivery(world, id_)["status"] for id_ in made} == {"dead"}
    return made


def delivery(world: World, delivery_id: str, as_: str = "user") -> Any:
    return world.get(f"/webhooks/deliveries/{delivery_id}", as_=as_).data


def listed(world: World, query: str = "", as_: str = "user") -> list[str]:
    """The ids of one page of deliveries."""
    return [entry["id"] for entry in world.get("/webhooks/deliveries", query=query, as_=as_).data["deliveries"]]


def sent(world: World) -> list[CallHttp]:
    return world.servers.calls
