"""No name means anything by itself: not as a state, a thread, a field, a key of data or a result, in Python or
JavaScript.
"""

import pytest

from tests.attacks.data import cases
from tests.definitions import APPROVED, end, form, halt, http, script, skip, workflow
from tests.world import World

NAMES: list[str] = cases("names")
READS = "return {copy: JSON.stringify(input), own: Object.keys(workflow_data), same: {...input}}"


@pytest.mark.parametrize("name", NAMES)
def test_as_a_state(world: World, name: str) -> None:
    states = {name: halt((f"{name}_", APPROVED), name), f"{name}_": end()}
    world.publish({"name": "flow", "initial_state": name, "states": states})
    instance_id = world.start("flow").data["id"]
    assert world.instance(instance_id)["current_state"] == name
    assert world.resume(instance_id, {"approved": False}).data["current_state"] == name
    assert world.resume(instance_id, {"approved": True}).data["status"] == "completed"


@pytest.mark.parametrize("name", NAMES)
def test_as_a_thread(world: World, name: str) -> None:
    world.publish(workflow(start=skip("done", fork={name: "ask"}), ask=halt("done"), done=end()))
    instance_id = world.start("flow").data["id"]
    answer = world.post(f"/workflows/instances/{instance_id}/threads/thread_{name}/resume", {"input": {"x": 1}})
    assert answer.data["status"] == "completed"


@pytest.mark.parametrize("name", NAMES)
def test_as_a_field_and_a_key_of_data(world: World, name: str) -> None:
    way = ("done", {"field": name, "equals": "yes"})
    asks = halt(way, "no", presentation=form({"name": name, "type": "string", "required": True}))
    world.publish(workflow(ask=asks, read=script(READS, "done"), no=end(), done=end()))
    instance_id = world.start("flow").data["id"]
    assert world.resume(instance_id, {}).error["details"]["fields"] == {name: "is required"}
    answer = world.resume(instance_id, {name: "yes"}).data
    assert (answer["current_state"], answer["workflow_data"]) == ("done", {name: "yes"})


@pytest.mark.parametrize("name", NAMES)
def test_as_a_key_that_scripts_see(world: World, name: str) -> None:
    world.publish(workflow(read=script(READS, "done"), done=end()))
    data = world.start("flow", {name: {"polluted": True}}).data["workflow_data"]
    assert data["same"] == {name: {"polluted": True}}
    assert data["copy"] == f'{{"{name}":{{"polluted":true}}}}'
    assert world.start("flow", {"clean": 1}).data["workflow_data"]["same"] == {"clean": 1}


@pytest.mark.parametrize("name", NAMES)
def test_as_the_result_of_a_call_and_in_a_template(world: World, name: str) -> None:
    shows = halt("done", presentation=form() | {"title": f"${{workflow_data.{name}.status}}"})
    world.publish(workflow(call=http("ask", result=name), ask=shows, done=end()))
    instance = world.instance(world.start("flow").data["id"])
    assert instance["workflow_data"][name]["status"] == 200
    assert instance["halting_presentation"]["title"] == 200
