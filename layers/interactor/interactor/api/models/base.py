"""What the models of all requests share: how strictly they are read, names, pages, and bodies that are empty.

The models of a resource's requests stand in a file of its name beside this one; they read, check and document. A
workflow definition has models of its own in `engine/definition/`. Unknown properties and parameters are errors
everywhere: a misspelt filter that filters nothing, or a misspelt condition that guards nothing, is worse than a
refusal.
"""

import re
from typing import Annotated, Any, NamedTuple, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from interactor.clock import Millis, from_iso
from interactor.json_text import Json


class Matching(NamedTuple):
    """Of text: that a pattern fits it wholly. `told` says in plain words what that is, to who sent another."""

    pattern: str
    told: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Json]:
        return {**handler(schema), "pattern": f"^{self.pattern}$"}

    def _check(self, text: str) -> str:
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise PydanticKnownError("string_unicode")  # as pydantic's own patterns do
        if not re.fullmatch(self.pattern, text):
            raise ValueError(f"must be {self.told}")
        return text


Namespace: TypeAlias = Annotated[
    str, Matching(r"[A-Za-z0-9_.:@/+=-]{1,128}", "1 to 128 of the characters A-Z a-z 0-9 _ . : @ / + = -")
]
"""`user_…` and `org_…` by convention (reference, 'Namespace Authorization'); `#` separates the parts of our keys."""


def _moment(given: object) -> Millis:
    if not isinstance(given, str):
        raise ValueError("must be a string")
    return from_iso(given)


GivenMoment: TypeAlias = Annotated[
    Millis, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
"""A moment in a request, ISO 8601 with any offset; UTC where it has none."""


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class EmptyBody(Request):
    """The call takes no body, or an empty object."""


class Query(BaseModel):
    """Parameters come as text, so numbers and booleans are read from it."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class NoParameters(Query):
    pass


class Page(Query):
    limit: int = Field(100, ge=1, le=1000, description="Entries on a page.")
    cursor: str | None = Field(None, max_length=1024, description="`next_cursor` of the page before.")
