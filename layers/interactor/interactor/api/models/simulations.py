"""Requests to the simulator."""

from datetime import UTC, datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Discriminator, Field, Tag, WithJsonSchema

from interactor.api.models.base import Namespace, Request
from interactor.clock import Millis
from interactor.engine import durations
from interactor.engine.definition.values import Name
from interactor.engine.instance import InstanceStatus
from interactor.engine.signals import MAX_INPUT_BYTES
from interactor.engine.work import HttpAnswered, HttpFailed, HttpOutcome
from interactor.json_text import Json, size_of
from interactor.simulation.cases import Case, ScriptedAnswer

MAX_CASES = 20
MAX_ANSWERS = 100
"""Of one case. Limits of ours, as the next one."""
MAX_RESPONSES = 100
FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
LAST_MOMENT = datetime(2500, 1, 1, tzinfo=UTC)
"""When a case may begin: what follows should still fit the clock that scripts see, which ends in 2554."""


def _check_moment(text: str) -> str:
    try:
        moment: datetime | None = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not FIRST_MOMENT <= moment < LAST_MOMENT:
        raise ValueError("must be a moment from 1970 to 2499 with a time zone, such as 2026-01-20T12:00:00Z")
    return text


def _check_duration(text: str) -> str:
    length = durations.milliseconds(text)
    if length is None or length > durations.LONGEST:
        raise ValueError("must be an ISO 8601 duration of at most 90 days, such as PT2H or P1D")
    return text


def _check_size(value: dict[str, Json]) -> dict[str, Json]:
    if (size := size_of(value)) > MAX_INPUT_BYTES:
        raise ValueError(f"must have at most {MAX_INPUT_BYTES} bytes, but it has {size}")
    return value


Moment: TypeAlias = Annotated[
    str, AfterValidator(_check_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
Span: TypeAlias = Annotated[
    str, AfterValidator(_check_duration), WithJsonSchema({"type": "string", "format": "duration"})
]
Input: TypeAlias = Annotated[dict[str, Json], AfterValidator(_check_size)]


class AnswerBody(Request):
    """What somebody answers at a halt."""

    state: Name | None = Field(None, description="The halting state; without one, whichever halts next.")
    thread: str | None = Field(None, description="The thread, where several halt in this state.")
    input: Input = Field({}, description="The answer, as in a resume; at most 64 KB.")
    after: Span = Field("PT0S", description="How long after the halt began.")


class ResponseBody(Request):
    """What a server says to one call: an answer, or none at all (`error`)."""

    status: int = Field(200, ge=100, le=599, description="The status.")
    headers: dict[str, str] = Field({}, description="Headers of the answer.")
    body: Json = Field(None, description="The body, parsed.")
    error: Literal["http_timeout", "http_error"] | None = Field(None, description="No answer comes, for this reason.")
    duration_ms: int | None = Field(
        None, ge=0, le=30_000, description="How long it takes; by default no time, and the whole time-out for one."
    )

    def outcome(self) -> HttpOutcome:
        if self.error is None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            return HttpAnswered(self.status, headers, self.body, self.duration_ms or 0)
        message = "did not answer in time" if self.error == "http_timeout" else "the connection failed"
        return HttpFailed(self.error, message, duration_ms=self.duration_ms or 0)


Responses: TypeAlias = Annotated[list[ResponseBody], Field(min_length=1, max_length=MAX_RESPONSES)]
_OneOrMore: TypeAlias = Annotated[
    Annotated[ResponseBody, Tag("one")] | Annotated[Responses, Tag("more")],
    Discriminator(lambda said: "more" if isinstance(said, list) else "one"),
]
Servers: TypeAlias = dict[Name, _OneOrMore]


class ExpectBody(Request):
    """What is to come out; only what is given is compared."""

    status: InstanceStatus | None = Field(None, description="The status in the end.")
    current_state: Name | None = Field(None, description="The state of the main thread in the end.")
    error: str | None = Field(None, description="The code of the failure.")
    path: list[Name] | None = Field(None, description="The states that the main thread enters, in order.")
    workflow_data: dict[str, Json] | None = Field(
        None, description="What `workflow_data` holds; of objects, only the keys given are compared."
    )


class _Surroundings(Request):
    """What surrounds an instance: servers, secrets, time."""

    namespace: Namespace | None = Field(None, description="What scripts see as `context.namespace`.")
    http: Servers = Field(
        {}, description="By state, what the server says, or a list with one for each call, the last repeated."
    )
    secrets: dict[str, str] = Field({}, description="Values in place of the account's secrets, which are not used.")
    now: Moment | None = Field(None, description="When the instance begins; without one, now.")

    def moment(self) -> Millis | None:
        return None if self.now is None else int(datetime.fromisoformat(self.now).timestamp() * 1000)


class _Events(_Surroundings):
    input: Input = Field({}, description="What the instance begins with; at most 64 KB.")
    answers: list[AnswerBody] = Field([], max_length=MAX_ANSWERS, description="What people answer, in order.")
    wait: Span = Field("PT0S", description="How long nobody does anything at the end, so that timers come due.")
    expect: ExpectBody | None = Field(None, description="What is to come out.")


class CaseBody(_Events):
    """One instance played from start to end; what it leaves out of `http`, `secrets`, `now` the call says for all."""

    name: str | None = Field(None, max_length=128, description="What the case is called.")


class SimulateBody(_Events):
    """What to simulate: a `definition`, or the `name` of a workflow; one case as it stands here, or several `cases`."""

    definition: dict[str, Json] | None = Field(
        None, description="The definition, as for `POST /workflows`; nothing of it is stored."
    )
    name: Name | None = Field(None, description="A workflow of the account, in place of a definition.")
    version_id: str | None = Field(None, description="With `name`: which version, drafts too; else the published one.")
    cases: Annotated[list[CaseBody], Field(min_length=1, max_length=MAX_CASES)] | None = Field(
        None, description="Several cases; `http`, `secrets`, `now` and `namespace` beside them hold for all."
    )

    def to_play(self, now: Millis) -> list[Case]:
        """The cases, those that say no time beginning `now`. Raises ValueError where it is unclear what to simulate."""
        if (self.definition is None) is (self.name is None):
            raise ValueError("give either 'definition' or 'name'")
        if self.version_id is not None and self.name is None:
            raise ValueError("'version_id' goes with 'name'")
        own = self.model_fields_set & {"input", "answers", "wait", "expect"}
        if self.cases is not None and own:
            raise ValueError(f"give '{min(own)}' in the cases, not beside them")
        return [_case(f"case {number}", case, self, now) for number, case in enumerate(self.cases or [self], start=1)]


def _case(name: str, body: _Events, around: _Surroundings, now: Millis) -> Case:
    moment = body.moment()
    moment = around.moment() if moment is None else moment
    return Case(
        name=(body.name if isinstance(body, CaseBody) else None) or name,
        now=now if moment is None else moment,
        input=body.input,
        answers=[
            ScriptedAnswer(answer.input, answer.state, answer.thread, durations.milliseconds(answer.after) or 0)
            for answer in body.answers
        ],
        responses={
            state: [response.outcome() for response in (said if isinstance(said, list) else [said])]
            for state, said in (around.http | body.http).items()
        },
        secrets=around.secrets | body.secrets,
        namespace=body.namespace or around.namespace or "simulation",
        wait=durations.milliseconds(body.wait) or 0,
        expected=None if body.expect is None else body.expect.model_dump(exclude_unset=True),
    )
