"""Places are taken ahead with the conditions as they are sent to the table."""

from typing import Any

import pytest

from interactor.limits import quota
from tests.definitions import end, halt, workflow
from tests.world import World


@pytest.fixture
def flow(world: World) -> World:
    world.publish(workflow(ask=halt("done"), done=end()))
    world.limit_instances(10_000)
    return world


def test_starts_that_follow_each_other_write_nothing_but_their_instances(flow: World) -> None:
    started = [flow.start("flow") for _ in range(100)]
    assert {answer.status for answer in started} == {201}
    assert len(flow.aws.sent("update_item")) <= 11
    flow.aws.requests.clear()
    flow.start("flow")
    assert [name for name, _ in flow.aws.requests] == ["get_item", "put_item"]
    newest = flow.get("/workflows/instances", query="limit=200").data["instances"]
    assert [entry["id"] for entry in newest][1:] == [answer.data["id"] for answer in reversed(started)][:100]


def test_a_block_takes_what_room_there_is(flow: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota, "CELL", 6)
    monkeypatch.setattr(quota, "_BLOCKS_IN_A_LIMIT", 2)
    flow.limit_instances(10)
    answers = [flow.start("flow") for _ in range(12)]
    assert [answer.status for answer in answers] == [201] * 10 + [429] * 2
    for answer in answers[:7]:
        flow.post(f"/workflows/instances/{answer.data['id']}/cancel")
    assert [flow.start("flow").status for _ in range(9)] == [201] * 7 + [429] * 2


def test_a_write_that_is_sent_twice_takes_the_block_once(flow: World) -> None:
    def twice(send: Any) -> Any:
        send()
        return send()

    flow.aws.interruption = lambda operation, send: twice(send) if operation == "update_item" else send()
    assert {flow.start("flow").status for _ in range(40)} == {201}
    taken = flow.parts.quota._places.taken("acme", "user_1", range(200))
    assert sum(map(len, taken.values())) == 1 + 2 + 4 + 8 + 16 + 32
