"""Cancel ends a live instance, and only a live one."""

import pytest

from interactor.engine.work import HttpAnswered
from tests.definitions import end, halt, http, script, workflow
from tests.world import World

ASK = workflow(ask=halt("end"), end=end())


def test_the_answer_is_the_reference_s(world: World) -> None:
    world.publish(ASK)
    instance_id = world.start("flow").data["id"]
    answer = world.post(f"/workflows/instances/{instance_id}/cancel")
    assert answer.status == 200
    assert answer.data.keys() == {"id", "status", "cancelled_at"}
    read = world.instance(instance_id)
    assert (read["status"], read["cancelled_at"]) == ("cancelled", answer.data["cancelled_at"])
    assert "halting_presentation" not in read


@pytest.mark.parametrize(
    ("definition", "status"),
    [
        (workflow(a=end()), "completed"),
        (workflow(a=script("throw 1", "b"), b=end()), "failed"),
    ],
)
def test_an_instance_that_has_ended_cannot_be_cancelled(
    world: World, definition: dict[str, object], status: str
) -> None:
    world.publish(definition)
    answer = world.start("flow")
    instance_id = answer.data["id"] if answer.status == 201 else answer.error["details"]["instance_id"]
    refused = world.post(f"/workflows/instances/{instance_id}/cancel")
    assert (refused.status, refused.error["code"], refused.error["details"]) == (
        400,
        "instance_not_active",
        {"status": status},
    )


def test_it_cannot_be_cancelled_twice(world: World) -> None:
    world.publish(ASK)
    instance_id = world.start("flow").data["id"]
    world.post(f"/workflows/instances/{instance_id}/cancel")
    assert world.post(f"/workflows/instances/{instance_id}/cancel").error["code"] == "instance_not_active"


def test_a_retry_that_comes_due_later_does_nothing(world: World) -> None:
    world.publish(workflow(call=http("end", retry={"attempts": 3}), end=end()))
    world.servers.answers.append(HttpAnswered(503, {}, None))
    instance_id = world.start("flow").data["id"]
    world.post(f"/workflows/instances/{instance_id}/cancel")
    world.settle()
    assert (len(world.servers.calls), world.instance(instance_id)["status"]) == (1, "cancelled")


def test_a_call_that_ends_afterwards_changes_nothing(world: World) -> None:
    world.publish(workflow(call=http("end"), end=end()))

    def cancelled_meanwhile(_: object) -> HttpAnswered:
        newest = world.get("/workflows/instances").data["instances"][0]["id"]
        assert world.post(f"/workflows/instances/{newest}/cancel").status == 200
        return HttpAnswered(200, {}, "late")

    world.servers.answers.append(cancelled_meanwhile)
    data = world.start("flow").data
    assert (data["status"], data["workflow_data"]) == ("cancelled", {})
    world.settle()
    assert world.instance(data["id"])["status"] == "cancelled"
