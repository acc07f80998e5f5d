"""What instances, their threads and their open questions look like."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from interactor.api.models.base import Namespace
from interactor.api.schemas.common import (
    HaltId,
    InstanceId,
    Moment,
    Pagination,
    StateName,
    ThreadId,
    VersionId,
    WorkflowName,
)
from interactor.engine.instance import InstanceStatus, ThreadStatus
from interactor.json_text import Json


class Thread(TypedDict):
    """One path of execution within an instance."""

    id: ThreadId
    status: ThreadStatus
    current_state: StateName
    halt_id: NotRequired[HaltId]


class WayOut(TypedDict):
    """A transition that the answer may choose."""

    key: Annotated[str, Field(description='What the answer says: `{"choice": key}`.')]
    description: str | None
    to: StateName


class HaltedOptions(TypedDict):
    """What a person is told at a halt with instructions, and what there is to choose from."""

    title: NotRequired[str]
    instruction: NotRequired[
        Annotated[str, Field(description="Plain text; what a language model writes may come after the halt.")]
    ]
    include_data: NotRequired[Annotated[list[str], Field(description="Paths into `workflow_data` worth showing.")]]
    transition_mode: Literal["selection", "condition"]
    choices: NotRequired[Annotated[list[WayOut], Field(description="In `selection` mode.")]]
    generated: Annotated[bool, Field(description="Whether a language model wrote the instruction.")]


class ShownPresentation(TypedDict):
    """The state's `presentation` with its templates filled in."""

    __pydantic_config__ = {"extra": "allow"}  # type: ignore[misc]  # noqa: RUF012  # how pydantic is told of a TypedDict

    type: Literal["form", "choice", "message"]


class Failure(TypedDict):
    """Why an instance failed."""

    code: str
    message: str
    state: StateName


class _InstanceIdentity(TypedDict):
    id: InstanceId
    workflow_name: WorkflowName
    version_id: VersionId
    namespace: Annotated[Namespace, Field(description="Who owns it.")]
    status: InstanceStatus
    current_state: StateName
    created_at: Moment


class InstanceSummary(_InstanceIdentity):
    """An instance as lists show it."""


class Instance(_InstanceIdentity):
    """An instance and, where one thread of it is halted, the open question."""

    workflow_data: Annotated[dict[str, Json], Field(description="What scripts returned and people answered.")]
    threads: list[Thread]
    completed_at: NotRequired[Moment]
    failed_at: NotRequired[Moment]
    cancelled_at: NotRequired[Moment]
    error: NotRequired[Failure]
    halt_id: NotRequired[HaltId]
    halting_presentation: NotRequired[ShownPresentation]
    halted_at_state: NotRequired[StateName]
    halted_options: NotRequired[HaltedOptions]


class VisitError(TypedDict):
    """An error during a visit."""

    code: str
    message: str


class Visit(TypedDict):
    """One stay in a state."""

    state: StateName
    entered_at: Moment
    exited_at: NotRequired[Moment]
    transition: NotRequired[Annotated[str, Field(description="The state it was left for.")]]
    thread: NotRequired[Annotated[ThreadId, Field(description="The thread, where it is not `thread_main`.")]]
    logs: NotRequired[Annotated[list[str], Field(description="What the script wrote with `console.log`.")]]
    duration_ms: NotRequired[Annotated[int, Field(description="What its logic took, in milliseconds.")]]
    halt_id: NotRequired[HaltId]
    input_received: NotRequired[dict[str, Json]]
    resumed_at: NotRequired[Moment]
    resumed_by: NotRequired[Annotated[str, Field(description="The `sub` of the token that answered.")]]
    error: NotRequired[VisitError]


class InstanceDetails(Instance):
    """An instance with its open question and its history."""

    history: Annotated[list[Visit], Field(description="Its stays in states, in the order in which they began.")]
    history_truncated: NotRequired[Annotated[Literal[True], Field(description="There were earlier ones.")]]


class Instances(TypedDict):
    """A page of instances, newest first."""

    instances: list[InstanceSummary]
    pagination: Pagination


class Cancelled(TypedDict):
    """The cancelled instance."""

    id: InstanceId
    status: Literal["cancelled"]
    cancelled_at: Moment


class Threads(TypedDict):
    """The threads of an instance."""

    threads: list[Thread]
