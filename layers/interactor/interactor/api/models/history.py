"""Requests about history: of one instance, and the errors of all."""

from typing import Annotated, Literal

from pydantic import Field

from interactor.api.models.base import GivenMoment, Matching, Namespace, Page, Query
from interactor.engine.definition.values import Name

_TYPES = ("transition", "step", "halt", "error", "lifecycle")
_TYPE = f"({'|'.join(_TYPES)})"


class EventParameters(Query):
    include_data: Literal["true", "false"] = Field("false", description="With `workflow_data` as it was after it.")


class HistoryPage(Page, EventParameters):
    limit: int = Field(100, ge=1, le=1000, description="Events on a page, at most.")
    types: Annotated[str, Matching(f"{_TYPE}(,{_TYPE})*", f"of {', '.join(_TYPES)}, with commas between")] | None = (
        Field(None, description="Only events of this type, or of these, between commas.")
    )
    since: GivenMoment | None = Field(None, description="Only events at this moment or after it.")
    until: GivenMoment | None = Field(None, description="Only events before this moment.")
    thread: str | None = Field(None, max_length=100, description="Only events of this thread.")
    order: Literal["asc", "desc"] = Field("asc", description="`asc`: oldest first; `desc`: newest first.")


class ErrorsPage(Page):
    since: GivenMoment | None = Field(
        None, description="Only errors at this moment or after it; the last 7 days where left out. Kept for 90 days."
    )
    until: GivenMoment | None = Field(None, description="Only errors before this moment.")
    namespace: Namespace | None = Field(None, description="Only errors of this namespace's instances.")
    workflow_name: Name | None = Field(None, description="Only errors of this workflow's instances.")
