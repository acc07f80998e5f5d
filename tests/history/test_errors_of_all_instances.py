"""The errors of all instances are listed newest first and counted, once each, for those who may see them."""

from collections import Counter
from threading import Barrier
from typing import Any

import pytest

from interactor.engine.work import HttpAnswered
from interactor.storage.error_records import HOUR, KEPT, ErrorRecords
from tests.aws import Send
from tests.definitions import catch, end, halt, http, script, skip, workflow
from tests.fakes import NOON, principal
from tests.services.test_crashes import KINDS, attempt, disturbed
from tests.world import World

FAILING = workflow("failing", a=script("throw new Error('no')", "b"), b=end())
CAUGHT = workflow("caught", a=script("throw new Error('no')", "b", on_error=[catch("b")]), b=end())
STUCK = workflow("stuck", a=skip(("b", {"field": "n", "equals": 1})), b=end())


@pytest.fixture
def failed(world: World) -> World:
    """Three errors in user_1 (of two workflows), one in user_2, a minute apart."""
    for flow in (FAILING, CAUGHT, STUCK):
        world.publish(flow)
    for name, namespace in (("failing", "user_1"), ("caught", "user_1"), ("failing", "user_2"), ("failing", "user_1")):
        world.start(name, namespace=namespace, as_="service")
        world.clock.pass_by(60_000)
    world.play_stream()
    return world


def errors(world: World, query: str = "", **options: Any) -> Any:
    return world.get("/workflows/errors", query=query, **options).data


def test_newest_first_with_all_that_tells_them_apart(failed: World) -> None:
    listed = errors(failed, as_="service")["errors"]
    assert [(error["workflow_name"], error["namespace"], error["fatal"]) for error in listed] == [
        ("failing", "user_1", True), ("failing", "user_2", True),
        ("caught", "user_1", False), ("failing", "user_1", True),
    ]  # fmt: skip
    newest = listed[0]
    event = failed.get(f"/workflows/instances/{newest['instance_id']}/events/{newest['id']}", as_="service").data
    for name in ("id", "timestamp", "thread", "state", "code", "message"):
        assert newest[name] == event[name]


def test_the_namespaces_of_a_token_are_read_side_by_side(failed: World) -> None:
    both = Barrier(2)  # no read begins before the other has

    def together(operation: str, send: Send) -> Any:
        if operation == "query":
            both.wait(timeout=10)
        return send()

    failed.aws.interruption = together
    assert errors(failed, as_="user")["counts"]["total"] == 3


@pytest.mark.parametrize(
    ("query", "caller", "total"),
    [
        ("", "service", 4), ("", "user", 3), ("", "peer", 1), ("", "stranger", 0), ("namespace=user_2", "service", 1),
        ("namespace=user_2", "user", 0), ("workflow_name=failing", "service", 3), ("workflow_name=failing", "user", 2),
        ("workflow_name=caught&namespace=user_1", "service", 1), ("workflow_name=x", "service", 0),
    ],
)  # fmt: skip
def test_list_and_counts_are_of_the_same_errors_and_of_nobody_elses(
    failed: World, query: str, caller: str, total: int
) -> None:
    found = errors(failed, query, as_=caller)
    assert len(found["errors"]) == found["counts"]["total"] == total
    assert found["counts"]["by_workflow"] == Counter(error["workflow_name"] for error in found["errors"])
    assert found["counts"]["by_code"] == Counter(error["code"] for error in found["errors"])


@pytest.mark.parametrize("shards", [1, 3])
def test_pages_make_the_whole_list(failed: World, shards: int) -> None:
    failed.replace(error_records=ErrorRecords(failed.parts.table, shards))
    failed.start("failing", as_="service", namespace="user_3")
    failed.play_stream()
    whole = errors(failed, as_="service")["errors"]
    paged: list[Any] = []
    cursor = ""
    while True:
        page = errors(failed, f"limit=2{cursor}", as_="service")
        paged += page["errors"]
        if not page["pagination"]["has_more"]:
            break
        cursor = f"&cursor={page['pagination']['next_cursor']}"
    assert paged == whole
    assert len(whole) == 5


def test_the_time_asked_about_is_exact_in_the_list_and_whole_hours_in_the_counts(failed: World) -> None:
    found = errors(failed, "since=2026-01-20T12:01:00Z&until=2026-01-20T12:02:30Z", as_="service")
    assert len(found["errors"]) == 2
    counts = found["counts"]
    assert (counts["since"], counts["until"]) == ("2026-01-20T12:00:00.000Z", "2026-01-20T13:00:00.000Z")
    assert counts["total"] == 4
    assert (
        errors(failed, "since=2026-01-20T13:00:00Z&until=2026-01-20T14:00:00Z", as_="service")["counts"]["total"] == 0
    )


def test_without_a_time_it_is_the_last_seven_days_and_nothing_is_shown_after_ninety(failed: World) -> None:
    failed.clock.pass_by(8 * 24 * HOUR)
    assert errors(failed)["errors"] == []
    assert len(errors(failed, "since=2026-01-20")["errors"]) == 3
    failed.clock.now = NOON + KEPT + HOUR
    gone = errors(failed, "since=2026-01-20")
    assert (gone["errors"], gone["counts"]["total"]) == ([], 0)


def test_a_time_that_ends_before_it_begins_is_refused(failed: World) -> None:
    answer = failed.get("/workflows/errors", query="since=2026-01-21&until=2026-01-20")
    told = "must be before 'until' (2026-01-20T00:00:00.000Z), not 2026-01-21T00:00:00.000Z"
    assert (answer.status, answer.error["details"]) == (400, {"fields": {"since": told}})


def test_a_clock_that_is_ahead_of_ours_asks_for_errors_that_have_not_happened_yet(failed: World) -> None:
    found = errors(failed, "since=2030-01-01")
    counts = found["counts"]
    assert (found["errors"], counts["total"]) == ([], 0)
    assert (counts["since"], counts["until"]) == ("2030-01-01T00:00:00.000Z", "2030-01-01T01:00:00.000Z")


def test_a_token_with_many_namespaces_has_to_name_one(failed: World) -> None:
    failed.principals["user"] = principal("user", "acme", *(f"user_{number}" for number in range(26)))
    assert failed.get("/workflows/errors").status == 400
    assert errors(failed, "namespace=user_1")["counts"]["total"] == 3


def test_errors_are_listed_beside_instances_and_not_among_them(failed: World) -> None:
    listed = failed.get("/workflows/instances", as_="service").data["instances"]
    assert len(listed) == 4
    assert all(entry["id"].startswith("inst_") for entry in listed)


def test_what_on_enter_fails_with_is_an_error_too(world: World) -> None:
    note = {"type": "http", "method": "POST", "url": "https://example.com/done"}
    world.servers.answers.extend([HttpAnswered(404, {}, None)])
    world.publish(workflow(a=halt("b"), b=end(on_enter=note)))
    world.resume(world.start("flow").data["id"], {})
    world.settle()
    (error,) = errors(world)["errors"]
    assert (error["code"], error["state"], error["fatal"]) == ("http_error", "b", False)


def test_tries_that_come_to_something_are_no_errors(world: World) -> None:
    world.servers.answers.extend([HttpAnswered(503, {}, None)])
    world.publish(workflow(a=http("b", retry={"attempts": 2}), b=end()))
    world.start("flow")
    world.settle()
    assert errors(world)["errors"] == []


def test_however_often_the_stream_brings_a_commit_it_counts_once(world: World) -> None:
    world.publish(FAILING)
    world.start("failing")
    world.play_stream(deliver=3)
    found = errors(world)
    assert (len(found["errors"]), found["counts"]["total"]) == (1, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_dies_on_the_way_each_error_is_listed_and_counted_once(world: World, kind: str) -> None:
    world.publish(FAILING)
    for made, fault in enumerate(disturbed(world, kind), start=1):
        world.start("failing")
        attempt(world, fault, world.play_stream)
        world.play_stream()
        found = errors(world)
        assert (len(found["errors"]), found["counts"]["total"]) == (made, made)
