"""Get Instance answers within what a Lambda can, whatever an instance has been through, and says when it leaves out."""

from tests.definitions import end, halt, script, workflow
from tests.world import World


def test_the_latest_visits_are_shown_when_all_would_not_fit(world: World) -> None:
    world.publish(workflow(ask=halt("ask", "end"), end=end()))
    instance_id = world.start("flow").data["id"]
    for number in range(40):
        world.resume(instance_id, {"n": number, "filler": "x" * 60_000})
    read = world.get(f"/workflows/instances/{instance_id}")
    assert len(read.text) < 2 * 1024 * 1024
    assert read.data["history_truncated"] is True
    assert read.data["history"][-2]["input_received"]["n"] == 39


def test_a_history_that_is_whole_does_not_say_otherwise(world: World) -> None:
    world.publish(workflow(work=script("return {}", "end"), end=end()))
    read = world.instance(world.start("flow").data["id"])
    assert "history_truncated" not in read
    assert [visit["state"] for visit in read["history"]] == ["work", "end"]
