"""Events and firings as the events queue delivers them to `functions/on_event`, and triggers to receive them."""

import itertools
import json
from typing import Any
from unittest.mock import patch

from functions.on_event import app
from tests.definitions import end, halt, workflow
from tests.fakes import NOON
from tests.world import World

FLOW = workflow(ask=halt("end"), end=end())
_numbers = itertools.count(1)


def event(
    source: str = "interactor.acme/orders", *, detail_type: str = "Order Placed", **fields: Any
) -> dict[str, Any]:
    """An event as the bus has it, with an id of its own; `fields` replace others."""
    return {
        "version": "0", "id": f"event-{next(_numbers)}", "detail-type": detail_type, "source": source,
        "account": "123456789012", "time": "2026-01-20T12:00:00Z", "region": "eu-west-1", "resources": [],
        "detail": {"order_id": "order_1"}, **fields,
    }  # fmt: skip


def firing(trigger_id: str, due: str = "2026-01-20T12:00:00Z", account: str = "acme") -> dict[str, Any]:
    return {"account": account, "trigger_id": trigger_id, "scheduled_at": due}


def deliver(world: World, *messages: Any, receives: int = 1) -> list[str]:
    """Hand the messages over as one batch; which of them failed, by their places. Text goes as it is."""
    records = [
        {
            "messageId": str(place),
            "body": message if isinstance(message, str) else json.dumps(message),
            "attributes": {"ApproximateReceiveCount": str(receives), "SentTimestamp": str(NOON)},
            "eventSource": "aws:sqs",
        }
        for place, message in enumerate(messages)
    ]
    with patch.object(app, "parts", lambda: world.parts):
        answer = app.handler({"Records": records}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def with_trigger(world: World, as_: str = "user", **fields: Any) -> str:
    """The id of a trigger of a published workflow: for every order, unless `fields` say otherwise."""
    if world.get("/workflows/flow", as_=as_).status == 404:
        world.publish(FLOW, as_=as_)
    body = {"name": "orders", "workflow_name": "flow", "namespace": "user_1", **fields}
    if "schedule" not in body:
        body.setdefault("event_pattern", {"detail-type": ["Order Placed"]})
    trigger_id: str = world.post("/triggers", body, as_=as_).data["id"]
    return trigger_id


def scheduled(expression: str = "rate(5 minutes)", timezone: str = "UTC") -> dict[str, Any]:
    return {"expression": expression, "timezone": timezone}


def instances(world: World, as_: str = "service") -> list[Any]:
    """All instances of the caller's account, oldest first, after everything has settled."""
    world.settle()
    found = world.get("/workflows/instances", as_=as_).data["instances"]
    return [world.instance(summary["id"], as_=as_) for summary in reversed(found)]


def failures(world: World, trigger_id: str) -> list[Any]:
    listed: list[Any] = world.get(f"/triggers/{trigger_id}/failures").data["failures"]
    return listed
