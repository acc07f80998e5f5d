"""Webhooks on the deployed stack: signed, tried again, and complete over many instances and subscriptions."""

import hashlib
import hmac
from typing import Any

from tests.end_to_end.client import Client
from tests.end_to_end.receiver import Receiver

SUBSCRIPTIONS = 4
INSTANCES = 25
ASKING: dict[str, Any] = {
    "name": "asking",
    "initial_state": "ask",
    "states": {"ask": {"type": "halting", "transitions": [{"target": "done"}]}, "done": {"type": "terminal"}},
}


def subscribe(service: Client, url: str, *events: str) -> Any:
    body = {"url": url, "events": [f"workflow.instance.{event}" for event in events], "namespace_filter": "user_1"}
    return service.post("/webhooks/subscriptions", body).data


def test_a_receiver_with_the_reference_s_recipe_verifies_what_comes(service: Client, server: Receiver) -> None:
    subscription = subscribe(service, f"{server.url}/hook", "halted", "completed")
    instance_id = service.start(service.publish(ASKING), {}).data["id"]
    service.resume(instance_id, {})
    received = server.wait_for(2)
    assert sorted(found.body["event"] for found in received) == [
        "workflow.instance.completed",
        "workflow.instance.halted",
    ]
    for found in received:
        signed = f"{found.headers['x-interactor-timestamp']}.{found.raw}"
        expected = hmac.new(subscription["secret"].encode(), signed.encode(), hashlib.sha256).hexdigest()
        assert found.headers["x-interactor-signature"] == f"sha256={expected}"
        assert found.body["data"]["instance_id"] == instance_id
    service.call("DELETE", f"/webhooks/subscriptions/{subscription['id']}")


def test_a_failure_is_tried_again_half_a_minute_later(service: Client, server: Receiver) -> None:
    subscription = subscribe(service, f"{server.url}/hook", "created")
    server.statuses.append(500)
    service.start(service.publish(ASKING), {})
    first, second = server.wait_for(2, seconds=60)
    assert first.headers["x-interactor-delivery"] == second.headers["x-interactor-delivery"]
    assert (first.headers["x-interactor-retry-count"], second.headers["x-interactor-retry-count"]) == ("0", "1")
    assert first.raw == second.raw
    service.call("DELETE", f"/webhooks/subscriptions/{subscription['id']}")


def test_every_subscription_hears_of_every_instance(service: Client, server: Receiver) -> None:
    subscriptions = [subscribe(service, f"{server.url}/{n}", "halted") for n in range(SUBSCRIPTIONS)]
    name = service.publish(ASKING)
    started = {service.start(name, {}).data["id"] for _ in range(INSTANCES)}
    received = server.wait_for(SUBSCRIPTIONS * INSTANCES, seconds=60)
    heard = {(found.path, found.body["data"]["instance_id"]) for found in received}
    assert heard == {(f"/{n}", instance_id) for n in range(SUBSCRIPTIONS) for instance_id in started}
    for subscription in subscriptions:
        service.call("DELETE", f"/webhooks/subscriptions/{subscription['id']}")
