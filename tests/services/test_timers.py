"""Timers from set to fired: through the stream, at rest in the table, swept to the queue, obsolete once answered."""

import pytest

from interactor.services.sweep import sweep
from interactor.services.timer_queues import LONGEST_DELAY
from interactor.storage.timers import Timer
from tests.crashes import SKEW
from tests.definitions import end, halt, workflow
from tests.fakes import NOON
from tests.world import World

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def started(world: World, **timers: object) -> str:
    world.publish(workflow(ask=halt("approved", **timers), approved=end(), escalated=end()))
    return world.start("flow").data["id"]


@pytest.mark.parametrize("after", ["PT1M", "PT15M", "PT24H", "P89D"])
def test_a_time_out_fires_within_a_minute_of_its_moment(world: World, after: str) -> None:
    instance_id = started(world, timeout={"after": after, "target": "escalated"})
    world.pass_until(NOON + 90 * DAY)
    read = world.instance(instance_id)
    assert (read["status"], read["current_state"]) == ("completed", "escalated")
    spans = {"PT1M": MINUTE, "PT15M": 15 * MINUTE, "PT24H": DAY, "P89D": 89 * DAY}
    stored = world.parts.instances.load("acme", instance_id)
    assert stored is not None
    waited = stored.events[-1]["at"] - stored.events[1]["at"]
    assert 0 <= waited - spans[after] < MINUTE


def test_only_what_is_due_in_over_fifteen_minutes_rests(world: World) -> None:
    started(world, timeout={"after": "PT16M", "target": "escalated"}, reminders=["PT1M"])
    world.play_stream()
    assert (len(world.messages), world.resting_timers()) == (1, [])
    world.pass_until(NOON + 2 * MINUTE)
    assert (len(world.messages), len(world.resting_timers())) == (1, 0)


@pytest.mark.parametrize("second", range(0, 60, 7))
def test_no_timer_is_laid_down_where_a_sweep_has_been_though_their_clocks_differ(world: World, second: int) -> None:
    world.clock.now = NOON + second * 1_000
    with world.clock.off_by(SKEW):
        sweep(world.parts, world.queues)
    with world.clock.off_by(-SKEW):
        world.queues.set(Timer("acme", "inst_1", 1, world.clock() + LONGEST_DELAY + 2))
    [resting] = world.resting_timers()
    assert resting["due_at"] // MINUTE > (world.parts.timers.swept_to() or 0)


def test_a_timer_of_a_halt_that_was_answered_does_nothing(world: World) -> None:
    instance_id = started(world, timeout={"after": "PT24H", "target": "escalated"}, reminders=["PT4H"])
    world.play_stream()
    world.resume(instance_id, {})
    before = world.instance(instance_id)
    world.pass_until(NOON + 2 * DAY)
    assert world.instance(instance_id) == before


def test_a_time_out_that_loses_to_the_answer_changes_nothing_and_the_other_way_round(world: World) -> None:
    instance_id = started(world, timeout={"after": "PT1M", "target": "escalated"})
    halt_id = world.instance(instance_id)["halt_id"]
    world.pass_until(NOON + 2 * MINUTE)
    late = world.post(f"/workflows/instances/{instance_id}/resume", {"input": {}, "halt_id": halt_id})
    assert (late.status, late.error["code"]) == (409, "concurrent_modification")
    assert world.instance(instance_id)["current_state"] == "escalated"


def test_a_halted_instance_is_cancelled_after_ninety_days_and_costs_no_timer_until_then(world: World) -> None:
    instance_id = started(world)
    world.play_stream()
    assert (world.messages, world.resting_timers()) == ([], [])
    world.sweep_at(NOON + 90 * DAY - 10 * MINUTE)
    world.settle()
    read = world.instance(instance_id)
    assert read["status"] == "cancelled"
    assert world.clock.now - NOON < 90 * DAY + 2 * MINUTE


def test_an_instance_that_was_active_since_lives_on_for_its_whole_time(world: World) -> None:
    world.publish(workflow(ask=halt("more"), more=halt("approved"), approved=end()))
    instance_id = world.start("flow").data["id"]
    world.clock.now = NOON + 50 * DAY
    world.resume(instance_id, {})
    world.sweep_at(NOON + 90 * DAY - 10 * MINUTE)
    world.settle()
    assert world.instance(instance_id)["status"] == "halted"
    world.pass_until(NOON + 141 * DAY)
    assert world.instance(instance_id)["status"] == "cancelled"


def test_a_sweep_that_was_down_goes_on_where_the_last_one_ended(world: World) -> None:
    instance_id = started(world, timeout={"after": "PT1H", "target": "escalated"})
    world.play_stream()
    world.sweep_at(NOON)
    world.clock.now = NOON + 3 * HOUR
    from interactor.services.sweep import sweep

    assert sweep(world.parts, world.queues) == 1
    world.settle()
    assert world.instance(instance_id)["current_state"] == "escalated"


def test_of_two_sweeps_at_once_one_stops(world: World) -> None:
    world.sweep_at(NOON)
    swept = world.parts.timers.swept_to()
    assert world.parts.timers.mark_swept((swept or 0) + 1, swept, "op_one")
    assert not world.parts.timers.mark_swept((swept or 0) + 1, swept, "op_two")
