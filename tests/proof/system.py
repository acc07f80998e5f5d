"""A whole system under test, what it has promised to whom, and the check that it has kept every promise.

The check knows nothing of what went wrong on the way: whatever was acknowledged must be there, once, and everything
that is said about it anywhere must agree.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from interactor.engine.history import Event
from interactor.ids import event_id
from interactor.storage.instances import Stored
from tests.services.soundness import check_instance, whole_history
from tests.world import Answered, World

LONG_ENOUGH = 4 * 60 * 60 * 1000
"""For every retry, lease and delivery to be over, and no lifetime."""


@dataclass
class System:
    """A world, and what its clients were told."""

    world: World
    created: set[str] = field(default_factory=set)
    """Instances whose creation was acknowledged."""
    answered: set[tuple[str, str]] = field(default_factory=set)
    """Halts (instance, halt id) whose answer was acknowledged with 200."""
    told: dict[str, set[str]] = field(default_factory=dict)
    """By idempotency key: the answers that have been given."""

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

    def halted(self, instance_id: str) -> list[Any]:
        """The threads of an instance that wait for somebody."""
        threads = self.world.get(f"/workflows/instances/{instance_id}/threads").data["threads"]
        return [thread for thread in threads if thread["status"] == "halted"]

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

    def _what_was_acknowledged_is_there(self, stored: dict[str, Stored], histories: dict[str, list[Event]]) -> None:
        assert self.created <= stored.keys(), "an acknowledged instance is missing"
        for instance_id, halt_id in self.answered:
            answers = [
                event
                for event in histories[instance_id]
                if event["subtype"] == "resumed" and event["halt_id"] == halt_id
            ]
            assert len(answers) == 1, "an acknowledged answer counts once"
        for key, answers in self.told.items():
            assert len(answers) == 1, f"{key} was answered differently: {answers}"

    def _nothing_is_stuck(self, stored: dict[str, Stored]) -> None:
        assert self.world.messages == []
        for found in stored.values():
            instance = found.instance
            waiting = any(thread.status == "halted" for thread in instance.threads)
            assert instance.status != "running" or waiting, f"{instance.id} is stuck"
            assert not any(thread.on_enter for thread in instance.threads), "on_enter was never carried out"

    def _statistics_are_true(self, stored: dict[str, Stored]) -> None:
        true = Counter((found.instance.workflow_name, found.instance.status) for found in stored.values())
        for name in {name for name, _ in true}:
            told = self.world.statistics(name)["instances"]["by_status"]
            assert {status: count for status, count in told.items() if count} == {
                status: count for (of, status), count in true.items() if of == name
            }

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

    def _remember(self, key: str | None, answer: Answered) -> None:
        if key and answer.status in (200, 201):
            self.told.setdefault(key, set()).add(answer.text)
