"""Webhook subscriptions to test with, made in one line."""

from typing import Any

from interactor.api import examples
from tests.world import Answered, World

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
