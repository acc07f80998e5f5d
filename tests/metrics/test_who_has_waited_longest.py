"""The longest wait is found exactly, by a search that ends early, and says so where it had to be cut off."""

import pytest

from interactor.clock import to_iso
from interactor.storage import statistics
from tests.definitions import end, halt, skip, workflow
from tests.world import World

MINUTE = 60_000
TWICE = workflow(first=halt("second"), second=halt("end"), end=end())


@pytest.fixture
def place(world: World) -> World:
    world.publish(TWICE)
    return world


def started(world: World) -> str:
    world.clock.pass_by(MINUTE)
    instance_id: str = world.start("flow").data["id"]
    return instance_id


def test_where_none_waits_there_is_none(place: World) -> None:
    assert place.statistics("flow")["oldest_wait"] is None
    instance_id = started(place)
    place.post(f"/workflows/instances/{instance_id}/cancel")
    assert place.statistics("flow")["oldest_wait"] is None


def test_the_first_that_was_created_if_nobody_has_answered(place: World) -> None:
    first, _ = started(place), started(place)
    halted_at = place.clock.now
    place.clock.pass_by(10 * MINUTE)
    wait = place.statistics("flow")["oldest_wait"]
    assert (wait["instance_id"], wait["state"], wait["seconds"] // 60) == (first, "first", 11)
    assert wait["since"] < to_iso(halted_at)
    assert "at_least" not in wait


def test_not_the_oldest_instance_if_that_was_answered_since(place: World) -> None:
    first, second = started(place), started(place)
    place.clock.pass_by(10 * MINUTE)
    place.resume(first, {})
    wait = place.statistics("flow")["oldest_wait"]
    assert (wait["instance_id"], wait["state"]) == (second, "first")


def test_an_old_instance_may_have_waited_less_than_a_younger_one_and_more_than_the_youngest(place: World) -> None:
    first, second = started(place), started(place)
    place.resume(first, {})
    started(place)
    place.resume(second, {})
    assert place.statistics("flow")["oldest_wait"]["instance_id"] == first


def test_one_thread_that_waits_while_another_runs_is_a_wait(world: World) -> None:
    call = {"type": "http", "method": "GET", "url": "https://example.com/"}
    world.publish(
        workflow(
            split=skip("end", fork={"a": "ask", "b": "call"}), ask=halt("done"), call=skip("done", logic=call),
            done=end(), end=end(),
        )
    )  # fmt: skip
    instance_id = world.start("flow", headers={"Prefer": "respond-async"}).data["id"]
    world.clock.pass_by(3 * MINUTE)
    wait = world.statistics("flow")["oldest_wait"]
    assert (wait["instance_id"], wait["seconds"]) == (instance_id, 180)


def test_a_search_that_is_cut_off_says_at_least(monkeypatch: pytest.MonkeyPatch, place: World) -> None:
    monkeypatch.setattr(statistics, "SCANNED", 3)
    ids = [started(place) for _ in range(4)]
    for instance_id in ids[:3]:
        place.resume(instance_id, {})
    wait = place.statistics("flow")["oldest_wait"]
    assert (wait["instance_id"], wait["at_least"]) == (ids[0], True)


def test_a_search_that_ends_in_time_reads_no_more_than_it_may(monkeypatch: pytest.MonkeyPatch, place: World) -> None:
    monkeypatch.setattr(statistics, "SCANNED", 3)
    for _ in range(6):
        started(place)
    before = len(place.aws.requests)
    assert "at_least" not in place.statistics("flow")["oldest_wait"]
    queries = [request for name, request in place.aws.requests[before:] if name == "query"]
    assert [request["Limit"] for request in queries] == [4, 4]


def test_statistics_are_for_who_owns_every_namespace(place: World) -> None:
    refused = place.get("/workflows/flow/stats")
    assert (refused.status, refused.error["details"]) == (403, {"required_namespace": "*"})
    assert place.get("/workflows/none/stats", as_="service").error["code"] == "workflow_not_found"
    assert place.get("/workflows/flow/stats", as_="stranger").error["code"] == "workflow_not_found"


def test_before_anything_was_counted_there_is_nothing(place: World) -> None:
    assert place.statistics("flow") == {
        "workflow_name": "flow", "as_of": None, "instances": {"by_status": {}, "by_state": {}}, "oldest_wait": None,
        "states": {},
    }  # fmt: skip
