"""What answers look like, for the OpenAPI document and for nothing else: handlers build theirs in `representations.py`.

The names are those of the reference; a test holds the real answers against these types. Requests are documented by the
models that check them (`models.py`, `engine/definition.py`), except those for tokens: their reader,
`auth/oauth_request.py`, has no models.
"""

from typing import Annotated, Any, Literal, NotRequired, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict  # pydantic reads the standard library's only from Python 3.12 on

from interactor.api.models import Namespace
from interactor.engine.definition import Definition, Name
from interactor.engine.instance import InstanceStatus, ThreadStatus
from interactor.json_text import Json

_ULID = "[0-9A-HJKMNP-TV-Z]{26}"

WorkflowName: TypeAlias = Annotated[Name, Field(description="The workflow's name.", examples=["approval_workflow"])]
WorkflowId: TypeAlias = Annotated[str, Field(pattern=f"^wf_{_ULID}$", examples=["wf_01KFDMDAG0AQ7HE9AMKQE97S45"])]
VersionId: TypeAlias = Annotated[
    str,
    Field(pattern=f"^v_{_ULID}$", description="A version of the workflow.", examples=["v_01KFDMDAG07FY2D5CMXXJ94A79"]),
]
InstanceId: TypeAlias = Annotated[
    str,
    Field(pattern=f"^inst_{_ULID}$", description="The instance.", examples=["inst_01KFDMDAG0KPSK7P2NQ2EP33R5"]),
]
ThreadId: TypeAlias = Annotated[
    str,
    Field(
        pattern="^thread_[A-Za-z0-9_-]{1,64}$",
        description="A thread of the instance; the first is `thread_main`.",
        examples=["thread_main"],
    ),
]
HaltId: TypeAlias = Annotated[
    str, Field(description="Names the halt; send it back, so that an old page cannot answer a new question.")
]
StateName: TypeAlias = Annotated[Name, Field(description="The name of a state.")]
Moment: TypeAlias = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$",
        description="UTC.",
        json_schema_extra={"format": "date-time"},
    ),
]
VersionStatus: TypeAlias = Annotated[
    Literal["draft", "published"], Field(description="Only a published version can be run, and it never changes again.")
]


class Pagination(TypedDict):
    """Where the list goes on."""

    has_more: bool
    next_cursor: Annotated[str | None, Field(description="The `cursor` of the next page; null on the last.")]


# Workflows


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


# Instances


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
    instruction: NotRequired[str]
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


# Triggers

TriggerId: TypeAlias = Annotated[
    str,
    Field(pattern=f"^trg_{_ULID}$", description="The trigger.", examples=["trg_01KFDMDAG0R0B2M8Y0HJ2RKZ5T"]),
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

    id: Annotated[str, Field(pattern=f"^fail_{_ULID}$")]
    event_id: str
    source: str
    detail_type: str
    failed_at: Moment
    error: FailureReason


class TriggerFailures(TypedDict):
    """A page of failures, newest first."""

    failures: list[TriggerFailure]
    pagination: Pagination


# Tokens (RFC 6749)

Scope: TypeAlias = Annotated[
    str,
    Field(
        description="Scopes separated by single spaces; all that there are, where left out.",
        examples=["workflows:read"],
    ),
]


class Login(TypedDict):
    """Who signs in."""

    username: str
    password: str
    scope: NotRequired[Scope]


class RefreshGrant(TypedDict):
    """New tokens for a refresh token."""

    grant_type: Literal["refresh_token"]
    refresh_token: str
    client_id: NotRequired[
        Annotated[str, Field(description="The client it was issued to; by default that of the login.")]
    ]
    scope: NotRequired[Scope]


class ClientCredentialsGrant(TypedDict):
    """A token for a service account; id and secret may come by HTTP Basic instead."""

    grant_type: Literal["client_credentials"]
    client_id: NotRequired[str]
    client_secret: NotRequired[str]
    scope: NotRequired[Scope]


Grant: TypeAlias = Annotated[RefreshGrant | ClientCredentialsGrant, Field(discriminator="grant_type")]


class Tokens(TypedDict):
    """The access token, and what goes with it."""

    access_token: Annotated[str, Field(description="For `Authorization: Bearer …`.")]
    token_type: Literal["Bearer"]
    expires_in: Annotated[int, Field(description="Seconds.")]
    scope: Annotated[str, Field(description="The scopes it has, separated by spaces.")]
    refresh_token: NotRequired[str]


class TokenError(TypedDict):
    """Why no token was issued."""

    error: str
    error_description: NotRequired[str]


# What is common to all


class ErrorBody(TypedDict):
    """What went wrong: `code` for programs, `message` for people."""

    code: str
    message: str
    details: Annotated[Json, Field(description="What a program may want to know of it; null where there is nothing.")]
    request_id: Annotated[str, Field(description="As in `X-Request-Id`.", examples=["req_01KFDMDAG0RFVVVX9QRHKJ8E9C"])]


class Error(TypedDict):
    """The answer to every request that fails."""

    error: ErrorBody


class OpenApi(TypedDict):
    """An OpenAPI 3.1 document."""

    __pydantic_config__ = {"extra": "allow"}  # type: ignore[misc]  # noqa: RUF012  # how pydantic is told of a TypedDict

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]
