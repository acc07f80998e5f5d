"""Receivers of webhooks that we own: what each is sent, when, and what it answers; and worlds in which they listen."""

import json
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from interactor.egress.protocol import NO_HEADERS, HttpCaller
from interactor.engine.work import CallHttp, HttpAnswered, HttpFailed, HttpOutcome
from interactor.storage.deliveries import Delivery
from tests.definitions import end, form, halt, workflow
from tests.webhooks.subscribing import URL
from tests.world import FakeClock, World

TIMED_OUT = HttpFailed("http_timeout", "receiver.example did not answer within 30000 ms", duration_ms=30_000)
CLOSED = HttpFailed("http_error", "receiver.example closed the connection before its answer was complete")

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

ASKING = workflow(
    ask=halt(("approved", {"field": "approved", "equals": True}), "ask",
             presentation={"title": "Approve?", **form({"name": "approved", "type": "boolean", "label": "Approve?"})}),
    approved=end(),
)  # fmt: skip

Answer: TypeAlias = HttpOutcome | int | Callable[[], HttpOutcome]


@dataclass(frozen=True)
class Received:
    at: int
    url: str
    headers: Mapping[str, str]
    body: str

    @property
    def id(self) -> str:
        return self.headers["X-Interactor-Delivery"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        return self.json["data"]


@dataclass
class Receivers(HttpCaller):
    """All receivers there are. `answers` holds what each URL answers in turn before 200, `always` what it ever does."""

    clock: FakeClock
    received: list[Received] = field(default_factory=list)
    answers: defaultdict[str, deque[Answer]] = field(default_factory=lambda: defaultdict(deque))
    always: dict[str, Answer] = field(default_factory=dict)

    def call(
        self, work: CallHttp, trace_parent: str | None, own_headers: Mapping[str, str] = NO_HEADERS
    ) -> HttpOutcome:
        self.received.append(Received(self.clock.now, work.url, own_headers, work.body or ""))
        queue = self.answers[work.url]
        answer = self.always.get(work.url) or (queue.popleft() if queue else 200)
        if isinstance(answer, int):
            return HttpAnswered(answer, {}, None, duration_ms=20)
        outcome = answer() if callable(answer) else answer
        if outcome.duration_ms > SECOND:
            self.clock.pass_by(outcome.duration_ms)
        return outcome

    def answer(self, *answers: Answer, url: str = URL) -> None:
        self.answers[url].extend(answers)

    def named(self, event: str) -> list[Received]:
        return [found for found in self.received if found.json["event"] == event]


def listening(world: World) -> Receivers:
    """Receivers in this world, which has the workflow `flow`: it asks, and asks again unless it is approved."""
    world.publish(ASKING)
    receivers = Receivers(world.clock)
    world.replace(http=receivers)
    return receivers


def deliveries(world: World, subscription_id: str) -> list[Delivery]:
    """All of a subscription, oldest first."""
    found = world.parts.deliveries.page("acme", [subscription_id], ("pending", "delivered", "dead"), 0, None, 1_000)
    return found[::-1]


def markers(world: World, subscription_id: str) -> list[Any]:
    return list(world.parts.deliveries.due("acme", subscription_id, None, 10_000))
