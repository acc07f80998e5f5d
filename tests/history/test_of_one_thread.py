"""History can be asked for by thread; a thread that there is not is told of, and not an empty page."""

import pytest

from tests.definitions import end, halt, skip, workflow
from tests.world import World

FORKING = workflow(start=skip("end", fork={"legal": "ask", "finance": "end"}), ask=halt("end"), end=end())


@pytest.fixture
def path(world: World) -> str:
    world.publish(FORKING)
    return f"/workflows/instances/{world.start('flow').data['id']}/history"


def test_it_has_the_events_of_that_thread_alone(world: World, path: str) -> None:
    everything = world.get(path).data["events"]
    for thread in ("thread_main", "thread_legal", "thread_finance"):
        own = [event for event in everything if event["thread"] == thread]
        assert own
        assert world.get(path, query=f"thread={thread}").data["events"] == own


@pytest.mark.parametrize("thread", ["thread_leagl", "legal", "x"])
def test_a_thread_that_there_is_not_is_not_found(world: World, path: str, thread: str) -> None:
    refused = world.get(path, query=f"thread={thread}")
    assert (refused.status, refused.error["code"]) == (404, "thread_not_found")
    assert f"'{thread}'" in refused.error["message"]
