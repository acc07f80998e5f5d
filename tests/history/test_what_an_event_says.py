"""Events look as the reference shows them, one alone as in the list; what is not the caller's does not exist."""

import pytest

from tests.definitions import catch, end, halt, script, workflow
from tests.world import World

FLOW = workflow(
    request=script('console.log("hello"); return {status: "pending"}', "processing"),
    processing=script('return {status: "processing"}', "ask"),
    ask=halt(("end", {"field": "approved", "equals": True})),
    end=end(),
)


@pytest.fixture
def answered(world: World) -> str:
    world.publish(FLOW)
    instance_id = str(world.start("flow").data["id"])
    world.resume(instance_id, {"approved": True})
    return instance_id


def history(world: World, instance_id: str, query: str = "") -> list[dict[str, object]]:
    found: list[dict[str, object]] = world.get(f"/workflows/instances/{instance_id}/history", query=query).data[
        "events"
    ]
    return found


def test_the_page_names_instance_workflow_and_status(world: World, answered: str) -> None:
    page = world.get(f"/workflows/instances/{answered}/history").data
    assert list(page) == ["instance_id", "workflow_id", "status", "events", "pagination"]
    assert (page["instance_id"], page["status"]) == (answered, "completed")
    assert page["workflow_id"].startswith("wf_")
    assert page["pagination"] == {"has_more": False, "next_cursor": None}


def test_the_first_event_is_the_creation(world: World, answered: str) -> None:
    first = history(world, answered)[0]
    assert list(first)[:4] == ["id", "type", "subtype", "timestamp"]
    assert (first["type"], first["subtype"], first["initial_state"]) == ("lifecycle", "created", "request")
    assert first["by"] == "user"


def test_a_transition_says_what_it_changed(world: World, answered: str) -> None:
    moved = history(world, answered, "types=transition")[1]
    assert (moved["from_state"], moved["to_state"], moved["trigger"]) == ("processing", "ask", "automatic")
    assert moved["changes"] == {"updated": {"status": {"from": "pending", "to": "processing"}}}
    assert (moved["thread"], moved["subtype"]) == ("thread_main", "state_change")


def test_one_event_is_as_in_the_list(world: World, answered: str) -> None:
    for query in ("", "include_data=true"):
        for event in history(world, answered, query):
            assert world.get(f"/workflows/instances/{answered}/events/{event['id']}", query=query).data == event


@pytest.mark.parametrize("who", ["peer", "stranger"])
def test_to_others_neither_instance_nor_event_exists(world: World, answered: str, who: str) -> None:
    event = history(world, answered)[0]["id"]
    for path in ("history", f"events/{event}", "events/x"):
        answer = world.get(f"/workflows/instances/{answered}/{path}", as_=who)
        assert (answer.status, answer.error["code"]) == (404, "instance_not_found")


def test_an_id_that_is_not_of_this_instance_is_not_found(world: World, answered: str) -> None:
    other = world.start("flow").data["id"]
    foreign = history(world, other)[0]["id"]
    mine = str(history(world, answered)[0]["id"])
    beyond = mine[:-1] + "Z"
    for event in (foreign, beyond, "x", "evt_", "evt_" + "Z" * 26, mine.lower(), mine.replace("evt_", "inst_")):
        answer = world.get(f"/workflows/instances/{answered}/events/{event}")
        assert (answer.status, answer.error["code"]) == (404, "event_not_found"), event


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("since=yesterday", "yesterday"), ("until=2026-13-01", "2026-13-01"), ("since=", "''"),
        ("since=1768910400000", "1768910400000"), ("types=transitions", "transitions"), ("types=", "''"),
        ("types=step,,halt", "step,,halt"), ("order=up", "up"), ("include_data=1", "1"),
    ],
)  # fmt: skip
def test_a_filter_that_means_nothing_is_refused_by_its_value(
    world: World, answered: str, query: str, value: str
) -> None:
    answer = world.get(f"/workflows/instances/{answered}/history", query=query)
    assert (answer.status, answer.error["code"]) == (400, "invalid_request")
    assert value in answer.error["message"]


def test_a_cursor_is_good_for_its_own_filters_alone(world: World, answered: str) -> None:
    path = f"/workflows/instances/{answered}/history"
    cursor = world.get(path, query="limit=1").data["pagination"]["next_cursor"]
    assert world.get(path, query=f"limit=5&include_data=true&cursor={cursor}").status == 200
    assert world.get(path, query=f"order=desc&cursor={cursor}").status == 400
    other = world.start("flow").data["id"]
    assert world.get(f"/workflows/instances/{other}/history", query=f"cursor={cursor}").status == 400


def test_a_visit_in_get_instance_shows_logs_input_and_who_answered(world: World, answered: str) -> None:
    request, _, ask, last = world.instance(answered)["history"]
    assert request["logs"] == ["hello"]
    assert isinstance(request["duration_ms"], int)
    assert (request["transition"], request["state"]) == ("processing", "request")
    assert ask["input_received"] == {"approved": True}
    assert ask["resumed_by"] == "user"
    assert ask["resumed_at"] == ask["exited_at"] == last["entered_at"]


def test_an_error_that_no_way_took_carries_what_its_visit_changed(world: World) -> None:
    never = {"field": "n", "equals": 2}
    world.publish(workflow(a=script("return {n: 1}", ("b", never), on_error=[catch("b")]), b=end()))
    error, moved = history(world, world.start("flow").data["id"], "types=error,transition&include_data=true")
    assert error["changes"] == {"added": {"n": 1}}
    assert error["workflow_data"] == {"n": 1}
    assert moved["changes"]["added"].keys() == {"error"}  # type: ignore[index]
