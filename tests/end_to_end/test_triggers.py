"""Events and schedules start instances on the deployed stack: over the bus, over SQS, and by the clock."""

import json
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.end_to_end.client import Client
from tests.stack import Stack

FLOW = {
    "name": "flow",
    "initial_state": "note",
    "states": {
        "note": {
            "type": "action",
            "logic": {"type": "script", "code": "return { told: input }"},
            "transitions": [{"target": "ask"}],
        },
        "ask": {"type": "halting", "transitions": [{"target": "end"}]},
        "end": {"type": "terminal"},
    },
}


def trigger(client: Client, namespace: str = "user_1", **fields: Any) -> tuple[str, str]:
    """(id of a new trigger, the workflow that it starts)."""
    workflow = client.publish(FLOW)
    body = {"name": f"t_{uuid.uuid4().hex}", "workflow_name": workflow, "namespace": namespace, **fields}
    return client.post("/triggers", body).data["id"], workflow


def started(client: Client, workflow: str) -> Any:
    return client.get(f"/workflows/instances?workflow_name={workflow}").data["instances"]


def eventually(found: Callable[[], Any], seconds: float = 30) -> Any:
    deadline = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.1)
    return value


def put_event(stack: Stack, source: str, detail: Any) -> None:
    bus = stack.settings["outputs"]["EventBusName"]
    entry = {"EventBusName": bus, "Source": source, "DetailType": "Order Placed", "Detail": json.dumps(detail)}
    assert stack.aws("events").put_events(Entries=[entry])["FailedEntryCount"] == 0


def data_of_the_only(client: Client, workflow: str) -> Any:
    (summary,) = eventually(lambda: started(client, workflow))
    return client.wait_until(summary["id"], "halted")["workflow_data"]


def test_an_event_on_the_bus_starts_an_instance_of_its_account_alone(
    stack: Stack, user: Client, stranger: Client
) -> None:
    order = uuid.uuid4().hex
    pattern = {"detail": {"order_id": [order], "amount": [{"numeric": [">", 1000]}]}}
    _, workflow = trigger(user, event_pattern=pattern, input={"id": "${event.detail.order_id}"})
    _, theirs = trigger(stranger, "user_3", event_pattern=pattern)
    put_event(stack, "interactor.acme/orders", {"order_id": order, "amount": 10})
    put_event(stack, "interactor.acme/orders", {"order_id": order, "amount": 5000})
    assert data_of_the_only(user, workflow) == {"told": {"id": order}}
    assert started(stranger, theirs) == []


def test_an_event_sent_to_the_queue_twice_starts_one_instance(stack: Stack, user: Client) -> None:
    order = uuid.uuid4().hex
    _, workflow = trigger(user, event_pattern={"detail": {"order_id": [order]}}, input="${event.detail}")
    event = {
        "id": order, "source": "interactor.acme", "detail-type": "Order Placed", "detail": {"order_id": order},
    }  # fmt: skip
    for _ in range(2):
        stack.aws("sqs").send_message(
            QueueUrl=stack.settings["outputs"]["EventsQueueUrl"], MessageBody=json.dumps(event)
        )
    assert data_of_the_only(user, workflow) == {"told": {"order_id": order}}


def test_a_schedule_starts_an_instance_when_it_is_due(user: Client) -> None:
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=6)
    schedule = {"expression": f"at({due:%Y-%m-%dT%H:%M:%S})", "timezone": "UTC"}
    trigger_id, workflow = trigger(user, schedule=schedule, input={"due": "${event.time}"})
    assert data_of_the_only(user, workflow) == {"told": {"due": f"{due:%Y-%m-%dT%H:%M:%S}.000Z"}}
    assert user.get(f"/triggers/{trigger_id}").data["status"] == "completed"


def test_a_paused_or_deleted_trigger_starts_nothing_when_it_is_due(stack: Stack, user: Client) -> None:
    due = datetime.now(UTC) + timedelta(seconds=6)
    schedule = {"expression": f"at({due:%Y-%m-%dT%H:%M:%S})"}
    paused, one = trigger(user, schedule=schedule)
    deleted, other = trigger(user, schedule=schedule)
    assert user.call("PATCH", f"/triggers/{paused}", {"status": "paused"}).data["status"] == "paused"
    assert user.call("DELETE", f"/triggers/{deleted}").status == 204
    names = {found["Name"] for found in stack.aws("scheduler").list_schedules()["Schedules"]}
    assert not names & {paused, deleted}
    time.sleep(max(0, due.timestamp() - time.time()) + 2)
    assert started(user, one) == started(user, other) == []


def test_an_event_that_cannot_start_is_listed(stack: Stack, user: Client) -> None:
    draft = {**FLOW, "name": f"draft_{uuid.uuid4().hex}"}
    user.post("/workflows", draft)
    order = uuid.uuid4().hex
    pattern = {"detail": {"order_id": [order]}}
    body = {"name": order, "workflow_name": draft["name"], "namespace": "user_1", "event_pattern": pattern}
    trigger_id = user.post("/triggers", body).data["id"]
    put_event(stack, "interactor.acme", {"order_id": order})
    (failure,) = eventually(lambda: user.get(f"/triggers/{trigger_id}/failures").data["failures"])
    assert failure["error"]["code"] == "workflow_not_published"


@pytest.mark.parametrize("message", ["not an event"])
def test_what_is_no_event_is_left_for_the_dead_letters(stack: Stack, message: str) -> None:
    sqs, outputs = stack.aws("sqs"), stack.settings["outputs"]
    sqs.send_message(QueueUrl=outputs["EventsQueueUrl"], MessageBody=message)
    counted = ["ApproximateNumberOfMessagesNotVisible"]

    def waits_for_its_next_try() -> bool:
        found = sqs.get_queue_attributes(QueueUrl=outputs["EventsQueueUrl"], AttributeNames=counted)
        return int(found["Attributes"][counted[0]]) > 0

    assert eventually(waits_for_its_next_try)
