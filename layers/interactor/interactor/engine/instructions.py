"""What a halted instance tells the person it waits for, where its state has `halting_instructions` (reference, 'Halting
Instructions').

A fixed message, or a text that a language model writes once per halt. The model is shown what the author names and
nothing else; until it has written, and where it cannot, the same data is told line by line.
"""

from collections.abc import Mapping
from typing import NamedTuple

from interactor.engine import readable, templates
from interactor.engine.definition.halts import AiInstructions, MessageInstructions, SimpleInstructions
from interactor.engine.definition.workflow import Halting, State
from interactor.engine.instance import Thread
from interactor.engine.paths import MISSING, find
from interactor.engine.signals import InstructionEnded
from interactor.engine.work import InstructionFailed, WriteInstruction
from interactor.json_text import Json, size_of, text_of

MAX_TEXT = 2_000
"""Characters of an instruction that a model wrote or that stands in for it."""
MAX_SHOWN_BYTES = 64 * 1024
"""Prompt and data for a model, as UTF-8 JSON. Limits of ours, as the one above: a model is paid by the word."""


class Prompt(NamedTuple):
    """What a model is asked, however it is spelt; `paths` lead into `workflow_data`."""

    text: str
    paths: list[str]
    model: str | None = None


def prompt_of(state: State) -> Prompt | None:
    """The prompt of a state whose instruction a language model writes."""
    told = state.halting_instructions if isinstance(state, Halting) else None
    if isinstance(told, AiInstructions):
        return Prompt(told.config.prompt, told.config.include_data_paths, told.config.model)
    return Prompt(told.instruction, told.include_data) if isinstance(told, SimpleInstructions) else None


def writing(prompt: Prompt, thread: Thread, scope: Mapping[str, Json]) -> WriteInstruction | InstructionEnded:
    """The work of writing the instruction of the present halt; over at once where there is too much to show.

    Placeholders of the prompt stay in it, and their values go to the data: what data says never stands among
    instructions.
    """
    data = {path: _value(scope["workflow_data"], path) for path in prompt.paths}
    data |= {written: _value(scope, path) for written, path in templates.placeholders(prompt.text)}
    if (size := size_of(data) + size_of(prompt.text)) > MAX_SHOWN_BYTES:
        message = f"Prompt and data for the language model are {size} bytes, the limit is {MAX_SHOWN_BYTES}"
        return InstructionEnded(thread.id, thread.visit, InstructionFailed("instruction_error", message))
    return WriteInstruction(thread.id, thread.state, thread.visit, prompt.model, prompt.text, data)


def halted_options(state: Halting, thread: Thread, scope: Mapping[str, Json]) -> dict[str, Json] | None:
    """The reference's `halted_options`, or None for a state that has neither instructions nor choices."""
    if state.halting_instructions is None and state.transition_mode != "selection":
        return None
    options = _told(state, thread, scope)
    options["transition_mode"] = state.transition_mode or "condition"
    if state.transition_mode == "selection":
        options["choices"] = [
            {"key": way.key, "description": way.description, "to": way.destination} for way in state.transitions
        ]
    return options | {"generated": bool(thread.instruction)}


def _told(state: Halting, thread: Thread, scope: Mapping[str, Json]) -> dict[str, Json]:
    if isinstance(state.halting_instructions, MessageInstructions):
        config = state.halting_instructions.config
        title = {} if config.title is None else {"title": _expanded(config.title, scope)}
        return {**title, "instruction": _expanded(config.message, scope)}
    if prompt := prompt_of(state):
        text = thread.instruction or _without_a_model(prompt, state, thread, scope)
        return {"instruction": text, "include_data": prompt.paths}
    return {}


def _without_a_model(prompt: Prompt, state: Halting, thread: Thread, scope: Mapping[str, Json]) -> str:
    """What the state is for, and the data that the prompt is about."""
    heading = state.description or readable.heading(thread.state)
    shown = [(path, find(scope["workflow_data"], path)) for path in prompt.paths]
    lines = readable.lines((path, value) for path, value in shown if value is not MISSING)
    return readable.clipped("\n".join([heading, *lines]), MAX_TEXT)


def _expanded(template: str, scope: Mapping[str, Json]) -> str:
    text = templates.expand_for_people(template, scope)
    return "" if text is None else text_of(text)


def _value(data: Json, path: str) -> Json:
    value = find(data, path)
    return None if value is MISSING else value
