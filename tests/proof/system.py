"""A whole system under test, what it has promised to whom, and the check that it has kept every promise.

The check knows nothing of what went wrong on the way: whatever was acknowledged must be there, once, and everything
that is said about it anywhere must agree.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from interactor.egress.protocol import NO_HEADERS, HttpCaller
from interactor.engine.due import due_at
from interactor.engine.history import Event
from interactor.engine.work import CallHttp, HttpAnswered, HttpOutcome
from interactor.ids import event_id
from interactor.services.timer_queues import from_text
from interactor.storage.instances import Stored
from tests.answered import Answered
from tests.services.soundness import check_instance, whole_history
from tests.world import World

LONG_ENOUGH = 4 * 60 * 60 * 1000
"""For every retry, lease and delivery to be over, and no lifetime."""

RECEIVER = "https://receiver.example/hook"
TOLD_AS = {
    "created": "created", "completed": "completed", "failed": "failed", "cancelled": "cancelled",
    "expired": "cancelled", "halted": "halted", "resumed": "resumed", "reminder": "reminder",
}  # fmt: skip
"""What the reference calls the events of history, after `workflow.instance.`."""


class Receiver(HttpCaller):
    """One who is told of everything, beside the servers that workflows call. Every third time it fails."""

    def __init__(self, servers: HttpCaller) -> None:
        self._servers = servers
        self.heard: list[tuple[str, str]] = []
        """(delivery id, body) of every try."""

    def call(
        self, work: CallHttp, trace_parent: str | None, own_headers: Mapping[str, str] = NO_HEADERS
    ) -> HttpOutcome:
        if work.url != RECEIVER:
            return self._servers.call(work, trace_parent, own_headers)
        self.heard.append((own_headers["X-Interactor-Delivery"], work.body or ""))
        return HttpAnswered(204 if len(self.heard) % 3 else 500, {}, None, duration_ms=20)


@dataclass
class System:
    """A world, and what its clients were told."""

    world: World
    receiver: Receiver | None = None
    subscriptions: int = 0
    """To each of which everything is told."""
    created: set[str] = field(default_factory=set)
    """Instances whose creation was acknowledged."""
    answered: set[tuple[str, str]] = field(default_factory=set)
    """Halts (instance, halt id) whose answer was acknowledged with 200."""
    refused: set[str] = field(default_factory=set)
    """Requests that were told that they have changed nothing."""
    told: dict[str, set[str]] = field(default_factory=dict)
    """By idempotency key: the answers that have been given."""
    triggers: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    """Those that were taken, by their ids: each is for every trigger."""

    def subscribe(self, times: int = 1) -> None:
        """From now on somebody wants to hear of everything, so many times. Until then nothing has happened."""
        receiver = self.receiver = Receiver(self.world.servers)
        self.world.replace(http=receiver)
        body = {"url": RECEIVER, "events": ["workflow.*"]}
        for _ in range(times):
            assert self.world.post("/webhooks/subscriptions", body, as_="service").status == 201
        self.subscriptions = times
        self.world.clock.pass_by(10 * 60 * 1000)  # more than any clock is off: nothing seems to have happened before

    def trigger(self, workflow_name: str) -> None:
        """From now on each order starts one."""
        pattern = {"detail-type": ["Order Placed"]}
        body = {"name": workflow_name, "workflow_name": workflow_name, "namespace": "user_1", "event_pattern": pattern}
        self.triggers.append(self.world.post("/triggers", body).data["id"])

    def start(self, name: str, input: Any, key: str | None = None) -> Answered:
        answer = self.world.start(name, input, headers={"Idempotency-Key": key} if key else None)
        if answer.status == 201:
            self.created.add(answer.data["id"])
        self._remember(key, answer)
        return answer

    def answer(self, instance_id: str, thread: Any, input: Any, key: str | None = None) -> Answered:
        """Answer the halt that somebody saw at this thread."""
        path = f"/workflows/instances/{instance_id}/threads/{thread['id']}/resume"
        body = {"input": input, "halt_id": thread["halt_id"]}
        answer = self.world.post(path, body, headers={"Idempotency-Key": key} if key else None)
        if answer.status == 200:
            self.answered.add((instance_id, thread["halt_id"]))
        self._remember(key, answer)
        return answer

    def cancel(self, instance_id: str) -> Answered:
        answer = self.world.post(f"/workflows/instances/{instance_id}/cancel")
        self._remember(None, answer)
        return answer

    def halted(self, instance_id: str) -> list[Any]:
        """The threads of an instance that wait for somebody."""
        threads = self.world.get(f"/workflows/instances/{instance_id}/threads").data["threads"]
        return [thread for thread in threads if thread["status"] == "halted"]

    def others_go_on(self) -> None:
        """Somebody else answers the newest open question, and everything that waits is done."""
        for instance_id in sorted(self.listed(), reverse=True)[:1]:
            for thread in self.halted(instance_id):
                self.answer(instance_id, thread, {"by": "somebody else"})
        self.world.settle()

    def listed(self) -> dict[str, Any]:
        """All instances that the API lists, by id."""
        found = self.world.get("/workflows/instances", as_="service", query="limit=200").data["instances"]
        return {entry["id"]: entry for entry in found}

    def check(self) -> None:
        """Everything goes on undisturbed for a while; then every promise is looked at."""
        self.world.pass_until(self.world.clock.now + LONG_ENOUGH)
        stored = {instance_id: check_instance(self.world, instance_id) for instance_id in self.listed()}
        histories = {instance_id: whole_history(self.world, found) for instance_id, found in stored.items()}
        self._what_was_acknowledged_is_there(stored, histories)
        self._nothing_is_stuck(stored)
        self._statistics_are_true(stored)
        self._every_error_is_told(stored, histories)
        self._every_event_has_started_one_of_each(histories)
        if self.receiver:
            self._everything_was_heard(self.receiver, histories)

    def _what_was_acknowledged_is_there(self, stored: dict[str, Stored], histories: dict[str, list[Event]]) -> None:
        assert self.created <= stored.keys(), "an acknowledged instance is missing"
        for instance_id, halt_id in self.answered:
            answers = [
                event
                for event in histories[instance_id]
                if event["subtype"] == "resumed" and event["halt_id"] == halt_id
            ]
            assert len(answers) == 1, "an acknowledged answer counts once"
        for event in (event for events in histories.values() for event in events):
            assert event.get("request_id") not in self.refused, f"{event} was refused"
        for key, answers in self.told.items():
            assert len(answers) == 1, f"{key} was answered differently: {answers}"

    def _nothing_is_stuck(self, stored: dict[str, Stored]) -> None:
        timers = [from_text(text) for _, text in self.world.messages]
        assert all(timer.purpose == "advance" and timer.due_at > self.world.clock.now for timer in timers)
        for found in stored.values():
            instance = found.instance
            waiting = any(thread.status == "halted" for thread in instance.threads)
            assert instance.status != "running" or waiting, f"{instance.id} is stuck"
            assert not any(thread.on_enter for thread in instance.threads), "on_enter was never carried out"
            definition = self.world.parts.workflows.definition(instance.account, instance.version_id)
            due = due_at(definition, instance)
            assert due is None or due > self.world.clock.now, f"{instance.id} is overdue"

    def _statistics_are_true(self, stored: dict[str, Stored]) -> None:
        """As they are kept: the API leaves out what is below nothing."""
        self.world.count_commits()
        instances = [found.instance for found in stored.values()]
        for name in {instance.workflow_name for instance in instances}:
            kept = self.world.parts.statistics.get("acme", name)
            true = Counter(one.status for one in instances if one.workflow_name == name)
            assert _filled(kept.by_status) == true, "the counts are wrong"
            where = Counter((one.current_state, one.status) for one in instances if one.workflow_name == name)
            told = {(state, status): n for state, of in kept.states.items() for status, n in of.instances.items()}
            assert _filled(told) == where, "the counts of states are wrong"

    def _every_event_has_started_one_of_each(self, histories: dict[str, list[Event]]) -> None:
        created = [event for events in histories.values() for event in events if event["subtype"] == "created"]
        started = Counter((event["by"], event["request_id"]) for event in created)
        due = [(f"trigger:{trigger}", sent) for sent in self.events for trigger in self.triggers]
        assert {start: started[start] for start in due} == dict.fromkeys(due, 1), "an event starts one, once"

    def _every_error_is_told(self, stored: dict[str, Stored], histories: dict[str, list[Event]]) -> None:
        true = {
            event_id(instance_id, number, event["at"])
            for instance_id in stored
            for number, event in enumerate(histories[instance_id])
            if event["type"] == "error"
        }
        listed = self.world.get("/workflows/errors", as_="service", query="limit=1000").data
        assert {entry["id"] for entry in listed["errors"]} == true
        assert listed["counts"]["total"] == len(true)

    def _everything_was_heard(self, receiver: Receiver, histories: dict[str, list[Event]]) -> None:
        """Every event that was committed, under one id and with the same bytes each time, and nothing else."""
        bodies = defaultdict(set)
        for delivery_id, body in receiver.heard:
            bodies[delivery_id].add(body)
        assert all(len(versions) == 1 for versions in bodies.values()), "the bytes of a delivery never change"
        heard = Counter()
        for (body,) in bodies.values():
            told = json.loads(body)
            heard[told["data"]["instance_id"], told["data"]["sequence"], told["event"]] += 1
        committed = Counter(
            (instance_id, number, f"workflow.instance.{TOLD_AS[event['subtype']]}")
            for instance_id, events in histories.items()
            for number, event in enumerate(events)
            if event["type"] in ("lifecycle", "halt") and event.get("reason") != "join"
            for _ in range(self.subscriptions)
        )
        assert not committed - heard, f"never heard: {committed - heard}"
        assert not heard - committed, f"heard, and not committed once: {heard - committed}"

    def _remember(self, key: str | None, answer: Answered) -> None:
        if 400 <= answer.status < 500 and key is None:
            self.refused.add(answer.headers["X-Request-Id"])
        if key and answer.status in (200, 201):
            self.told.setdefault(key, set()).add(answer.text)


def _filled(counts: Mapping[Any, int]) -> dict[Any, int]:
    return {of: count for of, count in counts.items() if count}
