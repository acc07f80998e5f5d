"""Files outlive their instance by seven days, and then are gone for good, whatever fails on the way."""

import pytest

from tests.aws import all_items, all_objects
from tests.crashes import KINDS, attempt, disturbed
from tests.definitions import end, halt, workflow
from tests.files.conftest import Instance
from tests.world import World

DAY = 24 * 60 * 60 * 1000


def files_left(world: World) -> tuple[int, int]:
    """(records, objects)"""
    records = [item for item in all_items() if item["pk"]["S"].startswith("files#")]
    return len(records), len([name for name in all_objects() if name.startswith("files/")])


def test_they_are_removed_then_and_not_before(instance: Instance) -> None:
    world, file_id = instance.world, instance.upload()
    instance.answer(invoice=file_id)
    instance.answer()
    ended = world.clock.now
    world.pass_until(ended + 7 * DAY - 60_000)
    assert instance.file(file_id).data["status"] == "uploaded"
    world.pass_until(ended + 7 * DAY + 60_000)
    assert instance.file(file_id).error["code"] == "file_not_found"
    assert files_left(world) == (0, 0)


def test_it_does_not_matter_how_it_ended(instance: Instance) -> None:
    instance.upload()
    instance.world.post(f"{instance.path}/cancel")
    instance.world.pass_until(instance.world.clock.now + 8 * DAY)
    assert files_left(instance.world) == (0, 0)


def test_a_workflow_that_never_asks_for_files_sets_no_timer(world: World) -> None:
    world.publish(workflow(ask=halt("done"), done=end()))
    world.resume(world.start("flow").data["id"], {})
    world.play_stream()
    assert world.resting_timers() == []


@pytest.mark.parametrize("kind", KINDS)
def test_removal_is_finished_by_whoever_comes_next(instance: Instance, kind: str) -> None:
    world = instance.world
    for fault in disturbed(world, kind):
        other = Instance(world, world.start("flow").data["id"])
        other.answer(invoice=[other.upload(), other.upload()])
        other.answer()
        world.play_stream()
        world.pass_until(world.clock.now + 7 * DAY - 60_000)
        moment = world.clock.now + 2 * 60_000
        attempt(world, fault, lambda moment=moment: world.pass_until(moment))
        world.pass_until(moment + 60_000)
        assert files_left(world) == (0, 0)
