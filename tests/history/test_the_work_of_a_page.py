"""What a page of history costs follows from its length and its filters, and never from where in history it lies."""

import pytest

from interactor.services import read_history
from tests.history.made import everything, made, pages
from tests.world import World

READS = ("get_item", "batch_get_item", "query", "get_object")
EVENTS = 10_000
LONG = [["transition", "step", "halt", "step", "error"]] * (EVENTS // 5)


def reads_of_each_page(world: World, instance_id: str, query: str) -> list[int]:
    """The reads of each page when a process has warmed up; checks that all events came."""
    pages(world, instance_id, "limit=1000")
    counts: list[int] = []
    cursor = ""
    while True:
        world.aws.requests.clear()
        page = world.get(f"/workflows/instances/{instance_id}/history", query=query + cursor).data
        counts.append(sum(operation in READS for operation, _ in world.aws.requests))
        if not page["pagination"]["has_more"]:
            return counts
        cursor = f"&cursor={page['pagination']['next_cursor']}"


@pytest.fixture(scope="module")
def long() -> "object":
    from tests.world import world as fresh

    with fresh() as place:
        yield place, made(place, LONG)


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize(("limit", "most"), [(10, 3), (100, 3), (1_000, 3)])
def test_ten_thousand_events_cost_as_much_at_the_end_as_at_the_beginning(
    long: "tuple[World, object]", order: str, limit: int, most: int
) -> None:
    world, stored = long
    counts = reads_of_each_page(world, stored.instance.id, f"order={order}&limit={limit}")
    assert len(counts) == EVENTS // limit
    assert max(counts) <= most
