"""A definition as a whole: its states, and how many of what there may be."""

import re
from functools import cached_property
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from interactor.clock import Millis
from interactor.engine.definition.halts import Instructions, Presentation
from interactor.engine.definition.logic import Logic, Script
from interactor.engine.definition.transitions import MAX_TRANSITIONS, OnError, Transition, Transitions
from interactor.engine.definition.values import Duration, Model, Name, length_of, refusal
from interactor.json_text import Json, dump

MAX_STATES = 100
MAX_DEFINITION_BYTES = 1024 * 1024
"""These two: reference, 'Workflow Definition Limits'. The second is for the API to check on the body it receives."""
MAX_THREADS = 10
"""Live at once, those that only wait at a join not counted (reference, 'Instance Limits')."""
MAX_REMINDERS = 20
"""Of one halt; a limit of ours."""
RESERVED_NAMES = frozenset(("instances", "validate", "errors", "simulate"))
"""They would be routes under `/workflows/`."""


_SECRET = re.compile(r"\bsecrets\b(?:\s*(?:\?\.|\.|\[\s*\\?[\"'`])\s*([A-Za-z_][A-Za-z0-9_]*))?")
"""The word, and the name that follows it in JavaScript or in a placeholder."""


def _check_reserved(name: str) -> str:
    if name in RESERVED_NAMES:
        raise refusal(f"'{name}' is reserved")
    return name


def _check_state_count(states: Json) -> Json:
    if isinstance(states, dict) and len(states) > MAX_STATES:
        raise refusal(f"must have at most {MAX_STATES} states, but has {len(states)}")
    return states


def _check_no_transitions(transitions: list[Json]) -> list[Json]:
    if transitions:
        raise refusal("a terminal state has no transitions")
    return transitions


def _check_thread_keys(fork: dict[str, str]) -> dict[str, str]:
    if "main" in fork:
        raise refusal("'main' names the thread that every instance begins with")
    return fork


WorkflowName: TypeAlias = Annotated[Name, AfterValidator(_check_reserved)]


class Action(Model):
    """A state that does its work and goes on, once the threads that it starts allow."""

    type: Literal["action"] = Field(description="`action`.")
    description: str | None = Field(default=None, description="What the state is for.")
    logic: Logic | None = Field(default=None, description="What it does.")
    transitions: Transitions = Field(description="Where it goes then.")
    on_error: list[OnError] = Field(
        default=[], max_length=MAX_TRANSITIONS, description="Where it goes when its logic fails."
    )
    fork: Annotated[dict[Name, Name], AfterValidator(_check_thread_keys)] | None = Field(
        default=None, min_length=1, max_length=MAX_THREADS, description="Threads to start then: key → first state."
    )
    join: Literal["all", "any", "none"] = Field(
        default="all", description="Which of them to wait for before it goes on."
    )


class Timeout(Model):
    """Where a halt goes by itself if nobody has answered."""

    after: Duration = Field(description="How long it waits.")
    target: Name = Field(description="The state to go to then.")

    @property
    def after_ms(self) -> Millis:
        return length_of(self.after)


class Halting(Model):
    """A state that waits for somebody's input."""

    type: Literal["halting"] = Field(description="`halting`.")
    description: str | None = Field(default=None, description="What the state is for.")
    presentation: Presentation | None = Field(
        default=None, description="What is asked; the input is checked against it."
    )
    halting_instructions: Instructions | None = Field(default=None, description="What the person is told.")
    transition_mode: Literal["selection", "condition"] | None = Field(
        default=None, description="Whether the input names the transition (`choice`) or conditions find it (default)."
    )
    transitions: Transitions = Field(description="Where it goes with the answer.")
    timeout: Timeout | None = Field(default=None, description="What happens when nobody answers.")
    reminders: list[Duration] = Field(
        default=[], max_length=MAX_REMINDERS, description="After how long it reminds, each once."
    )

    @property
    def reminders_ms(self) -> list[Millis]:
        return [length_of(reminder) for reminder in self.reminders]


class Terminal(Model):
    """A state in which the workflow is complete."""

    type: Literal["terminal"] = Field(description="`terminal`.")
    description: str | None = Field(default=None, description="What the state is for.")
    on_enter: Logic | None = Field(default=None, description="What to do once the instance is complete.")
    transitions: Annotated[list[Transition], AfterValidator(_check_no_transitions)] = Field(
        default=[], description="None; an empty array is allowed."
    )


State: TypeAlias = Annotated[Action | Halting | Terminal, Field(discriminator="type")]

_EXAMPLE: Json = {
    "name": "expense_approval",
    "initial_state": "submit",
    "states": {
        "submit": {
            "type": "action",
            "logic": {"type": "script", "code": "return { amount: input.amount }"},
            "transitions": [
                {"target": "ask", "condition": {"field": "amount", "operator": "gt", "value": 1000}},
                {"target": "approved"},
            ],
        },
        "ask": {
            "type": "halting",
            "presentation": {
                "type": "form",
                "title": "Approve $${workflow_data.amount}?",
                "fields": [{"name": "approved", "type": "boolean", "required": True}],
            },
            "transitions": [
                {"target": "approved", "condition": {"field": "approved", "equals": True}},
                {"target": "rejected"},
            ],
        },
        "approved": {"type": "terminal"},
        "rejected": {"type": "terminal"},
    },
}


def _text_of_logic(state: Action | Halting | Terminal) -> str:
    logic = state.logic if isinstance(state, Action) else state.on_enter if isinstance(state, Terminal) else None
    if isinstance(logic, Script):
        return logic.code
    return dump([logic.url, logic.headers, logic.body]) if logic else ""


class Definition(Model):
    """A state machine, as posted."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    name: WorkflowName = Field(description="The workflow's name.")
    description: str | None = Field(default=None, description="What the workflow is for.")
    initial_state: Name = Field(description="The state in which an instance starts.")
    ai_guidance: str | None = Field(default=None, description="What an AI assistant should know about it.")
    input_schema: dict[str, Json] | None = Field(
        default=None, description="What the input of an instance looks like, for who starts one; not enforced."
    )
    states: Annotated[dict[Name, State], BeforeValidator(_check_state_count)] = Field(
        min_length=1, description="The states by name.", json_schema_extra={"maxProperties": MAX_STATES}
    )
    timeout: Duration | None = Field(
        default=None, description="How long an instance may take in all; one that takes longer is cancelled (expired)."
    )
    metadata: dict[str, Json] | None = Field(default=None, description="Whatever its owner wants to keep with it.")

    @cached_property
    def secret_names(self) -> frozenset[str] | None:
        """The secrets that its logic names, by the letter of scripts and templates; None if it speaks of none.

        A script may reach secrets by other names as well, but not without the word.
        """
        mentioned = [name for state in self.states.values() for name in _SECRET.findall(_text_of_logic(state))]
        return frozenset(filter(None, mentioned)) if mentioned else None

    @property
    def timeout_ms(self) -> Millis | None:
        return None if self.timeout is None else length_of(self.timeout)
