"""What a halting state shows to people: a form, a choice or a message, and the instructions that go with it (reference,
'Halting Instructions', 'Halting Presentations').
"""

from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import (
    Discriminator,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    Tag,
    WithJsonSchema,
    model_validator,
)

from interactor.engine.definition.values import Day, Length, Model, Number, Step, is_number, must
from interactor.json_text import Json

MAX_FIELDS = 50
"""Reference, 'Workflow Definition Limits'."""
MAX_FILE_BYTES = 10 * 1024 * 1024
"""Reference, 'File Upload Limits'."""


def _is_accepted_types(value: Json) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value))


MimeTypes: TypeAlias = Annotated[
    Any,
    must(_is_accepted_types, "a string or an array of strings"),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
OptionValue: TypeAlias = Annotated[
    Any,
    must(lambda value: isinstance(value, str | bool) or is_number(value), "a string, a number, true or false"),
    WithJsonSchema({"type": ["string", "number", "boolean"]}),
]


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
