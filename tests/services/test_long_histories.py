"""History that outgrows the instance's item moves to items of its own, and stays whole."""

import pytest

from interactor.storage import instances
from interactor.storage.instances import HISTORY_ITEMS_READ, HISTORY_LIMIT
from tests.definitions import halt, script, workflow
from tests.services.soundness import check_instance, whole_history
from tests.world import World

LOOP = workflow(ask=halt("count"), count=script("return {n: (workflow_data.n || 0) + 1}", "ask"))
EVENTS_OF_A_ROUND = 5


@pytest.fixture
def looping(world: World) -> str:
    world.publish(LOOP)
    return str(world.start("flow").data["id"])


def test_events_are_numbered_without_a_gap_however_many(world: World, looping: str) -> None:
    rounds = 3 * HISTORY_LIMIT // EVENTS_OF_A_ROUND
    for _ in range(rounds):
        world.resume(looping, {})
    stored = check_instance(world, looping)
    assert stored.instance.data == {"n": rounds}
    assert stored.first > HISTORY_LIMIT
    assert len(stored.events) <= HISTORY_LIMIT
    assert len(whole_history(world, stored)) == 2 + EVENTS_OF_A_ROUND * rounds


def test_a_read_brings_the_visits_of_the_items_next_to_it_in_one_round_trip(world: World, looping: str) -> None:
    rounds = 3 * HISTORY_LIMIT // EVENTS_OF_A_ROUND
    for number in range(rounds):
        world.resume(looping, {"number": number})
    world.aws.requests.clear()
    visits = world.instance(looping)["history"]
    assert [operation for operation, _ in world.aws.requests] == ["query"]
    assert len(visits) == 1 + 2 * rounds
    answered = [visit["input_received"]["number"] for visit in visits if "input_received" in visit]
    assert answered == list(range(rounds))


def test_of_a_very_long_history_a_read_brings_the_latest(
    world: World, looping: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instances, "HISTORY_LIMIT", 10)
    for number in range(40):
        world.resume(looping, {"number": number})
    visits = world.instance(looping)["history"]
    answered = [visit["input_received"]["number"] for visit in visits if "input_received" in visit]
    assert answered == list(range(40 - len(answered), 40))
    assert len(answered) >= HISTORY_ITEMS_READ
    check_instance(world, looping)


def test_a_commit_that_alone_is_too_much_is_kept_whole(world: World) -> None:
    enough = {"field": "n", "operator": "gte", "value": 120}
    world.publish(workflow(a=script("return {n: (workflow_data.n || 0) + 1}", ("ask", enough), "a"), ask=halt("a")))
    instance_id = world.start("flow").data["id"]
    world.resume(instance_id, {"n": 0})
    stored = check_instance(world, instance_id)
    assert len(whole_history(world, stored)) == (1 + 240 + 1) + (2 + 240 + 1)


def test_history_survives_whether_its_items_are_small_or_in_s3(
    world: World, looping: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = [0, 350_000, 0, 0, 350_000, 350_000, 0]
    for limit in limits:
        monkeypatch.setattr("interactor.storage.documents.INLINE_LIMIT", limit)
        world.resume(looping, {})
        world.settle()
    assert check_instance(world, looping).instance.data == {"n": len(limits)}
