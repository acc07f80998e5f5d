"""A workflow definition as data: the models that parse, check and document what people post.

Shape only: which properties exist, their types and their limits (reference, 'Limits & Quotas'; CONTRACT,
'Definitions'). What needs more than one property to be judged is in `validation.py`, which is also the only way in:
the engine trusts a definition that passed. The OpenAPI document is generated from these same models.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, Self, TypeAlias, TypeGuard

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    StringConstraints,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from interactor.clock import Millis
from interactor.engine import durations
from interactor.engine.templates import is_placeholder
from interactor.engine.wording import shown
from interactor.json_text import Json, dump

MAX_STATES = 100
MAX_TRANSITIONS = 20
MAX_SCRIPT_BYTES = 64 * 1024
MAX_FIELDS = 50
MAX_DEFINITION_BYTES = 1024 * 1024
"""These five: reference, 'Workflow Definition Limits'. The last is for the API to check on the body it receives."""
MAX_FILE_BYTES = 10 * 1024 * 1024
"""Reference, 'File Upload Limits'."""
MAX_THREADS = 10
"""Live at once, those that only wait at a join not counted (reference, 'Instance Limits'; CONTRACT, Threads)."""
MAX_REMINDERS = 20
"""Of one halt; a limit of ours."""
RESERVED_NAMES = frozenset(("instances", "validate", "errors", "simulate"))
"""They would be routes under `/workflows/` (CONTRACT, Definitions)."""


_SECRET = re.compile(r"\bsecrets\b(?:\s*(?:\?\.|\.|\[\s*\\?[\"'`])\s*([A-Za-z_][A-Za-z0-9_]*))?")
"""The word, and the name that follows it in JavaScript or in a placeholder."""


def is_date(value: Json) -> TypeGuard[str]:
    """Whether a value is a day of the calendar as `YYYY-MM-DD`; `fromisoformat` alone takes weeks as well."""
    if not (isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_number(value: Json) -> TypeGuard[int | float]:
    """Whether a value is a JSON number; in Python `True` is an `int`."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _refusal(message: str) -> PydanticCustomError:
    return PydanticCustomError("refused", "{message}", {"message": message})


def _must(accepts: Callable[[Any], bool], what: str, template: bool = False) -> AfterValidator:
    """A check of one value. With `template`, one placeholder passes as well: its value is judged when there is one."""

    def check(value: Json) -> Json:
        if accepts(value) or (template and isinstance(value, str) and is_placeholder(value)):
            return value
        raise _refusal(f"must be {what}{' or one placeholder' if template else ''}, not {shown(value)}")

    return AfterValidator(check)


def _check_reserved(name: str) -> str:
    if name in RESERVED_NAMES:
        raise _refusal(f"'{name}' is reserved")
    return name


def _check_script_size(code: str) -> str:
    if (size := len(code.encode("utf-8", "surrogatepass"))) > MAX_SCRIPT_BYTES:
        raise _refusal(f"must be at most {MAX_SCRIPT_BYTES} bytes, but has {size}")
    return code


def _check_state_count(states: Json) -> Json:
    if isinstance(states, dict) and len(states) > MAX_STATES:
        raise _refusal(f"must have at most {MAX_STATES} states, but has {len(states)}")
    return states


def _check_no_transitions(transitions: list[Json]) -> list[Json]:
    if transitions:
        raise _refusal("a terminal state has no transitions")
    return transitions


def _check_duration(text: str) -> str:
    length = durations.milliseconds(text)
    if length is None:
        raise _refusal(f"must be an ISO 8601 duration like PT4H or P2D, not {shown(text)}")
    if not durations.SHORTEST <= length <= durations.LONGEST:
        raise _refusal(f"must be between a minute and 90 days, not {shown(text)}")
    return text


def _length(text: str) -> Millis:
    return durations.milliseconds(text) or 0


def _is_accepted_types(value: Json) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value))


Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""Workflow names, state names and thread keys (CONTRACT, Definitions). In pydantic's regular expressions `$` is the
very end: unlike Python's it lets no final newline pass."""

Duration: TypeAlias = Annotated[
    str, AfterValidator(_check_duration), WithJsonSchema({"type": "string", "format": "duration"})
]
WorkflowName: TypeAlias = Annotated[Name, AfterValidator(_check_reserved)]
ScriptCode: TypeAlias = Annotated[str, AfterValidator(_check_script_size)]
Number: TypeAlias = Annotated[
    Any, _must(is_number, "a number", template=True), WithJsonSchema({"type": ["number", "string"]})
]
Step: TypeAlias = Annotated[
    Any,
    _must(lambda value: is_number(value) and value > 0, "a number above 0", template=True),
    WithJsonSchema({"type": ["number", "string"]}),
]
Length: TypeAlias = Annotated[
    Any,
    _must(lambda value: is_number(value) and isinstance(value, int) and value > 0, "an integer above 0", template=True),
    WithJsonSchema({"type": ["integer", "string"]}),
]
Day: TypeAlias = Annotated[
    Any, _must(is_date, "a date as YYYY-MM-DD", template=True), WithJsonSchema({"type": "string"})
]
MimeTypes: TypeAlias = Annotated[
    Any,
    _must(_is_accepted_types, "a string or an array of strings"),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
OptionValue: TypeAlias = Annotated[
    Any,
    _must(lambda value: isinstance(value, str | bool) or is_number(value), "a string, a number, true or false"),
    WithJsonSchema({"type": ["string", "number", "boolean"]}),
]


class Model(BaseModel):
    """Unknown properties are errors, values are never coerced, and a definition never changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class Condition(Model):
    """One test on the data (`field` with an operator), or `and` / `or` / `not` over others."""

    field: str | None = Field(
        default=None, description="Path into `workflow_data`, such as `amount` or `items.0.price`."
    )
    operator: Literal["equals", "not_equals", "gt", "gte", "lt", "lte", "contains", "in", "exists"] | None = Field(
        default=None, description="How the value at `field` is compared with `value`."
    )
    value: Json = Field(default=None, description="What `operator` compares with.")
    equals: Json = Field(default=None, description="Short for the operator `equals` with this value.")
    not_equals: Json = Field(default=None, description="Short for the operator `not_equals` with this value.")
    exists: bool | None = Field(
        default=None, description="Short for the operator `exists`: whether there is such a field."
    )
    all_of: list["Condition"] | None = Field(default=None, alias="and", min_length=1, description="All of these hold.")
    any_of: list["Condition"] | None = Field(
        default=None, alias="or", min_length=1, description="At least one of these holds."
    )
    negated: "Condition | None" = Field(default=None, alias="not", description="This one does not hold.")


class Transition(Model):
    """A way out of a state; the first whose condition holds is taken."""

    target: Name | None = Field(default=None, description="The state to go to.")
    to: Name | None = Field(default=None, description="Another spelling of `target`.")
    key: Name | None = Field(default=None, description="What chooses this transition in `selection` mode.")
    description: str | None = Field(default=None, description="What taking it means, for the person who chooses.")
    condition: Condition | None = Field(default=None, description="When it may be taken; without one, always.")

    @property
    def destination(self) -> str:
        """The state to go to, whichever way it was spelled."""
        return self.target or self.to or ""


Transitions: TypeAlias = Annotated[list[Transition], Field(min_length=1, max_length=MAX_TRANSITIONS)]


class Script(Model):
    """JavaScript that runs in the sandbox; the object it returns is merged into `workflow_data`."""

    type: Literal["script"] = Field(description="`script`.")
    code: ScriptCode = Field(description="The body of a function over `input`, `workflow_data` and `context`.")


class Retry(Model):
    """When a failed HTTP call is tried again. A limit of ours: 20 tries are about an hour of waiting."""

    attempts: int = Field(default=1, ge=1, le=20, description="All tries, the first included.")
    backoff: Literal["exponential", "linear"] = Field(
        default="exponential", description="Waits of 1, 2, 4, 8 … or of 1, 2, 3, 4 … seconds, at most 5 minutes each."
    )


class HttpRequest(Model):
    """An HTTP exchange; `${…}` works in every string of `url`, `headers` and `body`.

    The length of a URL is what RFC 9110, section 4.1 asks everybody to support.
    """

    type: Literal["http"] = Field(description="`http`.")
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] = Field(description="The method.")
    url: str = Field(min_length=1, max_length=8000, description="Where to; scheme and host hold no placeholder.")
    headers: dict[str, str] = Field(default={}, description="Headers to send.")
    body: Json = Field(default=None, description="What to send: JSON, or a string as it is.")
    timeout: int = Field(default=10_000, ge=1, le=30_000, description="Milliseconds for the whole exchange.")
    retry: Retry = Field(default_factory=Retry, description="When to try again.")
    result: Name | None = Field(
        default=None,
        description="The key of `workflow_data` for `{status, headers, body}`; by default the state's name.",
    )


Logic: TypeAlias = Annotated[Script | HttpRequest, Field(discriminator="type")]


class OnError(Model):
    """Where an action state goes when it fails; `workflow_data.error` then has `code`, `message` and `state`."""

    target: Name = Field(description="The state to go to.")
    condition: Condition | None = Field(default=None, description="Which failures it catches; without one, all.")


class Option(Model):
    """One of the answers to choose from."""

    value: OptionValue = Field(description="What the answer says.")
    label: str | None = Field(default=None, description="What people read.")
    description: str | None = Field(default=None, description="More about it.")


class _Question(Model):
    """What all fields of a form have."""

    name: str = Field(min_length=1, max_length=64, description="The key of the answer in the input.")
    label: str | None = Field(default=None, description="What people read.")
    description: str | None = Field(default=None, description="More about it.")
    required: bool = Field(default=False, description="Whether it must be answered.")
    default: Json = Field(default=None, description="What the form shows at first; a template keeps its value's type.")


class StringField(_Question):
    """Text."""

    type: Literal["string"] = Field(description="`string`.")
    multiline: bool | None = Field(default=None, description="Whether to show a larger box.")
    placeholder: str | None = Field(default=None, description="A hint shown while it is empty.")
    maxLength: Length | None = Field(default=None, description="The most characters.")


class NumberField(_Question):
    """A number."""

    type: Literal["number"] = Field(description="`number`.")
    min: Number | None = Field(default=None, description="The least value.")
    max: Number | None = Field(default=None, description="The greatest value.")
    step: Step | None = Field(default=None, description="Values are `min` (or 0) plus a multiple of this.")


class BooleanField(_Question):
    """Yes or no."""

    type: Literal["boolean"] = Field(description="`boolean`.")


class SelectField(_Question):
    """One of several values."""

    type: Literal["select"] = Field(description="`select`.")
    options: list[Option] = Field(min_length=1, description="The values to choose from.")


class DateField(_Question):
    """A day, as `YYYY-MM-DD`."""

    type: Literal["date"] = Field(description="`date`.")
    minDate: Day | None = Field(default=None, description="The first day allowed.")
    maxDate: Day | None = Field(default=None, description="The last day allowed.")


class FileField(_Question):
    """Up to five uploaded files; the answer is a file id or an array of them."""

    type: Literal["file"] = Field(description="`file`.")
    accept: MimeTypes | None = Field(default=None, description="The MIME types allowed.")
    maxSize: int | None = Field(default=None, ge=1, le=MAX_FILE_BYTES, description="The most bytes of one file.")


FormField: TypeAlias = Annotated[
    StringField | NumberField | BooleanField | SelectField | DateField | FileField, Field(discriminator="type")
]


class _Presentation(Model):
    """What all presentations have. People are shown what the author wrote: the same properties in the same order."""

    title: str | None = Field(default=None, description="A heading.")
    description: str | None = Field(default=None, description="What it is about.")
    _as_written: dict[str, Json] = PrivateAttr()

    @model_validator(mode="wrap")
    @classmethod
    def _keep(cls, written: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        model = read(written)
        model._as_written = written
        return model

    @property
    def as_written(self) -> dict[str, Json]:
        """The JSON this was read from."""
        return self._as_written


class Form(_Presentation):
    """Questions to answer."""

    type: Literal["form"] = Field(description="`form`.")
    fields: list[FormField] = Field(max_length=MAX_FIELDS, description="The questions, in order.")


class Choice(_Presentation):
    """One question; the input is `{"choice": value}`."""

    type: Literal["choice"] = Field(description="`choice`.")
    message: str | None = Field(default=None, description="The question.")
    options: list[Option] = Field(min_length=1, description="The answers.")


class Message(_Presentation):
    """Something to read while an outside system answers."""

    type: Literal["message"] = Field(description="`message`.")
    message: str = Field(description="The text.")
    show_progress: bool | None = Field(default=None, description="A hint to show that something is going on.")


Presentation: TypeAlias = Annotated[Form | Choice | Message, Field(discriminator="type")]


class AiConfig(Model):
    """What a language model is given to write the instruction from."""

    prompt: str = Field(description="What to write.")
    model: str | None = Field(default=None, description="Which model writes it.")
    include_data_paths: list[str] = Field(default=[], description="Paths into `workflow_data` to show to the model.")


class AiInstructions(Model):
    """An instruction that a language model writes from the data."""

    type: Literal["ai"] = Field(description="`ai`.")
    config: AiConfig = Field(description="What it is written from.")


class SimpleInstructions(Model):
    """Short for an instruction that a language model writes."""

    instruction: str = Field(description="The prompt.")
    include_data: list[str] = Field(default=[], description="Paths into `workflow_data` to show to the model.")


class MessageConfig(Model):
    """A fixed text."""

    title: str | None = Field(default=None, description="A heading.")
    message: str = Field(description="The text.")


class MessageInstructions(Model):
    """A fixed instruction."""

    type: Literal["message"] = Field(description="`message`.")
    config: MessageConfig = Field(description="The text.")


def _instructions_kind(value: Any) -> Json:
    """The type of halting instructions; those without one are the simple format."""
    if isinstance(value, dict):
        return value.get("type", "simple") if isinstance(value.get("type", ""), str) else None
    return getattr(value, "type", "simple")


Instructions: TypeAlias = Annotated[
    Annotated[AiInstructions, Tag("ai")]
    | Annotated[MessageInstructions, Tag("message")]
    | Annotated[SimpleInstructions, Tag("simple")],
    Discriminator(_instructions_kind),
]


def _check_thread_keys(fork: dict[str, str]) -> dict[str, str]:
    if "main" in fork:
        raise _refusal("'main' names the thread that every instance begins with")
    return fork


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
        return _length(self.after)


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
        return [_length(reminder) for reminder in self.reminders]


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
    input_schema: dict[str, Json] | None = Field(default=None, description="What the input of an instance looks like.")
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
        return None if self.timeout is None else _length(self.timeout)
