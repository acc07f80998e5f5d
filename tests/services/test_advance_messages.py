"""Advance messages may come twice, late, or in another order: an instance goes on from the version they name, or not at
all.
"""

from collections import Counter

import pytest

from interactor.engine.work import HttpAnswered
from interactor.services.advance_instance import advance_instance
from interactor.services.timer_queues import from_text
from tests.definitions import end, halt, http, script, workflow
from tests.services.soundness import check_instance
from tests.world import World

WORK = workflow(
    a=script("return {n: (workflow_data.n || 0) + 1}", "call"), call=http("b", retry={"attempts": 3}),
    b=script("return {n: workflow_data.n + 1}", "ask"), ask=halt("a"),
)  # fmt: skip
BUSY = HttpAnswered(503, {}, None)


@pytest.fixture
def handed_over(world: World) -> str:
    world.publish(WORK)
    world.servers.answers.extend([BUSY, BUSY])
    return str(world.start("flow", headers={"Prefer": "respond-async"}).data["id"])


def test_each_may_come_twice(world: World, handed_over: str) -> None:
    world.settle(deliver=2)
    read = world.instance(handed_over)
    assert (read["status"], read["workflow_data"]["n"], len(world.servers.calls)) == ("halted", 2, 3)
    check_instance(world, handed_over)


def test_all_may_come_again_at_the_end_in_reverse(world: World, handed_over: str) -> None:
    texts = []
    world.play_stream()
    while world.messages:
        texts.append(world.play_next_message())
        world.play_stream()
    world.resume(handed_over, {})
    before, calls = world.parts.instances.load("acme", handed_over), len(world.servers.calls)
    for text in (*reversed(texts), *texts):
        advance_instance(world.parts, from_text(text))
    assert world.parts.instances.load("acme", handed_over) == before
    assert len(world.servers.calls) == calls


def test_an_old_one_does_not_disturb_a_worker_inside_its_call(world: World, handed_over: str) -> None:
    world.servers.answers.clear()
    world.play_stream()
    [(_, text)] = world.messages

    def comes_again(_: object) -> HttpAnswered:
        advance_instance(world.parts, from_text(text))
        return HttpAnswered(200, {}, "first")

    world.servers.answers.append(comes_again)
    advance_instance(world.parts, from_text(text))
    assert world.instance(handed_over)["workflow_data"]["call"]["body"] == "first"
    assert len(world.servers.calls) == 1


def test_a_message_about_an_unknown_instance_is_dropped(world: World) -> None:
    unknown = from_text('["acme", "inst_01KFDMDAGE0000000000000009", 1, 0]')
    assert advance_instance(world.parts, unknown) is None, "nothing is to be set again"
    assert world.messages == []
    assert world.aws.stream == []


def test_an_account_is_not_advanced_by_the_message_of_another(world: World, handed_over: str) -> None:
    world.play_stream()
    [(_, text)] = world.messages
    advance_instance(world.parts, from_text(text.replace("acme", "globex")))
    assert world.instance(handed_over)["workflow_data"] == {}


def test_two_workers_at_once_leave_each_state_once(world: World, handed_over: str) -> None:
    world.servers.answers.clear()
    world.play_stream()
    [(_, text)] = world.messages

    def meanwhile(_: object) -> HttpAnswered:
        world.clock.pass_by(60_000)
        world.settle()  # the lease lapses, and another worker does it all
        return HttpAnswered(200, {}, "late")

    world.servers.answers.append(meanwhile)
    advance_instance(world.parts, from_text(text))
    read = world.instance(handed_over)
    assert (read["status"], read["workflow_data"]["n"]) == ("halted", 2)
    assert read["workflow_data"]["call"]["body"] == {"ok": True}
    check_instance(world, handed_over)
    assert Counter(call.idempotency_key for call in world.servers.calls).most_common() == [(f"{handed_over}-2", 2)]


def test_none_comes_before_it_is_due(world: World, handed_over: str) -> None:
    for _ in range(4):
        world.play_stream()
        assert all(due >= from_text(text).due_at for due, text in world.messages)
        world.play_next_message()


def test_one_that_comes_too_early_only_waits_again(world: World) -> None:
    world.publish(workflow(call=http("end", retry={"attempts": 2}), end=end()))
    world.servers.answers.append(BUSY)
    instance_id = world.start("flow").data["id"]
    world.play_stream()
    text = world.messages[-1][1]
    advance_instance(world.parts, from_text(text))
    assert (len(world.servers.calls), world.instance(instance_id)["status"]) == (1, "running")
    world.settle()
    assert world.instance(instance_id)["status"] == "completed"
