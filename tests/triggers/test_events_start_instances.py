"""An event that matches starts one instance, with the trigger's input and as the trigger's own doing."""

from typing import Any

import pytest

from tests.triggers.deliveries import deliver, event, failures, instances, with_trigger
from tests.world import World

BIG = {"detail-type": ["Order Placed"], "detail": {"amount": [{"numeric": [">", 1000]}]}}


def input_of(instance: Any, world: World) -> Any:
    (created,) = (found for found in history(world, instance["id"]) if found["subtype"] == "created")
    return created["input"]


def history(world: World, instance_id: str) -> Any:
    stored = world.parts.instances.load_with_history("acme", instance_id)
    assert stored
    return stored.events


def test_a_matching_event_starts_an_instance_in_the_triggers_namespace(world: World) -> None:
    with_trigger(world, event_pattern=BIG, namespace="org_acme")
    assert deliver(world, event(detail={"amount": 5000}), event(detail={"amount": 10})) == []
    (started,) = instances(world)
    assert (started["namespace"], started["status"], started["workflow_name"]) == ("org_acme", "halted", "flow")


def test_by_default_the_input_is_the_event(world: World) -> None:
    with_trigger(world)
    sent = event()
    deliver(world, sent)
    (started,) = instances(world)
    assert input_of(started, world) == sent


def test_the_input_is_made_of_the_event(world: World) -> None:
    template = {"id": "${event.detail.order_id}", "all": "${event.detail}", "text": "${event.source} ${event.none}!"}
    with_trigger(world, input=template)
    deliver(world, event())
    (started,) = instances(world)
    assert input_of(started, world) == {
        "id": "order_1", "all": {"order_id": "order_1"}, "text": "interactor.acme/orders !",
    }  # fmt: skip


def test_what_an_event_brings_in_is_never_a_template(world: World) -> None:
    with_trigger(world, input="${event.detail}")
    deliver(world, event(detail={"text": "${event.source}", "__proto__": {"x": 1}}))
    (started,) = instances(world)
    assert input_of(started, world) == {"text": "${event.source}", "__proto__": {"x": 1}}


def test_history_names_the_trigger(world: World) -> None:
    trigger_id = with_trigger(world)
    deliver(world, event(id="event_77"))
    (started,) = instances(world)
    (created,) = (found for found in history(world, started["id"]) if found["subtype"] == "created")
    assert created["by"] == f"trigger:{trigger_id}"


@pytest.mark.parametrize("batches", [1, 2], ids=["in one batch", "one after the other"])
def test_an_event_delivered_twice_starts_one_instance(world: World, batches: int) -> None:
    with_trigger(world)
    sent = event()
    for _ in range(batches):
        assert deliver(world, *[sent] * (3 - batches)) == []
    assert len(instances(world)) == 1


def test_ids_are_their_sources_own(world: World) -> None:
    with_trigger(world)
    deliver(world, *(event(id="order-8", source=f"interactor.acme/{system}") for system in ("shop", "stock", "shop")))
    assert len(instances(world)) == 2


def test_an_event_without_an_id_has_that_of_its_message(world: World) -> None:
    with_trigger(world)
    sent = event()
    del sent["id"]
    assert deliver(world, sent) == deliver(world, sent) == []
    assert len(instances(world)) == 1


def test_an_event_starts_one_instance_for_each_trigger_that_it_matches(world: World) -> None:
    for name in ("one", "two"):
        with_trigger(world, name=name)
    with_trigger(world, name="other", event_pattern={"detail-type": ["Order Cancelled"]})
    deliver(world, event())
    assert len(instances(world)) == 2


def test_a_worker_that_dies_after_the_commit_does_not_start_it_twice(world: World) -> None:
    with_trigger(world)
    sent = event()

    def die(operation: str, send: Any) -> Any:
        answer = send()
        if operation == "transact_write_items":
            raise ConnectionError("the answer is lost")
        return answer

    world.aws.interruption = die
    assert deliver(world, sent) == ["0"]
    world.aws.interruption = lambda _, send: send()
    assert deliver(world, sent) == []
    assert len(instances(world)) == 1


def test_a_paused_trigger_starts_nothing_until_it_is_resumed(world: World) -> None:
    trigger_id = with_trigger(world)
    world.call("PATCH", f"/triggers/{trigger_id}", {"status": "paused"})
    deliver(world, event())
    world.call("PATCH", f"/triggers/{trigger_id}", {"status": "active"})
    assert instances(world) == []
    deliver(world, event())
    assert len(instances(world)) == 1
    assert failures(world, trigger_id) == []


def test_a_deleted_trigger_starts_nothing(world: World) -> None:
    trigger_id = with_trigger(world)
    assert world.call("DELETE", f"/triggers/{trigger_id}").status == 204
    deliver(world, event())
    assert instances(world) == []
