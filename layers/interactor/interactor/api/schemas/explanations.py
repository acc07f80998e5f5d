"""How answers tell why a way out of a state was taken, or not (`engine/explaining.py`)."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from interactor.api.schemas.common import StateName
from interactor.json_text import Json

ExplainedCondition = TypedDict(
    "ExplainedCondition",
    {
        "result": bool,
        "field": NotRequired[str],
        "operator": NotRequired[str],
        "value": NotRequired[Json],
        "saw": NotRequired[Annotated[Json, Field(description="The value that was there.")]],
        "missing": NotRequired[Annotated[Literal[True], Field(description="There was no such value.")]],
        "clipped": NotRequired[Annotated[list[str], Field(description="What of these is only the start of its text.")]],
        "and": NotRequired[list["ExplainedCondition"]],
        "or": NotRequired[list["ExplainedCondition"]],
        "not": NotRequired["ExplainedCondition"],
        "omitted": NotRequired[Annotated[int, Field(description="How many parts are not shown.")]],
    },
)
ExplainedCondition.__doc__ = "A condition, what it saw, and what came of it."


class ExplainedWay(TypedDict):
    """A way out of a state. Those after the one taken were not looked at."""

    target: StateName
    taken: bool
    key: NotRequired[Annotated[str, Field(description="What chooses it.")]]
    considered: NotRequired[Literal[False]]
    condition: NotRequired[ExplainedCondition]
    timeout: NotRequired[Annotated[str, Field(description="How long the halt waited before it went this way.")]]
    fork: NotRequired[Annotated[str, Field(description="The key of the thread that began here.")]]
