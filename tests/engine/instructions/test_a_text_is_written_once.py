"""The text of a halt is written once; the halt waits, times out and is answered as if there were none."""

import json

import pytest

from interactor.engine.due import due_at
from interactor.engine.instance import to_json
from interactor.engine.instructions import MAX_TEXT
from interactor.engine.signals import InstructionEnded, applies
from interactor.engine.work import InstructionOmitted, InstructionWritten, WaitUntil, WriteInstruction
from tests.definitions import asking_a_model, end, halt, workflow
from tests.engine.transitions.play import NOON, Play

HOUR = 3_600_000
WRITTEN = InstructionWritten("Too late.")


def asking(**more: object) -> Play:
    first = halt("again", halting_instructions=asking_a_model(), **more)
    second = halt("end", halting_instructions=asking_a_model())
    return Play(workflow(ask=first, again=second, end=end(), escalated=end()))


def test_while_it_is_written_nobody_else_writes_it() -> None:
    play = asking()
    assert due_at(play.definition, play.instance) == 0
    assert isinstance(play.work, WriteInstruction)
    play.begin(play.work, lasting=20_000)
    assert play.work == WaitUntil(NOON + 20_000)
    assert due_at(play.definition, play.instance) == NOON + 20_000


def test_when_its_worker_has_died_another_writes_it() -> None:
    play = asking()
    assert isinstance(play.work, WriteInstruction)
    play.begin(play.work, lasting=20_000).wait(20_000).time_passes()
    assert isinstance(play.work, WriteInstruction)


@pytest.mark.parametrize("outcome", [InstructionWritten("Text."), InstructionOmitted()])
def test_once_it_has_ended_there_is_nothing_left_to_do(outcome: InstructionWritten | InstructionOmitted) -> None:
    play = asking().instruction_ends(outcome)
    assert play.status == "halted"
    assert play.work is None
    assert due_at(play.definition, play.instance) is None


def test_the_first_text_counts() -> None:
    play = asking()
    second = InstructionEnded("thread_main", play.instance.main.visit, WRITTEN)
    assert applies(play.instance, second)
    assert not applies(play.writes("First.").instance, second)


def test_a_failure_counts_like_a_text() -> None:
    play = asking().writes_nothing()
    assert not applies(play.instance, InstructionEnded("thread_main", play.instance.main.visit, WRITTEN))


def test_an_answer_that_comes_first_wins() -> None:
    play = asking()
    late = InstructionEnded("thread_main", play.instance.main.visit, WRITTEN)
    assert not applies(play.resume().instance, late)


def test_the_next_halt_is_written_anew() -> None:
    play = asking().writes("First.").resume()
    assert isinstance(play.work, WriteInstruction)
    assert play.instance.main.instruction is None


def test_it_delays_no_timer() -> None:
    play = asking(timeout={"after": "PT24H", "target": "escalated"}, reminders=["PT4H"])
    play.wait(2_000).writes("Text.")
    assert due_at(play.definition, play.instance) == NOON + 4 * HOUR
    play.wait(24 * HOUR).time_passes()
    assert play.state == "escalated"


def test_a_time_out_comes_before_the_text() -> None:
    play = asking(timeout={"after": "PT1M", "target": "escalated"}).wait(60_000).time_passes()
    assert (play.state, play.work) == ("escalated", None)


def test_a_cancelled_halt_asks_no_model() -> None:
    assert asking().cancel().work is None


def test_history_tells_what_the_person_was_told() -> None:
    play = asking().writes("Order 7 is ready.")
    assert play.kinds()[-2:] == ["halt halted", "step instruction"]
    assert (play.events[-1]["instruction"], play.events[-1]["duration_ms"]) == ("Order 7 is ready.", 700)


def test_history_tells_of_a_failure_and_the_instance_goes_on_waiting() -> None:
    play = asking().writes_nothing("instruction_timeout", "The language model took longer than 5000 ms")
    assert play.kinds()[-3:] == ["halt halted", "step instruction", "error instruction_timeout"]
    assert play.events[-1]["message"] == "The language model took longer than 5000 ms"
    assert (play.status, play.resume().state) == ("halted", "again")


def test_a_deployment_without_a_model_has_nothing_to_tell() -> None:
    assert asking().instruction_ends(InstructionOmitted()).kinds()[-1] == "halt halted"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Order 7\r\nis\tready.\n ", "Order 7\nis ready."),
        ("\x1b[31mred\x07\x00 \u202egnp.exe\u2066\ud800", "[31mred gnp.exe"),
        ("<b>bold</b> *stars*", "<b>bold</b> *stars*"),
        ("x" * MAX_TEXT, "x" * MAX_TEXT),
        ("x" * (MAX_TEXT + 1), "x" * (MAX_TEXT - 1) + "…"),
    ],
)
def test_a_text_is_kept_plain_and_short(written: str, kept: str) -> None:
    assert asking().writes(written).instance.main.instruction == kept


def test_a_text_of_nothing_visible_is_none() -> None:
    play = asking().writes(" \x00\n ")
    assert play.events[-1]["subtype"] == "instruction_error"
    assert play.instance.main.instruction == ""


def test_a_workflow_without_prompts_stores_nothing_for_them() -> None:
    plain = Play(workflow(ask=halt("end"), end=end()))
    assert "instruction" not in json.dumps(to_json(plain.instance))
    assert "busy_until" not in json.dumps(to_json(asking().writes("Text.").instance))
