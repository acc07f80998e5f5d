"""What workflows and their versions look like."""

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from interactor.api.schemas.common import Moment, Pagination, VersionId, VersionStatus, WorkflowId, WorkflowName
from interactor.engine.definition import Definition


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
