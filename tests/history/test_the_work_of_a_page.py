"""What a page of history costs follows from its length and its filters, and never from where in history it lies."""

from collections.abc import Iterator

import pytest

from interactor.services.read_history import CHUNKS_OF_A_PAGE
from tests import world as worlds
from tests.history.made import made, pages
from tests.world import World

READS = ("get_item", "batch_get_item", "query", "get_object")
EVENTS = 10_000
LAST = "2026-01-20T12:33:19Z"
"""When the last five of them happened."""


@pytest.fixture(scope="module")
def long() -> Iterator[tuple[World, str]]:
    """An instance with 10,000 events, five a second, and the path of its history; the process is warm."""
    with worlds.world() as world:
        stored = made(world, [["transition", "step", "halt", "step", "error"]] * (EVENTS // 5))
        path = f"/workflows/instances/{stored.instance.id}/history"
        world.get(path)
        yield world, path


def reads(world: World, path: str, query: str) -> int:
    world.aws.requests.clear()
    world.get(path, query=query)
    return sum(operation in READS for operation, _ in world.aws.requests)


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [10, 100, 1_000])
def test_ten_thousand_events_cost_at_the_end_what_they_cost_at_the_beginning(
    long: tuple[World, str], order: str, limit: int
) -> None:
    world, path = long
    query = f"order={order}&limit={limit}"
    for _ in range(min(EVENTS // limit, 60)):
        assert reads(world, path, query) <= 3  # the instance, the chunk where the page begins, those after it
        pagination = world.get(path, query=query).data["pagination"]
        query = f"order={order}&limit={limit}&cursor={pagination['next_cursor']}"


def test_an_event_is_found_by_its_id_in_two_reads(long: tuple[World, str]) -> None:
    world, path = long
    for event in world.get(path, query="limit=1000&types=error").data["events"][::50]:
        assert reads(world, path.replace("history", f"events/{event['id']}"), "include_data=true") == 2


@pytest.mark.parametrize("query", [f"since={LAST}", "until=2026-01-20T12:00:01Z&order=desc"])
def test_a_moment_is_found_by_a_binary_search(long: tuple[World, str], query: str) -> None:
    world, path = long
    assert len(world.get(path, query=query).data["events"]) == 5
    assert reads(world, path, query) <= 2 + 7 + 2  # log2 of some 100 chunks


def test_what_is_later_than_asked_for_is_not_looked_at(long: tuple[World, str]) -> None:
    world, path = long
    page = world.get(path, query="until=2026-01-20T12:00:01Z").data
    assert (len(page["events"]), page["pagination"]["has_more"]) == (5, False)
    assert reads(world, path, "until=2026-01-20T12:00:01Z&types=lifecycle") <= 4


def test_a_page_that_finds_nothing_stops_and_says_where_to_go_on(long: tuple[World, str]) -> None:
    world, path = long
    page = world.get(path, query="types=lifecycle").data
    assert (page["events"], page["pagination"]["has_more"]) == ([], True)
    assert reads(world, path, "types=lifecycle") <= 2 + CHUNKS_OF_A_PAGE // 3 + 1
    instance_id = page["instance_id"]
    assert len(pages(world, instance_id, "types=lifecycle")) <= EVENTS // 1_000
