"""Each use case, stopped at each of its requests to AWS in each way: the rest of the system goes on, and nothing that
was acknowledged is lost, done twice or told differently.

A new use case is one function in `USE_CASES`; its requests are found by the harness (`tests/crashes.py`).
"""

from collections.abc import Callable
from random import Random
from typing import Any, TypeAlias

import pytest

from interactor.engine.work import HttpAnswered
from interactor.language_model.bedrock import BedrockWriter
from interactor.services import deliver as delivering
from interactor.storage import documents
from tests.aws import all_objects
from tests.crashes import SKEW, attempt, disturbed
from tests.definitions import asking_a_model, catch, end, form, halt, http, script, skip, workflow
from tests.fakes import FakeBedrock
from tests.proof.system import System
from tests.triggers.deliveries import deliver, event
from tests.world import World

NOTE = {"type": "http", "method": "POST", "url": "https://example.com/done"}
FILE = {"name": "invoice", "type": "file"}
FLOW = workflow(
    count=script("return {n: (workflow_data.n || 0) + 1}", "call"),
    call=http("ask", retry={"attempts": 2}, on_error=[catch("ask")]),
    ask=halt(
        ("split", {"field": "split", "equals": True}), ("done", {"field": "stop", "equals": True}), "count",
        presentation=form(FILE), timeout={"after": "PT5H", "target": "done"}, reminders=["PT20M"],
    ),
    split=skip("done", fork={"a": "sign", "b": "sign"}), sign=halt("signed"), signed=end(), done=end(on_enter=NOTE),
)  # fmt: skip

LARGE = workflow("large", ask=halt(("done", {"field": "stop", "equals": True}), "ask"), done=end())
ADVISED = workflow("advised", ask=halt("done", halting_instructions=asking_a_model()), done=end())

ITEM = 20_000
"""Bytes that an item holds here; the real limit would take most of the time for packing."""
TOO_LONG = Random(1).randbytes(ITEM).hex()
"""For an item, however it is packed."""

Act: TypeAlias = Callable[[], Any]
UseCase: TypeAlias = Callable[[System, int], Act]
"""Prepares round `number` undisturbed, and gives what is then to be disturbed."""


def create(system: System, number: int) -> Act:
    return lambda: system.start("flow", {})


def create_under_a_key(system: System, number: int) -> Act:
    return lambda: [system.start("flow", {}, key=f"create {number}") for _ in range(2)]


def waiting(system: System) -> tuple[str, Any]:
    """(an instance, its halted thread)"""
    instance_id = system.start("flow", {}).data["id"]
    return instance_id, system.halted(instance_id)[0]


def resume(system: System, number: int) -> Act:
    instance_id, thread = waiting(system)
    return lambda: system.answer(instance_id, thread, {"stop": True})


def resume_under_a_key(system: System, number: int) -> Act:
    instance_id, thread = waiting(system)
    return lambda: [system.answer(instance_id, thread, {}, key=f"resume {number}") for _ in range(2)]


def fork_and_answer_a_thread(system: System, number: int) -> Act:
    instance_id, thread = waiting(system)
    system.answer(instance_id, thread, {"split": True})
    first, second = system.halted(instance_id)
    system.answer(instance_id, first, {})
    return lambda: system.answer(instance_id, second, {})


def cancel(system: System, number: int) -> Act:
    instance_id, _ = waiting(system)
    return lambda: system.cancel(instance_id)


def advance_through_a_retry(system: System, number: int) -> Act:
    system.world.servers.answers.append(HttpAnswered(503, {}, None))
    system.world.start("flow", headers={"Prefer": "respond-async"})
    system.world.play_stream()
    return system.world.settle


def fail_and_catch(system: System, number: int) -> Act:
    system.world.servers.answers.append(HttpAnswered(404, {}, None))
    return lambda: (system.start("flow", {}), system.world.settle())


def time_out(system: System, number: int) -> Act:
    hours = 60 * 60 * 1000
    system.world.pass_until(system.world.clock.now + 6 * hours)  # those of earlier rounds are over
    waiting(system)
    system.world.play_stream()
    moment = system.world.clock.now + 6 * hours
    return lambda: system.world.pass_until(moment)


def follow_the_stream_up(system: System, number: int) -> Act:
    instance_id, thread = waiting(system)
    system.answer(instance_id, thread, {"stop": True})
    return system.world.play_stream


def count_the_commits(system: System, number: int) -> Act:
    instance_id, thread = waiting(system)
    system.answer(instance_id, thread, {"stop": True})
    return system.world.count_commits


def deliver_to_receivers(system: System, number: int) -> Act:
    instance_id, thread = waiting(system)
    system.answer(instance_id, thread, {"stop": True})
    system.world.play_stream()
    return system.world.settle


def start_by_an_event(system: System, number: int) -> Act:
    happened = event()

    def receive() -> None:
        for _ in range(3):  # SQS brings it again until it is taken
            if not deliver(system.world, happened):
                system.events.append(happened["id"])
                system.world.comes_again(lambda: deliver(system.world, happened))
                return

    return receive


def upload_a_file(system: System, number: int) -> Act:
    instance_id, thread = waiting(system)

    def act() -> None:
        body = {"field": "invoice", "filename": "a.pdf", "content_type": "application/pdf", "size": 5}
        asked = system.world.post(f"/workflows/instances/{instance_id}/files", body)
        if asked.status != 201:
            return  # told that it failed
        file = asked.data
        system.world.upload(file)
        system.answer(instance_id, thread, {"invoice": file["file_id"], "stop": True})

    return act


def have_an_instruction_written(system: System, number: int) -> Act:
    """A language model is asked: a request to AWS as any other."""
    return lambda: (system.start("advised", {}), system.world.settle())


def outgrow_an_item(system: System, number: int) -> Act:
    """Data go to S3, and what a commit replaced there is discarded."""
    instance_id = system.start("large", {}).data["id"]
    for text in (TOO_LONG, TOO_LONG[::-1]):
        [thread] = system.halted(instance_id)
        system.answer(instance_id, thread, {"text": text})
    [thread] = system.halted(instance_id)
    system.world.play_stream()

    def act() -> None:
        system.answer(instance_id, thread, {"text": TOO_LONG})
        system.world.play_stream()
        assert objects_of(instance_id), "it fits an item"

    assert len(objects_of(instance_id)) == 1, "one was discarded, and one is there"
    return act


def objects_of(instance_id: str) -> list[str]:
    """The documents of an instance in S3."""
    return [name for name in all_objects() if name.startswith(f"instances/acme/{instance_id}/")]


USE_CASES: dict[str, UseCase] = {
    use_case.__name__: use_case
    for use_case in (
        create, create_under_a_key, resume, resume_under_a_key, fork_and_answer_a_thread, cancel,
        advance_through_a_retry, fail_and_catch, time_out, follow_the_stream_up, count_the_commits,
        deliver_to_receivers, start_by_an_event, upload_a_file, outgrow_an_item, have_an_instruction_written,
    )
}  # fmt: skip


TOLD = (follow_the_stream_up, deliver_to_receivers)
"""Where somebody listens to webhooks. Deliveries are most of the work of the others, and are the same for all."""


@pytest.fixture
def system(world: World, monkeypatch: pytest.MonkeyPatch) -> System:
    monkeypatch.setattr(delivering, "AT_ONCE", 1)  # a worker's own threads would outlive its death here
    monkeypatch.setattr(documents, "INLINE_LIMIT", ITEM)
    world.replace(writer=BedrockWriter(lambda: FakeBedrock(world.aws), {"model": "model-id"}, world.clock))
    for definition in (FLOW, LARGE, ADVISED):
        world.publish(definition)
    system = System(world)
    system.trigger("flow")
    return system


KINDS = (
    "dies before", "dies after", "others come first", "answer lost, sent again",
    "answer lost, sent again after others have gone on", "failed after it was applied", "refused for now",
)  # fmt: skip
"""Of the ways to go wrong, those that lead to different states; tests of each part try all."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", USE_CASES)
def test_nothing_is_lost_or_done_twice(system: System, name: str, kind: str) -> None:
    play(system, name, kind)


@pytest.mark.parametrize("name", USE_CASES)
def test_in_any_order_and_more_than_once(system: System, name: str) -> None:
    system.world.in_order = False
    play(system, name, "others come first")


@pytest.mark.parametrize("skew", [-SKEW, SKEW])
@pytest.mark.parametrize("kind", ["others come first", "dies after"])
@pytest.mark.parametrize("name", USE_CASES)
def test_whatever_the_clock_says(system: System, name: str, kind: str, skew: int) -> None:
    play(system, name, kind, skew)


def play(system: System, name: str, kind: str, skew: int = 0) -> None:
    """The use case, with a fault at each of its requests in turn; then the check."""
    if USE_CASES[name] in TOLD:
        system.subscribe()
    system.start("flow", {})  # so that later ones find the definition in memory, as in a warm process
    for fault in disturbed(system.world, kind, system.others_go_on):
        act = USE_CASES[name](system, fault.place)
        attempt(system.world, fault, act, skew)
        if not system.world.in_order:
            system.world.settle()
    system.world.in_order = True
    system.check()
