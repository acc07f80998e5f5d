"""What triggers look like."""

from typing import Annotated, Literal, NotRequired, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from interactor.api.models.base import Namespace
from interactor.api.schemas.common import ULID, Moment, Pagination, WorkflowName
from interactor.engine.definition.values import Name
from interactor.json_text import Json

TriggerId: TypeAlias = Annotated[
    str,
    Field(pattern=f"^trg_{ULID}$", description="The trigger.", examples=["trg_01KFDMDAG0R0B2M8Y0HJ2RKZ5T"]),
]


class Schedule(TypedDict):
    """When a trigger starts an instance."""

    expression: str
    timezone: str


class Trigger(TypedDict):
    """What starts instances by itself: it has either an `event_pattern` or a `schedule`."""

    id: TriggerId
    name: Name
    workflow_name: WorkflowName
    namespace: Annotated[Namespace, Field(description="Who owns the trigger, and the instances that it starts.")]
    status: Annotated[
        Literal["active", "paused", "completed"],
        Field(description="`completed` when the moment of an `at(…)` schedule has passed."),
    ]
    event_pattern: NotRequired[dict[str, Json]]
    schedule: NotRequired[Schedule]
    input: Annotated[dict[str, Json] | str, Field(description="The template of the instances' input.")]
    created_at: Moment


class Triggers(TypedDict):
    """A page of triggers, newest first."""

    triggers: list[Trigger]
    pagination: Pagination


class FailureReason(TypedDict):
    """Why an event could not start an instance."""

    code: str
    message: str


class TriggerFailure(TypedDict):
    """An event that was for the trigger and started nothing. It is kept for 30 days."""

    id: Annotated[str, Field(pattern=f"^fail_{ULID}$")]
    event_id: str
    source: str
    detail_type: str
    failed_at: Moment
    error: FailureReason


class TriggerFailures(TypedDict):
    """A page of failures, newest first."""

    failures: list[TriggerFailure]
    pagination: Pagination
