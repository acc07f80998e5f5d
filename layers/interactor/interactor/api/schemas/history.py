"""What history and the list of errors look like."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from interactor.api.models.base import Namespace
from interactor.api.schemas.common import (
    EventId,
    HaltId,
    InstanceId,
    Moment,
    Pagination,
    StateName,
    ThreadId,
    VersionId,
    WorkflowId,
    WorkflowName,
)
from interactor.api.schemas.explanations import ExplainedWay
from interactor.engine.instance import InstanceStatus
from interactor.json_text import Json


class Update(TypedDict("_Update", {"from": Json})):  # `from` is a keyword
    """A value before and after."""

    to: Json


class Changes(TypedDict):
    """What an event did to the top level of `workflow_data`."""

    added: NotRequired[dict[str, Json]]
    updated: NotRequired[dict[str, Update]]
    removed: NotRequired[dict[str, Json]]


class HistoryEvent(TypedDict):
    """Something that happened to an instance. What there is beside the first five depends on `type` and `subtype`."""

    id: EventId
    type: Literal["lifecycle", "transition", "step", "halt", "error"]
    subtype: Annotated[
        str,
        Field(
            description="`lifecycle`: created, completed, failed, cancelled, expired; `transition`: state_change; "
            "`step`: script, http, instruction; `halt`: halted, resumed, reminder; `error`: its code."
        ),
    ]
    timestamp: Moment
    thread: ThreadId
    initial_state: NotRequired[StateName]
    state: NotRequired[StateName]
    from_state: NotRequired[StateName]
    to_state: NotRequired[StateName]
    trigger: NotRequired[Literal["automatic", "resume", "timeout", "join", "error"]]
    explain: NotRequired[
        Annotated[list[ExplainedWay], Field(description="Why it went this way, or, after an error, why it went none.")]
    ]
    changes: NotRequired[Changes]
    workflow_data: NotRequired[Annotated[dict[str, Json], Field(description="After the event, with `include_data`.")]]
    input: NotRequired[dict[str, Json]]
    by: NotRequired[Annotated[str, Field(description="The `sub` of the token that called.")]]
    request_id: NotRequired[str]
    halt_id: NotRequired[HaltId]
    count: NotRequired[Annotated[int, Field(description="Of reminders so far.")]]
    duration_ms: NotRequired[int]
    logs: NotRequired[list[str]]
    attempt: NotRequired[Annotated[int, Field(description="Tries of the HTTP call, this one included.")]]
    status: NotRequired[Annotated[int, Field(description="The HTTP status that came back.")]]
    error: NotRequired[Annotated[str, Field(description="The code with which the step failed.")]]
    instruction: NotRequired[Annotated[str, Field(description="What a language model wrote for the halt.")]]
    code: NotRequired[str]
    message: NotRequired[str]
    reason: NotRequired[Annotated[Literal["join"], Field(description="The threads it ran beside were joined.")]]


class History(TypedDict):
    """A page of what happened to an instance. It can have fewer events than asked for, even none, and more to come."""

    instance_id: InstanceId
    workflow_id: WorkflowId
    status: InstanceStatus
    events: list[HistoryEvent]
    pagination: Pagination


class InstanceError(TypedDict):
    """An `error` event of some instance."""

    id: EventId
    instance_id: InstanceId
    workflow_name: WorkflowName
    version_id: VersionId
    namespace: Namespace
    thread: ThreadId
    state: StateName
    code: str
    message: str
    fatal: Annotated[bool, Field(description="Whether the instance failed of it. Others were caught by `on_error`.")]
    timestamp: Moment


class ErrorCounts(TypedDict):
    """How many errors there were in whole hours, from the one with `since` to the one with `until`."""

    since: Moment
    until: Moment
    total: int
    by_code: dict[str, int]
    by_workflow: dict[str, int]


class Errors(TypedDict):
    """A page of errors, newest first, and the counts of all that the filters leave."""

    errors: list[InstanceError]
    counts: ErrorCounts
    pagination: Pagination
