"""A language model is asked once the halt stands, and is shown what the author names and nothing else."""

from typing import Any

import pytest

from interactor.engine.due import due_at
from interactor.engine.instructions import MAX_SHOWN_BYTES
from interactor.engine.signals import InstructionEnded
from interactor.engine.work import CallHttp, InstructionFailed, WriteInstruction
from tests.definitions import asking_a_model, end, halt, http, script, skip, workflow
from tests.engine.transitions.play import Play

DATA = {"order": {"id": 7, "total": 150}, "customer": {"name": "Acme", "iban": "GB00"}, "secret": "s3cret"}


def halted(instructions: Any, **data: Any) -> Play:
    """At a halt with these instructions and this data."""
    play = Play(workflow(a=script("", "ask"), ask=halt("end", halting_instructions=instructions), end=end()), id="in_1")
    return play.returns(**(data or DATA))


def asked(play: Play) -> WriteInstruction:
    assert isinstance(play.work, WriteInstruction)
    return play.work


def test_only_the_named_paths_are_shown() -> None:
    work = asked(halted(asking_a_model("Summarise.", "order", "customer.name", model="haiku")))
    assert (work.prompt, work.model) == ("Summarise.", "haiku")
    assert work.data == {"order": DATA["order"], "customer.name": "Acme"}


def test_the_simple_format_is_a_prompt_for_the_default_model() -> None:
    work = asked(halted({"instruction": "Tell the user.", "include_data": ["order.id"]}))
    assert (work.prompt, work.model, work.data) == ("Tell the user.", None, {"order.id": 7})


def test_a_path_that_leads_nowhere_is_null() -> None:
    assert asked(halted(asking_a_model("Summarise.", "risk_score"))).data == {"risk_score": None}


def test_placeholders_stay_in_the_prompt_and_their_values_go_to_the_data() -> None:
    prompt = "Ask ${ workflow_data.customer.name } about ${input.id} in ${context.state_name}."
    work = asked(halted(asking_a_model(prompt)))
    assert work.prompt == prompt
    assert work.data == {
        "${ workflow_data.customer.name }": "Acme", "${input.id}": "in_1", "${context.state_name}": "ask",
    }  # fmt: skip


def test_a_placeholder_and_a_path_of_the_same_words_are_two_things() -> None:
    work = asked(halted(asking_a_model("About ${input}.", "input"), input="in the data"))
    assert work.data == {"input": "in the data", "${input}": {"id": "in_1"}}


@pytest.mark.parametrize("instructions", [None, {"type": "message", "config": {"message": "Wait."}}])
def test_without_a_prompt_nobody_is_asked(instructions: Any) -> None:
    more = {"halting_instructions": instructions} if instructions else {}
    play = Play(workflow(ask=halt("end", **more), end=end()))
    assert play.work is None
    assert due_at(play.definition, play.instance) is None


def test_prompt_and_data_may_fill_their_limit_and_no_more() -> None:
    prompt, framing = "Summarise.", len('"Summarise."') + len('{"order":""}')
    room = MAX_SHOWN_BYTES - framing
    assert asked(halted(asking_a_model(prompt, "order"), order="x" * room)).data["order"]
    refused = halted(asking_a_model(prompt, "order"), order="x" * (room + 1)).work
    assert isinstance(refused, InstructionEnded)
    assert isinstance(refused.outcome, InstructionFailed)
    assert refused.outcome.message == "Prompt and data for the language model are 65537 bytes, the limit is 65536"


def test_other_threads_go_on_first() -> None:
    play = Play(
        workflow(
            split=skip("end", fork={"person": "ask", "system": "call"}),
            ask=halt("end", halting_instructions=asking_a_model()), call=http("end"), end=end(),
        )
    )  # fmt: skip
    assert isinstance(play.work, CallHttp)
    play.begin(play.work, lasting=10_000)
    assert asked(play).thread_id == "thread_person"
