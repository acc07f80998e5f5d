"""Lists give exactly the instances that a caller owns and asked for, newest first, at a cost that does not grow with
their number.
"""

import itertools
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests import world as worlds
from tests.aws import all_items
from tests.definitions import end, halt, http, script, workflow
from tests.fakes import principal
from tests.world import World

NAMESPACES = ("user_1", "user_2", "org_acme")
WORKFLOWS = ("flow", "other")
STATUSES = ("running", "halted", "completed", "failed", "cancelled")
CALLERS = ("user", "peer", "service", "stranger")


def branching(name: str) -> dict[str, Any]:
    """Ends up in whatever status its input's `kind` says."""
    ways = [(kind, {"field": "kind", "equals": kind}) for kind in ("halted", "running", "failed")]
    return workflow(
        name,
        a=script("return {kind: input.kind}", *ways, "completed"),
        halted=halt("completed"),
        running=http("completed", timeout=30_000),
        failed=script("throw 1", "completed"),
        completed=end(),
    )


@pytest.fixture(scope="module")
def populated() -> Iterator[World]:
    """Two accounts with an instance or more for every namespace, workflow and status; nothing here is changed
    afterwards.
    """
    with worlds.world() as world:
        for publisher, caller, namespaces in (("user", "service", NAMESPACES), ("stranger", "stranger", ("user_1",))):
            for name in WORKFLOWS:
                world.publish(branching(name), as_=publisher)
            for namespace, name, kind in itertools.product(namespaces, WORKFLOWS, (*STATUSES, "halted")):
                body = {"kind": "halted" if kind == "cancelled" else kind}
                answer = world.start(name, body, namespace=namespace, as_=caller)
                if kind == "cancelled":
                    world.post(f"/workflows/instances/{answer.data['id']}/cancel", as_=caller)
        yield world


def everything(world: World, caller: str) -> list[dict[str, Any]]:
    """What is in the table for a caller, by looking at every item: the slow and certain way."""
    person = world.principals[caller]
    found = []
    for item in all_items():
        if item["sk"] == {"S": "instance"} and item["pk"]["S"].startswith(f"instance#{person.account}#"):
            instance = world.parts.instances.load(person.account, item["id"]["S"])
            assert instance
            if person.owns(instance.instance.namespace):
                found.append(
                    {
                        "id": instance.instance.id,
                        "namespace": instance.instance.namespace,
                        "workflow_name": instance.instance.workflow_name,
                        "status": instance.instance.status,
                        "awaiting_input": "true" if instance.instance.awaiting_input else "false",
                    }
                )
    return sorted(found, key=lambda entry: entry["id"], reverse=True)


def listed(world: World, caller: str, **parameters: Any) -> list[dict[str, Any]]:
    """All pages of a list."""
    entries: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = world.get("/workflows/instances", as_=caller, query=urlencode({**parameters, **cursor})).data
        entries += page["instances"]
        pagination = page["pagination"]
        assert pagination["has_more"] is (pagination["next_cursor"] is not None)
        if not pagination["has_more"]:
            return entries
        assert page["instances"], "an empty page says that there is more"
        cursor = {"cursor": pagination["next_cursor"]}


FILTERS = [
    {
        name: value
        for name, value in zip(("namespace", "workflow_name", "status", "awaiting_input"), values, strict=True)
        if value
    }
    for values in itertools.product(
        (None, "user_1", "user_2", "nobody"), (None, "flow", "nothing"), (None, *STATUSES), (None, "true", "false")
    )
]


@pytest.mark.parametrize("caller", CALLERS)
def test_every_combination_of_filters_gives_what_looking_at_everything_gives(populated: World, caller: str) -> None:
    table = everything(populated, caller)
    for filters in FILTERS:
        expected = [entry["id"] for entry in table if all(entry[name] == value for name, value in filters.items())]
        assert [entry["id"] for entry in listed(populated, caller, **filters)] == expected, filters


def test_the_fixture_has_something_to_find(populated: World) -> None:
    assert len(everything(populated, "service")) == len(NAMESPACES) * len(WORKFLOWS) * 6
    assert {entry["status"] for entry in everything(populated, "service")} == set(STATUSES)


def test_an_entry_says_what_the_reference_shows(populated: World) -> None:
    entry = listed(populated, "user", status="halted", workflow_name="flow")[0]
    assert entry.keys() == {
        "id",
        "workflow_name",
        "version_id",
        "namespace",
        "status",
        "current_state",
        "created_at",
    }
    assert (entry["current_state"], entry["created_at"][:11]) == ("halted", "2026-01-20T")


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 35, 36, 37, 200])
def test_pages_of_any_size_give_each_instance_once(populated: World, limit: int) -> None:
    whole = [entry["id"] for entry in listed(populated, "service")]
    assert [entry["id"] for entry in listed(populated, "service", limit=limit)] == whole


def cursor_of(world: World, caller: str = "user", query: str = "") -> str:
    page = world.get("/workflows/instances", as_=caller, query=f"limit=1{query}").data
    return str(page["pagination"]["next_cursor"])


def test_a_cursor_is_good_for_its_query_and_account_alone(populated: World) -> None:
    foreign = {
        cursor_of(populated, "stranger"),
        cursor_of(populated, query="&status=halted"),
        cursor_of(populated, query="&namespace=user_1"),
        populated.get("/workflows", query="limit=1").data["pagination"]["next_cursor"],
    }
    for cursor in foreign:
        answer = populated.get("/workflows/instances", query=f"cursor={cursor}")
        assert (answer.status, answer.error["code"]) == (400, "invalid_request")


def _forged(good: str) -> list[str]:
    flipped = ("B" if good[0] == "A" else "A") + good[1:]
    return ["", "x", "%00", "%F0%9F%98%80", good[:-1], good + "A", flipped, good[::-1], good[:22], "=" * 8]


@pytest.mark.parametrize("number", range(10))
def test_a_forged_cursor_is_refused(populated: World, number: int) -> None:
    answer = populated.get("/workflows/instances", query=f"cursor={_forged(cursor_of(populated))[number]}")
    assert (answer.status, answer.error["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=-1",
        "limit=x",
        "limit=",
        "limit=1.5",
        "status=open",
        "status=",
        "awaiting_input=yes",
        "namespace=",
        "namespace=a%23b",
        "workflow_name=a%23b",
        f"namespace={'a' * 3000}",
        f"workflow_name={'a' * 3000}",
    ],
)
def test_a_parameter_that_means_nothing_is_refused(populated: World, query: str) -> None:
    answer = populated.get("/workflows/instances", query=query)
    assert (answer.status, answer.error["code"]) == (400, "invalid_request")
    assert query.split("=", maxsplit=1)[0] in answer.error["message"]


def test_nothing_is_scanned_and_nothing_read_to_be_thrown_away(populated: World) -> None:
    for filters in FILTERS:
        listed(populated, "service", **filters)
    operations = {operation for operation, _ in populated.aws.requests}
    assert "scan" not in operations
    assert not any("FilterExpression" in request for _, request in populated.aws.requests)


def test_a_token_without_a_namespace_sees_nothing(populated: World) -> None:
    populated.principals["nobody"] = principal("nobody", "acme")
    assert listed(populated, "nobody") == []
    assert listed(populated, "nobody", namespace="user_1") == []
