"""What simulations look like."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from interactor.api.schemas.common import Moment, StateName, ThreadId, VersionId, WorkflowName
from interactor.api.schemas.explanations import ExplainedWay
from interactor.api.schemas.forms import OpenForm
from interactor.api.schemas.instances import Failure, Thread
from interactor.api.schemas.workflows import Problem
from interactor.engine.instance import InstanceStatus
from interactor.json_text import Json


class Difference(TypedDict):
    """Where a case came out other than expected."""

    path: str
    expected: Json
    actual: NotRequired[Json]
    missing: NotRequired[Annotated[Literal[True], Field(description="There is nothing there.")]]


class RefusedAnswer(TypedDict):
    """An answer that the instance did not take, with what a resume would have been told."""

    answer: Annotated[int, Field(description="Its place in `answers`, from 0.")]
    state: StateName
    thread: ThreadId
    at: Moment
    code: str
    message: str
    details: Json


class SentRequest(TypedDict):
    """The request that an HTTP action would have sent."""

    method: str
    url: str
    headers: dict[str, str]
    body: str | None


class StubbedResponse(TypedDict):
    """What came back."""

    status: NotRequired[int]
    headers: NotRequired[dict[str, str]]
    body: NotRequired[Json]
    error: NotRequired[Literal["http_timeout", "http_error"]]


class Happening(TypedDict):
    """An event, with what else the simulator knows of it."""

    __pydantic_config__ = {"extra": "allow"}  # type: ignore[misc]  # noqa: RUF012  # how pydantic is told of a TypedDict

    type: Literal["lifecycle", "transition", "step", "halt", "error"]
    subtype: str
    timestamp: Moment
    thread: ThreadId
    explain: NotRequired[list[ExplainedWay]]
    workflow_data: NotRequired[Annotated[dict[str, Json], Field(description="After it, where it changed.")]]
    request: NotRequired[SentRequest]
    response: NotRequired[StubbedResponse]
    stubbed: NotRequired[Annotated[Literal["default"], Field(description="The case had no response for this state.")]]
    webhook: NotRequired[Annotated[str, Field(description="The event that subscribers would be told of.")]]


class SimulatedCase(TypedDict):
    """What came of one case."""

    name: str
    passed: NotRequired[Annotated[bool, Field(description="Whether it came out as expected, where it said how.")]]
    differences: NotRequired[list[Difference]]
    status: InstanceStatus
    current_state: StateName
    stopped: NotRequired[Annotated[str, Field(description="Why it was not played to its end.")]]
    error: NotRequired[Failure]
    began_at: Moment
    ended_at: Annotated[Moment, Field(description="The simulated moment in the end.")]
    unused_answers: Annotated[list[int], Field(description="The places in `answers` of those that nobody asked for.")]
    refused_answers: NotRequired[list[RefusedAnswer]]
    default_responses: Annotated[list[str], Field(description="States that called a server the case does not have.")]
    workflow_data: NotRequired[dict[str, Json]]
    paths: NotRequired[Annotated[dict[str, list[str]], Field(description="The states that each thread entered.")]]
    threads: NotRequired[list[Thread]]
    open_forms: NotRequired[Annotated[list[OpenForm], Field(description="What is still to be answered.")]]
    omitted: NotRequired[Annotated[list[str], Field(description="What did not fit the answer.")]]
    history: list[Happening]
    history_omitted: NotRequired[Annotated[int, Field(description="How many later events did not fit.")]]


class StatesCovered(TypedDict):
    """The states that some case entered, and those that none did."""

    covered: list[str]
    missed: list[str]


class Way(TypedDict):
    """A way from one state to another."""

    path: Annotated[str, Field(description="Where in the definition, such as `states.start.transitions[0]`.")]
    target: StateName


class WaysCovered(TypedDict):
    """The ways that some case took, and those that none did."""

    covered: list[Way]
    missed: list[Way]


class Coverage(TypedDict):
    """What the cases came through together."""

    states: StatesCovered
    transitions: WaysCovered


class Simulation(TypedDict):
    """What came of each case, and what they covered."""

    workflow_name: WorkflowName
    version_id: Annotated[VersionId | None, Field(description="Null for a definition that came with the call.")]
    passed: NotRequired[Annotated[bool, Field(description="Whether all cases that expect something passed.")]]
    cases: list[SimulatedCase]
    coverage: Coverage
    warnings: NotRequired[list[Problem]]
