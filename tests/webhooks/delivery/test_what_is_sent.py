"""What a receiver gets is what the reference shows, to the letter."""

from typing import Any

from tests.definitions import end, halt, script, skip, workflow
from tests.webhooks.receivers import ASKING, DAY, MINUTE, Receivers
from tests.webhooks.subscribing import subscribe
from tests.world import World


def test_a_halt_is_told_as_the_reference_shows(world: World, receivers: Receivers) -> None:
    subscribe(world, events=["workflow.instance.halted"])
    instance = world.start("flow").data
    world.settle()
    (received,) = receivers.received
    assert list(received.json) == ["event", "delivery_id", "timestamp", "data"]
    assert received.json["event"] == "workflow.instance.halted"
    assert received.json["delivery_id"].startswith("del_")
    assert received.json["timestamp"].startswith("2026-01-20T12:00:00.")
    assert received.data == {
        "instance_id": instance["id"],
        "workflow_name": "flow",
        "version_id": instance["version_id"],
        "namespace": "user_1",
        "current_state": "ask",
        "workflow_data": {},
        "halting_presentation": ASKING["states"]["ask"]["presentation"],
        "halt_id": "halt_1",
        "sequence": 1,
    }
    assert list(received.data)[:7] == [
        "instance_id", "workflow_name", "version_id", "namespace", "current_state", "workflow_data",
        "halting_presentation",
    ]  # fmt: skip


def test_a_completion_is_told_as_the_reference_shows(world: World, receivers: Receivers) -> None:
    subscribe(world, events=["workflow.instance.completed"])
    instance = world.start("flow").data
    world.resume(instance["id"], {"approved": True})
    world.settle()
    (received,) = receivers.received
    assert received.data == {
        "instance_id": instance["id"],
        "workflow_name": "flow",
        "version_id": instance["version_id"],
        "namespace": "user_1",
        "current_state": "approved",
        "workflow_data": {"approved": True},
        "sequence": 4,
    }


def test_the_headers_are_those_of_the_reference(world: World, receivers: Receivers) -> None:
    subscribe(world, events=["workflow.instance.halted"])
    world.start("flow")
    world.settle()
    (received,) = receivers.received
    assert received.headers["X-Interactor-Event"] == "workflow.instance.halted"
    assert received.headers["X-Interactor-Delivery"] == received.json["delivery_id"] == received.headers["webhook-id"]
    assert received.headers["X-Interactor-Timestamp"] == "1768910400" == received.headers["webhook-timestamp"]
    assert received.headers["X-Interactor-Retry-Count"] == "0"


def test_each_event_of_an_instance_is_told_with_its_place_in_history(world: World, receivers: Receivers) -> None:
    subscribe(world)
    instance_id = world.start("flow").data["id"]
    world.resume(instance_id, {"approved": True})
    world.settle()
    told = sorted((found.data["sequence"], found.json["event"].split(".")[-1]) for found in receivers.received)
    assert told == [(0, "created"), (1, "halted"), (2, "resumed"), (4, "completed")]
    stored = world.parts.instances.load("acme", instance_id)
    assert stored
    assert [stored.events[place]["subtype"] for place, _ in told] == [name for _, name in told]


def test_the_data_is_that_of_the_event_and_not_what_became_of_it(world: World, receivers: Receivers) -> None:
    world.publish(workflow("counting", a=script("return {n: 1}", "b"), b=script("return {n: 2, late: true}", "done"),
                           done=end()))  # fmt: skip
    subscribe(world)
    world.start("counting")
    world.settle()
    data = {found.json["event"].split(".")[-1]: found.data["workflow_data"] for found in receivers.received}
    assert data == {"created": {}, "completed": {"n": 2, "late": True}}


def test_a_failure_says_why(world: World, receivers: Receivers) -> None:
    world.publish(workflow("failing", a=script("throw new Error('no')", "done"), done=end()))
    subscribe(world, events=["workflow.instance.failed"])
    world.start("failing")
    world.settle()
    (received,) = receivers.received
    assert received.data["error"]["code"] == "script_error"
    assert "no" in received.data["error"]["message"]
    assert received.data["error"]["state"] == received.data["current_state"] == "a"


def test_a_resume_says_who_answered_what(world: World, receivers: Receivers) -> None:
    subscribe(world, events=["workflow.instance.resumed"])
    world.resume(world.start("flow").data["id"], {"approved": True})
    world.settle()
    (received,) = receivers.received
    assert (received.data["input"], received.data["resumed_by"], received.data["halt_id"]) == (
        {"approved": True}, "user", "halt_1",
    )  # fmt: skip


def test_the_end_of_a_lifetime_is_a_cancellation_with_its_reason(world: World, receivers: Receivers) -> None:
    subscribe(world, events=["workflow.instance.cancelled"])
    expiring = workflow("expiring", ask=halt("done"), done=end()) | {"timeout": "P1D"}
    world.publish(expiring)
    world.start("expiring")
    world.post(f"/workflows/instances/{world.start('flow').data['id']}/cancel")
    world.pass_until(world.clock.now + DAY + MINUTE)
    assert [found.data.get("reason") for found in receivers.received] == [None, "expired"]


def test_a_reminder_repeats_the_question(world: World, receivers: Receivers) -> None:
    asking: dict[str, Any] = ASKING["states"]["ask"] | {"reminders": ["PT4H"]}
    world.publish({**ASKING, "name": "reminding", "states": {**ASKING["states"], "ask": asking}})
    subscribe(world, events=["workflow.instance.reminder"])
    world.start("reminding")
    world.pass_until(world.clock.now + DAY)
    (received,) = receivers.received
    assert received.data["halting_presentation"]["title"] == "Approve?"
    assert (received.data["reminder"], received.data["halt_id"]) == (1, "halt_1")


def test_a_thread_is_named_and_its_cancellation_by_a_join_is_no_cancelled_instance(
    world: World, receivers: Receivers
) -> None:
    fork = {"finance": "ask_finance", "legal": "ask_legal"}
    world.publish(workflow("forked", split=skip("done", fork=fork, join="any"), ask_finance=halt("ended"),
                           ask_legal=halt("ended"), ended=end(), done=end()))  # fmt: skip
    subscribe(world)
    instance_id = world.start("forked").data["id"]
    world.post(f"/workflows/instances/{instance_id}/threads/thread_legal/resume", {"input": {}})
    world.settle()
    told = [(found.json["event"].split(".")[-1], found.data.get("thread_id")) for found in receivers.received]
    assert sorted(told, key=str) == [
        ("completed", None), ("created", None), ("halted", "thread_finance"), ("halted", "thread_legal"),
        ("resumed", "thread_legal"),
    ]  # fmt: skip


def test_any_data_survives_and_what_is_signed_is_what_is_kept(world: World, receivers: Receivers) -> None:
    world.publish(workflow("odd", a=script("return input", "done"), done=end()))
    subscription_id = subscribe(world, events=["workflow.instance.completed"])
    odd = {"text": 'ä\u0000\U0001f600"\\', "number": 1e300, "list": [None, True]}
    world.start("odd", odd)
    world.settle()
    (received,) = receivers.received
    assert received.data["workflow_data"] == odd
    (kept,) = world.parts.deliveries.page("acme", [subscription_id], ("delivered",), 0, None, 10)
    assert world.parts.deliveries.payload(kept) == received.body
