"""The text of a halt is written after the halt is committed, in the call where its budget allows, and costs nobody else
anything.
"""

from collections.abc import Callable
from typing import Any

import pytest

from interactor.engine.work import InstructionFailed, InstructionOmitted, InstructionWritten, WriteInstruction
from interactor.services.run import CALL_BUDGET, LEASE_MARGIN
from tests.definitions import APPROVED, asking_a_model, end, form, halt, http, script, skip, workflow
from tests.services.soundness import check_instance
from tests.world import Answered, World

ASYNC = {"Prefer": "respond-async"}
DATA = script("return {order: {id: 7}, secret: 'hidden'}", "ask")


@pytest.fixture
def flow(world: World) -> World:
    """A halt whose text a model writes from `order`, and after a `redo` the same halt again."""
    ask = halt(("ask", {"field": "redo", "equals": True}), "end", halting_instructions=asking_a_model("Sum.", "order"))
    world.publish(workflow(a=DATA, ask=ask, end=end()))
    return world


def told(data: dict[str, Any]) -> tuple[str, bool]:
    return data["halted_options"]["instruction"], data["halted_options"]["generated"]


def events(world: World, instance_id: str) -> list[str]:
    stored = world.parts.instances.load("acme", instance_id)
    assert stored
    return [f"{event['type']} {event['subtype']}" for event in stored.events]


FALLBACK = ("Ask\nOrder id: 7", False)


def test_the_answer_has_the_text(flow: World) -> None:
    data = flow.start("flow").data
    assert (data["status"], data["halted_at_state"], told(data)) == ("halted", "ask", ("Text 1.", True))
    assert [work.data for work in flow.writer.asked] == [{"order": {"id": 7}}]
    flow.settle()
    assert told(flow.instance(data["id"])) == ("Text 1.", True)
    assert len(flow.writer.asked) == 1
    check_instance(flow, data["id"])


def test_each_halt_has_a_text_of_its_own(flow: World) -> None:
    first = flow.start("flow").data
    second = flow.resume(first["id"], {"redo": True}).data
    assert (told(second), second["halt_id"] != first["halt_id"]) == (("Text 2.", True), True)


def test_the_halt_is_durable_and_readable_while_the_model_writes(flow: World) -> None:
    seen: list[dict[str, Any]] = []

    def look(work: WriteInstruction) -> InstructionWritten:
        [listed] = flow.get("/workflows/instances").data["instances"]
        seen.append(flow.instance(listed["id"]))
        return InstructionWritten("Late.")

    flow.writer.answers.append(look)
    data = flow.start("flow").data
    assert (seen[0]["status"], told(seen[0])) == ("halted", FALLBACK)
    assert told(data) == ("Late.", True)


def test_an_answer_that_arrives_while_the_model_writes_wins(flow: World) -> None:
    def answered(work: WriteInstruction) -> InstructionWritten:
        [listed] = flow.get("/workflows/instances").data["instances"]
        assert flow.resume(listed["id"], {"done": True}).data["status"] == "completed"
        return InstructionWritten("Too late.")

    flow.writer.answers.append(answered)
    answer = flow.start("flow")
    assert (answer.status, answer.data["status"]) == (201, "completed")
    flow.settle()
    assert "step instruction" not in events(flow, answer.data["id"])
    check_instance(flow, answer.data["id"])


def test_a_cancellation_that_arrives_while_the_model_writes_wins(flow: World) -> None:
    def cancelled(work: WriteInstruction) -> InstructionFailed:
        [listed] = flow.get("/workflows/instances").data["instances"]
        flow.post(f"/workflows/instances/{listed['id']}/cancel")
        return InstructionFailed("instruction_timeout", "slow")

    flow.writer.answers.append(cancelled)
    data = flow.start("flow").data
    flow.settle()
    assert flow.instance(data["id"])["status"] == "cancelled"
    assert "error instruction_timeout" not in events(flow, data["id"])


def test_a_text_counts_although_another_thread_was_answered_meanwhile(world: World) -> None:
    world.publish(
        workflow(
            split=skip("end", fork={"one": "first", "two": "second"}), first=halt("end"),
            second=halt("end", halting_instructions=asking_a_model()), end=end(),
        )
    )  # fmt: skip

    def other_is_answered(work: WriteInstruction) -> InstructionWritten:
        [listed] = world.get("/workflows/instances", query="awaiting_input=true").data["instances"]
        world.post(f"/workflows/instances/{listed['id']}/threads/thread_one/resume", {"input": {}})
        return InstructionWritten("Still in time.")

    world.writer.answers.append(other_is_answered)
    data = world.start("flow").data
    assert told(data) == ("Still in time.", True)
    assert [thread["status"] for thread in data["threads"]] == ["running", "completed", "halted"]
    world.settle()
    assert len(world.writer.asked) == 1


@pytest.mark.parametrize("code", ["instruction_error", "instruction_timeout"])
def test_a_model_that_fails_leaves_a_readable_text_and_an_error_and_the_halt_goes_on(flow: World, code: str) -> None:
    flow.writer.answers.append(InstructionFailed(code, "no", 5_000))
    data = flow.start("flow").data
    assert (data["status"], told(data)) == ("halted", FALLBACK)
    assert events(flow, data["id"])[-2:] == ["step instruction", f"error {code}"]
    assert flow.instance(data["id"])["history"][-1]["error"] == {"code": code, "message": "no"}
    flow.settle()
    assert len(flow.writer.asked) == 1, "it is not tried again"
    assert flow.resume(data["id"], {}).data["status"] == "completed"


def test_a_model_unknown_here_is_an_error_and_takes_no_commit_of_its_own(flow: World) -> None:
    flow.writer.foregone = InstructionFailed("instruction_error", "There is no language model 'gpt' here")
    data, puts = counted(flow, lambda: flow.start("flow"))
    assert (told(data), puts, flow.writer.asked) == (FALLBACK, 1, [])
    assert events(flow, data["id"])[-1] == "error instruction_error"


def test_without_a_model_the_readable_text_is_no_error(flow: World) -> None:
    flow.writer.foregone = InstructionOmitted()
    data, puts = counted(flow, lambda: flow.start("flow"))
    assert (told(data), puts, flow.writer.asked) == (FALLBACK, 1, [])
    assert events(flow, data["id"])[-1] == "halt halted"
    assert flow.messages == []


def test_a_text_costs_one_commit(flow: World) -> None:
    _, puts = counted(flow, lambda: flow.start("flow"))
    assert puts == 2


def test_a_plain_approval_costs_what_it_did(world: World) -> None:
    ask = halt("end", presentation=form({"name": "approved", "type": "boolean"}))
    world.publish(workflow(ask=ask, end=end()))
    world.replace(writer=UNAVAILABLE)
    data, puts = counted(world, lambda: world.start("flow"))
    _, more = counted(world, lambda: world.resume(data["id"], {"approved": True}))
    assert (puts, more, world.messages) == (1, 1, [])


def test_respond_async_leaves_the_text_to_re_invocation(flow: World) -> None:
    instance_id = flow.start("flow", headers=ASYNC).data["id"]
    flow.settle()
    assert told(flow.instance(instance_id)) == ("Text 1.", True)
    again = flow.resume(instance_id, {"redo": True}, headers=ASYNC).data
    assert (again["status"], told(again)) == ("halted", FALLBACK)
    flow.settle()
    assert told(flow.instance(instance_id)) == ("Text 2.", True)


def test_whoever_hands_over_needs_to_know_no_model(flow: World) -> None:
    flow.replace(writer=UNAVAILABLE)
    instance_id = flow.start("flow", headers=ASYNC).data["id"]
    flow.replace(writer=flow.writer)
    flow.settle()
    assert told(flow.instance(instance_id)) == ("Text 1.", True)


def test_out_of_budget_the_halt_is_answered_at_once_and_the_text_follows(flow: World) -> None:
    late = flow.clock.now - CALL_BUDGET + 4_000
    data = flow.start("flow", arrived_at=late).data
    assert (data["status"], told(data), flow.writer.asked) == ("halted", FALLBACK, [])
    flow.settle()
    assert told(flow.instance(data["id"])) == ("Text 1.", True)


def test_a_text_that_a_dead_worker_took_with_it_is_written_by_another_once_its_lease_is_over(flow: World) -> None:
    instance_id, begun = halted_by_a_worker_that_dies(flow)
    assert told(flow.instance(instance_id)) == FALLBACK
    flow.settle()
    assert told(flow.instance(instance_id)) == ("Text 2.", True)
    assert flow.clock.now >= begun + 5_000 + LEASE_MARGIN
    check_instance(flow, instance_id)


def test_of_two_texts_the_first_committed_is_the_only_one_shown(flow: World) -> None:
    def slower_than_its_lease(work: WriteInstruction) -> InstructionWritten:
        flow.settle()
        return InstructionWritten("Second.")

    flow.writer.answers += [slower_than_its_lease, InstructionWritten("First.")]
    data = flow.start("flow").data
    assert told(data) == ("First.", True)
    assert told(flow.instance(data["id"])) == ("First.", True)
    assert events(flow, data["id"]).count("step instruction") == 1


def test_a_replay_of_the_call_has_the_same_text(flow: World) -> None:
    key = {"Idempotency-Key": "once"}
    first, again = flow.start("flow", headers=key), flow.start("flow", headers=key)
    assert told(first.data) == ("Text 1.", True)
    assert (again.text, len(flow.writer.asked)) == (first.text, 1)


def test_a_text_and_an_http_call_of_another_thread_are_both_carried_out(world: World) -> None:
    world.publish(
        workflow(
            split=skip("end", fork={"one": "ask", "two": "call"}),
            ask=halt(("end", APPROVED), halting_instructions=asking_a_model()), call=http("end"), end=end(),
        )
    )  # fmt: skip
    data = world.start("flow").data
    assert (told(data), len(world.servers.calls)) == (("Text 1.", True), 1)


def test_timers_of_the_halt_are_as_they_would_be(world: World) -> None:
    timeout = {"after": "PT1H", "target": "late"}
    world.publish(
        workflow(ask=halt("end", halting_instructions=asking_a_model(), timeout=timeout), end=end(), late=end())
    )
    data = world.start("flow").data
    assert told(data) == ("Text 1.", True)
    world.pass_until(world.clock.now + 3_700_000)
    assert world.instance(data["id"])["current_state"] == "late"
    assert len(world.writer.asked) == 1


def counted(world: World, call: Callable[[], Answered]) -> tuple[dict[str, Any], int]:
    """What a call answers, and how many writes it took."""
    before = len(world.aws.sent("put_item"))
    data = call().data
    world.play_stream()
    return data, len(world.aws.sent("put_item")) - before


UNAVAILABLE = None
"""What has no attributes raises at its first use."""


class Died(BaseException):
    pass


def halted_by_a_worker_that_dies(world: World) -> tuple[str, int]:
    """The instance, and when its text was begun."""

    def die(work: WriteInstruction) -> InstructionWritten:
        raise Died

    world.writer.answers.append(die)
    with pytest.raises(Died):
        world.start("flow")
    [listed] = world.get("/workflows/instances").data["instances"]
    return listed["id"], world.clock.now
