"""What surrounds the service, in a test's hands: time, people with their tokens, other people's servers, a language
model.
"""

import functools
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from interactor.auth.principals import SCOPES, Principal
from interactor.egress.protocol import NO_HEADERS, HttpCaller
from interactor.engine.work import (
    CallHttp,
    HttpAnswered,
    HttpOutcome,
    InstructionFailed,
    InstructionOmitted,
    InstructionOutcome,
    InstructionWritten,
    WriteInstruction,
)
from interactor.errors import Unauthorized
from interactor.language_model.protocol import InstructionWriter
from interactor.sandbox.quickjs import QuickJsRunner
from tests.aws import Aws

NOON = 1_768_910_400_000
"""2026-01-20T12:00:00Z, the reference's favourite moment."""


class FakeClock:
    """Time that passes when told to, and a millisecond at each look, so that no two moments are the same.

    `now` is the true time. The product's clock may be `off` from it; AWS's own never is.
    """

    def __init__(self, now: int = NOON) -> None:
        self.now = now
        self.off = 0

    def __call__(self) -> int:
        return self.tick() + self.off

    def tick(self) -> int:
        """A look at the true time."""
        self.now += 1
        return self.now

    def pass_by(self, milliseconds: int) -> None:
        self.now += milliseconds

    @contextmanager
    def off_by(self, milliseconds: int) -> Iterator[None]:
        """Whoever looks meanwhile sees a time that is so much later than it is."""
        before, self.off = self.off, milliseconds
        try:
            yield
        finally:
            self.off = before


class FakeServers(HttpCaller):
    """Other people's servers: answers what it is told to, and remembers what it was sent."""

    def __init__(self) -> None:
        self.calls: list[CallHttp] = []
        self.own_headers: list[Mapping[str, str]] = []
        self.traces: list[str | None] = []
        self.answers: deque[HttpOutcome | Callable[[CallHttp], HttpOutcome]] = deque()

    def call(
        self, work: CallHttp, trace_parent: str | None, own_headers: Mapping[str, str] = NO_HEADERS
    ) -> HttpOutcome:
        self.calls.append(work)
        self.own_headers.append(own_headers)
        self.traces.append(trace_parent)
        answer = self.answers.popleft() if self.answers else HttpAnswered(200, {}, {"ok": True})
        return answer(work) if callable(answer) else answer


class FakeWriter(InstructionWriter):
    """A language model: writes what it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[WriteInstruction] = []
        self.answers: deque[InstructionOutcome | Callable[[WriteInstruction], InstructionOutcome]] = deque()
        self.foregone: InstructionFailed | InstructionOmitted | None = None
        """How it ends without a call."""

    def without_a_call(self, work: WriteInstruction) -> InstructionFailed | InstructionOmitted | None:
        return self.foregone

    def write(self, work: WriteInstruction) -> InstructionOutcome:
        self.asked.append(work)
        answer = self.answers.popleft() if self.answers else InstructionWritten(f"Text {len(self.asked)}.", 700)
        return answer(work) if callable(answer) else answer


class FakeBedrock:
    """Bedrock's runtime: never says the same again. What it is asked passes through `aws`, as all requests do."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self._answers = 0

    def converse(self, **request: Any) -> Any:
        return self._aws.send("converse", request, self._answer)

    def _answer(self) -> Any:
        self._answers += 1
        content = [{"text": f"Text {self._answers}."}]
        return {"output": {"message": {"role": "assistant", "content": content}}, "stopReason": "end_turn"}


class FakeTokens:
    """Takes `Bearer <name>` for the principal of that name."""

    def __init__(self, principals: dict[str, Principal]) -> None:
        self._principals = principals

    def verify(self, authorization: str | None) -> Principal:
        name = (authorization or "").removeprefix("Bearer ")
        if name not in self._principals:
            raise Unauthorized("The token is invalid or has expired")
        return self._principals[name]


def principal(name: str, account: str, *namespaces: str, scopes: frozenset[str] = SCOPES) -> Principal:
    return Principal(name, account, scopes, frozenset(namespaces))


def at_once(function: Callable[..., Any], *arguments: Any) -> Future[Any]:
    """What runs beside a call, run first instead: requests come in one order, which a test can break into."""
    future: Future[Any] = Future()
    try:
        future.set_result(function(*arguments))
    except BaseException as error:
        future.set_exception(error)
    return future


class Uncounted:
    """Counters under which every call is the first of its minute: calls are not limited, and nothing is written."""

    def take(self, account: str, category: str, window: int, permits: int) -> int:
        return permits


@functools.cache
def quickjs() -> QuickJsRunner:
    """One sandbox for all tests: compiling the engine takes a second."""
    return QuickJsRunner.load(None)
