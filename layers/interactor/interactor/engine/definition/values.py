"""What a single value of a definition may be (names, durations, numbers, days), and what all models of one share."""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, TypeAlias, TypeGuard

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from interactor.clock import Millis
from interactor.engine import durations
from interactor.engine.templates import is_placeholder
from interactor.engine.wording import shown
from interactor.json_text import Json


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


def refusal(message: str) -> PydanticCustomError:
    """What a check raises: what is wrong with a value, in our words."""
    return PydanticCustomError("refused", "{message}", {"message": message})


def must(accepts: Callable[[Any], bool], what: str, template: bool = False) -> AfterValidator:
    """A check of one value. With `template`, one placeholder passes as well: its value is judged when there is one."""

    def check(value: Json) -> Json:
        if accepts(value) or (template and isinstance(value, str) and is_placeholder(value)):
            return value
        raise refusal(f"must be {what}{' or one placeholder' if template else ''}, not {shown(value)}")

    return AfterValidator(check)


def _check_duration(text: str) -> str:
    length = durations.milliseconds(text)
    if length is None:
        raise refusal(f"must be an ISO 8601 duration like PT4H or P2D, not {shown(text)}")
    if not durations.SHORTEST <= length <= durations.LONGEST:
        raise refusal(f"must be between a minute and 90 days, not {shown(text)}")
    return text


def length_of(text: str) -> Millis:
    """That of a `Duration`."""
    return durations.milliseconds(text) or 0


Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""Workflow names, state names and thread keys (docs/workflows.md). In pydantic's regular expressions `$` is the
very end: unlike Python's it lets no final newline pass."""

Duration: TypeAlias = Annotated[
    str, AfterValidator(_check_duration), WithJsonSchema({"type": "string", "format": "duration"})
]
Number: TypeAlias = Annotated[
    Any, must(is_number, "a number", template=True), WithJsonSchema({"type": ["number", "string"]})
]
Step: TypeAlias = Annotated[
    Any,
    must(lambda value: is_number(value) and value > 0, "a number above 0", template=True),
    WithJsonSchema({"type": ["number", "string"]}),
]
Length: TypeAlias = Annotated[
    Any,
    must(lambda value: is_number(value) and isinstance(value, int) and value > 0, "an integer above 0", template=True),
    WithJsonSchema({"type": ["integer", "string"]}),
]
Day: TypeAlias = Annotated[
    Any, must(is_date, "a date as YYYY-MM-DD", template=True), WithJsonSchema({"type": "string"})
]


class Model(BaseModel):
    """Unknown properties are errors, values are never coerced, and a definition never changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)
