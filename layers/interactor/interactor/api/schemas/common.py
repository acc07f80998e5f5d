"""What the answers of all resources share: names, ids, moments, pages, errors."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict  # pydantic reads the standard library's only from Python 3.12 on

from interactor.engine.definition.values import Name
from interactor.json_text import Json

ULID = "[0-9A-HJKMNP-TV-Z]{26}"

WorkflowName: TypeAlias = Annotated[Name, Field(description="The workflow's name.", examples=["approval_workflow"])]
WorkflowId: TypeAlias = Annotated[str, Field(pattern=f"^wf_{ULID}$", examples=["wf_01KFDMDAG0AQ7HE9AMKQE97S45"])]
VersionId: TypeAlias = Annotated[
    str,
    Field(pattern=f"^v_{ULID}$", description="A version of the workflow.", examples=["v_01KFDMDAG07FY2D5CMXXJ94A79"]),
]
InstanceId: TypeAlias = Annotated[
    str,
    Field(pattern=f"^inst_{ULID}$", description="The instance.", examples=["inst_01KFDMDAG0KPSK7P2NQ2EP33R5"]),
]
EventId: TypeAlias = Annotated[
    str,
    Field(pattern=f"^evt_{ULID}$", description="An event of the history.", examples=["evt_01KFDMDAHDAPW9TRCF0M000002"]),
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
