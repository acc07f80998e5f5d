"""Whatever dies at whatever request to AWS: nothing acknowledged is lost, nothing is done twice, nothing stays stuck.

Each scenario is played once for every request it makes and every way in which that request can go wrong; afterwards the
rest of the system goes on, and the instance must be sound. `tests/crashes.py` finds the
requests.
"""

from typing import Any

import pytest

from interactor.engine.work import HttpAnswered
from interactor.storage import documents
from tests.answered import Answered
from tests.crashes import KINDS, attempt, disturbed
from tests.definitions import asking_a_model, end, halt, http, script, workflow
from tests.services.soundness import check_instance
from tests.world import World

NOTE = {"type": "http", "method": "POST", "url": "https://example.com/done"}
BUSY = workflow(
    a=script("return {n: (workflow_data.n || 0) + 1}", "call"), call=http("ask", retry={"attempts": 2}),
    ask=halt(("done", {"field": "stop", "equals": True}), "a"), done=end(on_enter=NOTE),
)  # fmt: skip


def instances(world: World) -> set[str]:
    listed = world.get("/workflows/instances", query="limit=200").data["instances"]
    return {entry["id"] for entry in listed}


def settle_and_check(world: World, instance_id: str) -> dict[str, Any]:
    world.settle()
    check_instance(world, instance_id)
    read: dict[str, Any] = world.instance(instance_id)
    assert read["status"] != "running"
    return read


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def flow(world: World) -> World:
    world.publish(BUSY)
    world.start("flow")  # so that later ones find the definition in memory, as in a warm process
    return world


@pytest.fixture
def flow_in_s3(monkeypatch: pytest.MonkeyPatch, world: World) -> World:
    """With all documents, those of instances, definitions and answers, in S3."""
    monkeypatch.setattr(documents, "INLINE_LIMIT", 0)
    world.publish(BUSY)
    world.start("flow")
    return world


def test_while_an_instance_is_created(flow: World, kind: str) -> None:
    for fault in disturbed(flow, kind):
        before = instances(flow)
        answer: Answered | None = attempt(flow, fault, lambda: flow.start("flow"))
        created = instances(flow) - before
        assert len(created) <= 1
        if answer is not None and answer.status == 201:
            assert created == {answer.data["id"]}, "an acknowledged instance is missing"
        for instance_id in created:
            assert settle_and_check(flow, instance_id)["current_state"] == "ask"


def test_while_a_halt_is_answered(flow: World, kind: str) -> None:
    for fault in disturbed(flow, kind):
        instance_id = flow.start("flow").data["id"]
        answer = attempt(flow, fault, lambda id_=instance_id: flow.resume(id_, {"mine": True}))
        read = settle_and_check(flow, instance_id)
        if answer is not None and answer.status == 200:
            assert read["workflow_data"]["mine"] is True
        stored = check_instance(flow, instance_id)
        assert stored.instance.visits in (3, 6), "answered not at all, or once"


@pytest.mark.parametrize(
    ("place", "kind"),
    [*(("flow", kind) for kind in KINDS), ("flow_in_s3", "dies before"), ("flow_in_s3", "dies after")],
)
def test_while_a_halt_is_answered_under_a_key_that_is_tried_until_it_is_told(
    request: pytest.FixtureRequest, place: str, kind: str
) -> None:
    flow: World = request.getfixturevalue(place)
    for fault in disturbed(flow, kind):
        instance_id = flow.start("flow").data["id"]
        key = {"Idempotency-Key": "once"}
        answer = attempt(flow, fault, lambda id_=instance_id, key=key: flow.resume(id_, {"mine": True}, headers=key))
        told = [answer.text] if answer is not None and answer.status == 200 else []
        for _ in range(2):
            flow.settle()
            flow.clock.pass_by(60_000)
            again = flow.resume(instance_id, {"mine": True}, headers=key)
            assert again.status == 200, again.text
            told.append(again.text)
        assert len(set(told)) == 1
        assert settle_and_check(flow, instance_id)["workflow_data"]["mine"] is True
        assert check_instance(flow, instance_id).instance.visits == 6


def test_while_an_instance_is_created_under_a_key_that_is_tried_until_it_is_told(flow: World, kind: str) -> None:
    for fault in disturbed(flow, kind):
        before = instances(flow)
        key = {"Idempotency-Key": f"key {fault.place}"}
        answer = attempt(flow, fault, lambda headers=key: flow.start("flow", headers=headers))
        told = [answer.text] if answer is not None and answer.status == 201 else []
        for _ in range(2):
            flow.settle()
            flow.clock.pass_by(60_000)
            told.append(flow.start("flow", headers=key).text)
        assert len(set(told)) == 1
        [created] = instances(flow) - before
        assert settle_and_check(flow, created)["current_state"] == "ask"


def test_while_the_text_of_a_halt_is_written(world: World, kind: str) -> None:
    again = ("ask", {"field": "stop", "equals": None})
    world.publish(workflow(ask=halt(again, "done", halting_instructions=asking_a_model()), done=end()))
    world.start("flow")
    for fault in disturbed(world, kind):
        instance_id = world.start("flow").data["id"]
        answer = attempt(world, fault, lambda id_=instance_id: world.resume(id_, {"stop": None}))
        shown = {answer.data["halted_options"]["instruction"]} if answer is not None and answer.status == 200 else set()
        read = settle_and_check(world, instance_id)
        assert read["halted_options"]["generated"] is True, "it is never written"
        assert len((shown | {read["halted_options"]["instruction"]}) - {"Ask"}) == 1, "two texts for one halt"


def test_while_an_instance_is_cancelled(flow: World, kind: str) -> None:
    for fault in disturbed(flow, kind):
        instance_id = flow.start("flow").data["id"]
        answer = attempt(flow, fault, lambda id_=instance_id: flow.post(f"/workflows/instances/{id_}/cancel"))
        read = settle_and_check(flow, instance_id)
        if answer is not None and answer.status == 200:
            assert read["status"] == "cancelled"


def test_while_an_instance_is_driven_on_outside_any_call(flow: World, kind: str) -> None:
    for fault in disturbed(flow, kind):
        flow.servers.answers.append(HttpAnswered(503, {}, None))
        instance_id = flow.start("flow", headers={"Prefer": "respond-async"}).data["id"]
        attempt(flow, fault, flow.settle)
        assert settle_and_check(flow, instance_id)["status"] in ("halted", "failed")
        flow.servers.answers.clear()


def test_while_what_follows_the_end_is_done(world: World, kind: str) -> None:
    world.publish(BUSY)
    for fault in disturbed(world, kind):
        instance_id = world.start("flow").data["id"]
        world.resume(instance_id, {"stop": True})
        attempt(world, fault, world.settle)
        assert settle_and_check(world, instance_id)["status"] == "completed"
        noted = [call for call in world.servers.calls if call.state == "done"]
        assert f"{instance_id}-4" in {call.idempotency_key for call in noted}


def test_while_a_workflow_is_created_extended_and_published(world: World, kind: str) -> None:
    for fault in disturbed(world, kind):
        name = f"flow_{fault.place}"

        def define(name: str = name) -> list[int]:
            created = world.post("/workflows", workflow(name, a=end()))
            added = world.post(f"/workflows/{name}/versions", workflow(name, b=end()))
            published = world.post(f"/workflows/{name}/versions/{added.data['version_id']}/publish")
            return [created.status, added.status, published.status]

        try:
            statuses = attempt(world, fault, define)
        except AssertionError:  # the call before it had failed
            statuses = None
        if "sent again" in kind:
            assert statuses == [201, 201, 200]
        listed = [entry["name"] for entry in world.get("/workflows").data["workflows"]]
        if name in listed:
            found = world.get(f"/workflows/{name}").data
            assert found["definition"]["name"] == name
            for version in world.get(f"/workflows/{name}/versions").data["versions"]:
                assert world.get(f"/workflows/{name}/versions/{version['version_id']}").data["definition"]
        if statuses:
            assert found["definition"]["initial_state"] == "b"
