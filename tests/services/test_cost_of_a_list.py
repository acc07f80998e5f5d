"""What a page of a list costs follows from its filters and its length, and from nothing else."""

import pytest

from interactor.storage.instances import Instances
from tests import world as worlds
from tests.definitions import end, halt, workflow
from tests.world import World


def test_a_page_has_fifty_unless_told_otherwise(world: World) -> None:
    world.publish(workflow(a=halt("b"), b=end()))
    for _ in range(51):
        world.start("flow")
    page = world.get("/workflows/instances").data
    assert (len(page["instances"]), page["pagination"]["has_more"]) == (50, True)


def test_an_instance_that_comes_between_two_pages_moves_no_other(world: World) -> None:
    world.publish(workflow(a=halt("b"), b=end()))
    ids = [world.start("flow").data["id"] for _ in range(4)]
    first = world.get("/workflows/instances", query="limit=2").data
    world.start("flow")
    cursor = first["pagination"]["next_cursor"]
    second = world.get("/workflows/instances", query=f"limit=2&cursor={cursor}").data
    assert [entry["id"] for entry in first["instances"] + second["instances"]] == ids[::-1]


@pytest.mark.parametrize(
    ("query", "queries"),
    [
        ("", 12),
        ("status=halted", 2),
        ("namespace=user_1&status=halted", 1),
        ("namespace=user_1&workflow_name=flow", 6),
        ("namespace=user_2", 0),
        ("status=halted&awaiting_input=false", 0),
    ],
)
def test_the_number_of_reads_depends_on_the_filters_and_not_on_the_instances(
    world: World, query: str, queries: int
) -> None:
    world.publish(workflow(a=halt("b"), b=end()))
    for count in (1, 30):
        for _ in range(count):
            world.start("flow")
        world.aws.requests.clear()
        world.get("/workflows/instances", query=f"{query}&limit=5".lstrip("&"))
        reads = world.aws.sent("query")
        assert len(reads) == queries
        assert all(read["Limit"] == 6 for read in reads)


def test_a_token_with_many_namespaces_has_to_name_one(world: World) -> None:
    many = [f"user_{number}" for number in range(26)]
    world.principals["user"] = worlds.principal("user", "acme", *many)
    answer = world.get("/workflows/instances")
    assert (answer.status, answer.error["details"]["parameter"]) == (400, "namespace")
    assert world.get("/workflows/instances", query="namespace=user_7").status == 200


def test_a_list_spread_over_shards_is_the_same_list(world: World) -> None:
    world.replace(instances=Instances(world.parts.table, world.parts.documents, shards=3))
    world.publish(workflow(a=halt("b"), b=end()))
    ids = [world.start("flow").data["id"] for _ in range(9)]
    assert [entry["id"] for entry in world.get("/workflows/instances").data["instances"]] == ids[::-1]
    page = world.get("/workflows/instances", query="limit=4").data
    assert [entry["id"] for entry in page["instances"]] == ids[:4:-1]
