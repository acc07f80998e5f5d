"""A trigger with a schedule has one at Scheduler for as long as it is active, and each moment starts one instance."""

from typing import Any

import pytest

from tests.triggers.deliveries import deliver, event, firing, instances, scheduled, with_trigger
from tests.world import World, all_schedules


def recheck(trigger_id: str) -> dict[str, Any]:
    return {"account": "acme", "trigger_id": trigger_id}


def patch(world: World, trigger_id: str, status: str) -> Any:
    return world.call("PATCH", f"/triggers/{trigger_id}", {"status": status})


def test_a_trigger_has_a_schedule_of_its_name(world: World) -> None:
    trigger_id = with_trigger(world, schedule=scheduled())
    assert all_schedules() == [trigger_id]


def test_a_trigger_for_events_has_none(world: World) -> None:
    with_trigger(world)
    assert all_schedules() == []


def test_a_firing_starts_an_instance_that_knows_when_it_was_due(world: World) -> None:
    trigger_id = with_trigger(world, schedule=scheduled(), input={"due": "${event.time}", "all": "${event.detail}"})
    assert deliver(world, firing(trigger_id, "2026-01-20T12:00:00Z")) == []
    (started,) = instances(world)
    stored = world.parts.instances.load("acme", started["id"])
    assert stored
    moment = "2026-01-20T12:00:00.000Z"
    assert stored.events[0]["input"] == {
        "due": moment, "all": {"trigger_id": trigger_id, "trigger_name": "orders", "scheduled_at": moment},
    }  # fmt: skip


def test_a_moment_that_comes_twice_starts_one_instance(world: World) -> None:
    trigger_id = with_trigger(world, schedule=scheduled())
    for due in ("2026-01-20T12:00:00Z", "2026-01-20T12:00:00Z", "2026-01-20T12:05:00Z"):
        deliver(world, firing(trigger_id, due))
    assert len(instances(world)) == 2


def test_events_do_not_concern_it(world: World) -> None:
    with_trigger(world, schedule=scheduled())
    deliver(world, event())
    assert instances(world) == []


def test_a_paused_trigger_has_no_schedule_and_starts_nothing(world: World) -> None:
    trigger_id = with_trigger(world, schedule=scheduled())
    patch(world, trigger_id, "paused")
    assert all_schedules() == []
    deliver(world, firing(trigger_id))
    assert instances(world) == []
    patch(world, trigger_id, "active")
    assert all_schedules() == [trigger_id]


def test_a_deleted_trigger_has_no_schedule_and_starts_nothing(world: World) -> None:
    trigger_id = with_trigger(world, schedule=scheduled())
    world.call("DELETE", f"/triggers/{trigger_id}")
    assert all_schedules() == []
    assert deliver(world, firing(trigger_id)) == []
    assert instances(world) == []


def test_a_firing_in_another_account_starts_nothing(world: World) -> None:
    trigger_id = with_trigger(world, schedule=scheduled())
    deliver(world, firing(trigger_id, account="globex"))
    assert instances(world) == instances(world, as_="stranger") == []


@pytest.mark.parametrize("dies_at", ["put_item", "transact_write_items"])
def test_a_creation_that_dies_at_the_table_leaves_no_schedule(world: World, dies_at: str) -> None:
    def die(operation: str, send: Any) -> Any:
        if operation == dies_at:
            raise ConnectionError
        return send()

    with_trigger(world, name="other")
    world.aws.interruption = die
    body = {"name": "daily", "workflow_name": "flow", "namespace": "user_1", "schedule": scheduled()}
    answered = world.post("/triggers", body)
    world.aws.interruption = lambda _, send: send()
    assert answered.status == 500 or dies_at == "put_item"
    assert len(all_schedules()) == (answered.status == 201)


def test_what_dies_before_scheduler_is_told_is_made_good_a_minute_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    trigger_id = with_trigger(world, schedule=scheduled())
    with monkeypatch.context() as dying:
        dying.setattr("interactor.services.change_triggers.align_schedule", lambda *_: 1 / 0)
        assert world.call("DELETE", f"/triggers/{trigger_id}").status == 500
    assert all_schedules() == [trigger_id]
    assert deliver(world, recheck(trigger_id)) == []
    assert all_schedules() == []


def test_every_change_has_itself_checked_a_minute_later(world: World) -> None:
    trigger_id = with_trigger(world, schedule=scheduled())
    patch(world, trigger_id, "paused")
    world.call("DELETE", f"/triggers/{trigger_id}")
    assert world.rechecks() == [recheck(trigger_id)] * 3


def test_checking_changes_nothing_that_is_right(world: World) -> None:
    trigger_id = with_trigger(world, schedule=scheduled())
    other_id = with_trigger(world, name="other")
    assert deliver(world, recheck(trigger_id), recheck(other_id), recheck("trg_none")) == []
    assert all_schedules() == [trigger_id]


def test_a_single_moment_that_has_passed_is_completed_and_cannot_be_resumed(world: World) -> None:
    trigger_id = with_trigger(world, schedule=scheduled("at(2026-01-20T13:00:01)", "Europe/Berlin"))
    assert world.get(f"/triggers/{trigger_id}").data["status"] == "active"
    world.clock.pass_by(2_000)
    assert world.get(f"/triggers/{trigger_id}").data["status"] == "completed"
    patch(world, trigger_id, "paused")
    refused = patch(world, trigger_id, "active")
    assert refused.status == 400
    assert "has passed in Europe/Berlin" in refused.error["message"]


def test_a_single_moment_that_has_passed_is_not_scheduled_again(world: World) -> None:
    trigger_id = with_trigger(world, schedule=scheduled("at(2026-01-20T12:00:01)"))
    world.parts.schedules.remove(trigger_id)  # as Scheduler does once it has fired
    world.clock.pass_by(2_000)
    deliver(world, recheck(trigger_id))
    assert all_schedules() == []
    deliver(world, firing(trigger_id, "2026-01-20T12:00:01Z"))
    assert len(instances(world)) == 1
