"""A workflow definition as data: the models that parse, check and document what people post.

Shape only: which properties exist, their types and their limits (reference, 'Limits & Quotas'; CONTRACT, 'Definitions').
What needs the whole definition (targets that exist, states nobody reaches, scripts that compile) is in `validation.py`.
The OpenAPI document is generated from these same models.
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from interactor.json_text import Json

MAX_STATES = 100
MAX_TRANSITIONS = 20
MAX_SCRIPT_BYTES = 64 * 1024
MAX_FIELDS = 50
MAX_DEFINITION_BYTES = 1024 * 1024

Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"\A[A-Za-z0-9_-]{1,64}\z")]
"""Workflow names, state names and thread keys (CONTRACT, Definitions). `\\z` because `$` lets a final newline pass."""

Text: TypeAlias = Annotated[str, StringConstraints(max_length=10_000)]


class Model(BaseModel):
    """Unknown properties are errors, values are never coerced, and a definition never changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Condition(Model):
    """One test on the data (`field` with an operator), or `and` / `or` / `not` over others."""

    field: str | None = None
    operator: Literal["equals", "not_equals", "gt", "gte", "lt", "lte", "contains", "in", "exists"] | None = None
    value: Json = None
    equals: Json = None
    not_equals: Json = None
    all_of: list["Condition"] | None = Field(None, alias="and")
    any_of: list["Condition"] | None = Field(None, alias="or")
    negated: "Condition | None" = Field(None, alias="not")


class Transition(Model):
    """A way out of a state. `to` is another spelling of `target`; `key` names it for `selection` mode."""

    target: Name | None = None
    to: Name | None = None
    key: Name | None = None
    description: Text | None = None
    condition: Condition | None = None

    @property
    def destination(self) -> str:
        return self.target or self.to or ""


class Script(Model):
    type: Literal["script"]
    code: str


class Retry(Model):
    """`attempts` counts all tries; the waits between them are 1 s·2ⁿ or 1 s·n, at most 5 minutes (CONTRACT)."""

    attempts: Annotated[int, Field(ge=1, le=20)] = 1
    backoff: Literal["exponential", "linear"] = "exponential"


class HttpRequest(Model):
    """An exchange with somebody's server; `${…}` works in every string of `url`, `headers` and `body`."""

    type: Literal["http"]
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
    url: Annotated[str, StringConstraints(min_length=1, max_length=8192)]
    headers: dict[str, str] = {}
    body: Json = None
    timeout: Annotated[int, Field(ge=1, le=30_000)] = 10_000
    retry: Retry = Retry()
    result: Name | None = None


Logic: TypeAlias = Annotated[Script | HttpRequest, Field(discriminator="type")]


class OnError(Model):
    """Where an action state goes when its logic fails; the condition sees `error` in the data."""

    target: Name
    condition: Condition | None = None


class Option(Model):
    value: Json
    label: str | None = None
    description: str | None = None


class FormField(Model):
    """One question of a form. Which extra properties a type allows is checked in `validation.py`."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    type: Literal["string", "number", "boolean", "select", "date", "file"]
    label: str | None = None
    description: str | None = None
    required: StrictBool = False
    default: Json = None
    placeholder: str | None = None
    multiline: StrictBool | None = None
    maxLength: Json = None
    min: Json = None
    max: Json = None
    step: Json = None
    options: list[Option] | None = None
    minDate: str | None = None
    maxDate: str | None = None
    accept: str | list[str] | None = None
    maxSize: Json = None


class Form(Model):
    type: Literal["form"]
    title: str | None = None
    description: str | None = None
    fields: list[FormField]


class Choice(Model):
    type: Literal["choice"]
    title: str | None = None
    message: str | None = None
    description: str | None = None
    options: list[Option]


class Message(Model):
    type: Literal["message"]
    title: str | None = None
    message: str
    description: str | None = None
    show_progress: StrictBool | None = None


Presentation: TypeAlias = Annotated[Form | Choice | Message, Field(discriminator="type")]


class Action(Model):
    type: Literal["action"]
    description: Text | None = None
    logic: Logic | None = None
    transitions: list[Transition] = []
    on_error: list[OnError] = []


class Halting(Model):
    type: Literal["halting"]
    description: Text | None = None
    presentation: Presentation | None = None
    halting_instructions: dict[str, Any] | None = None
    transition_mode: Literal["selection", "condition"] | None = None
    transitions: list[Transition] = []


class Terminal(Model):
    type: Literal["terminal"]
    description: Text | None = None
    on_enter: Logic | None = None


State: TypeAlias = Annotated[Action | Halting | Terminal, Field(discriminator="type")]


class Definition(Model):
    """A state machine, as posted (CONTRACT, Definitions: 'Body keys')."""

    name: Name
    description: Text | None = None
    initial_state: Name
    ai_guidance: str | None = None
    input_schema: dict[str, Any] | None = None
    states: dict[Name, State]
    metadata: dict[str, Any] | None = None
