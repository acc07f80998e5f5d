"""What workflows and their versions look like."""

from typing import Annotated, NotRequired

from pydantic import Field, NonNegativeInt
from typing_extensions import TypedDict

from interactor.api.schemas.common import (
    InstanceId,
    Moment,
    Pagination,
    StateName,
    VersionId,
    VersionStatus,
    WorkflowId,
    WorkflowName,
)
from interactor.engine.definition.workflow import Definition
from interactor.engine.instance import InstanceStatus


class Problem(TypedDict):
    """One thing wrong or doubtful in a definition."""

    path: Annotated[str, Field(description="Where, such as `states.start.transitions[0].target`; empty for the whole.")]
    message: str


class Validation(TypedDict):
    """What a definition would be told."""

    valid: bool
    errors: NotRequired[Annotated[list[Problem], Field(description="All that is wrong.")]]
    warnings: NotRequired[Annotated[list[Problem], Field(description="What is doubtful; it prevents nothing.")]]


class Version(TypedDict):
    """A version of a workflow."""

    version_id: VersionId
    status: VersionStatus
    created_at: Moment
    published_at: NotRequired[Moment]


class VersionCreated(Version):
    """The new version, a draft."""

    name: WorkflowName


class VersionWithDefinition(Version):
    """A version and what it says."""

    name: WorkflowName
    definition: Definition


class VersionPublished(TypedDict):
    """The version that new instances now run."""

    version_id: VersionId
    status: VersionStatus
    published_at: Moment


class Versions(TypedDict):
    """A page of versions, newest first."""

    versions: list[Version]
    pagination: Pagination


class Workflow(TypedDict):
    """A workflow."""

    name: WorkflowName
    workflow_id: WorkflowId
    latest_version_id: VersionId
    published_version_id: Annotated[VersionId | None, Field(description="What new instances run; null before that.")]
    created_at: Moment


class WorkflowWithDefinition(Workflow):
    """A workflow and its current definition: the published one, before that the latest."""

    version_id: VersionId
    definition: Definition


class Workflows(TypedDict):
    """A page of workflows, by name."""

    workflows: list[Workflow]
    pagination: Pagination


class InstanceCounts(TypedDict):
    """How many instances there are, and where; what would be 0 is left out."""

    by_status: dict[InstanceStatus, int]
    by_state: Annotated[
        dict[StateName, dict[InstanceStatus, int]], Field(description="By the state that their main thread is in.")
    ]


class LongestWait(TypedDict):
    """The instance that has waited longest for an answer."""

    instance_id: InstanceId
    state: StateName
    since: Moment
    seconds: NonNegativeInt
    at_least: NotRequired[
        Annotated[bool, Field(description="True where so many wait that another may have waited longer.")]
    ]


class StateDuration(TypedDict):
    """How long instances stay in a state, over all of the workflow's time; percentiles are right within 5 %."""

    visits: Annotated[int, Field(description="Stays that have ended.", ge=1)]
    p50_ms: Annotated[float, Field(ge=0)]
    p95_ms: Annotated[float, Field(ge=0)]


class WorkflowStatistics(TypedDict):
    """How a workflow does, over all namespaces and versions."""

    workflow_name: WorkflowName
    as_of: Annotated[
        Moment | None,
        Field(description="When commits were last counted, seconds after they were made; null before."),
    ]
    instances: InstanceCounts
    oldest_wait: Annotated[LongestWait | None, Field(description="As of now; null where none waits.")]
    states: Annotated[dict[StateName, StateDuration], Field(description="The states that have been left.")]
