"""What a commit of an instance has to say to whoever measures: what it was, what it is, and what took how long.

Pure. Read from the images of one record of the table's stream. Whether and how an instance ended shows in the images'
own attributes, durations only in their documents: where a later commit has discarded one of these from S3 already
(`storage/instances.py`, documents over 350 KB), durations are missing, never a count.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from interactor.clock import Millis
from interactor.engine.history import Event
from interactor.engine.instance import LIVE, Instance, InstanceStatus

Kind: TypeAlias = Literal["state", "script", "http"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an instance stands: its status, and the state of its main thread."""

    status: InstanceStatus
    state: str


@dataclass(frozen=True, slots=True)
class Span:
    """Something that took its time: a stay in a state, a run of its script, a try of its HTTP call.

    `status` is `running` or `halted` for a stay, `ok` or `failed` for the others.
    """

    kind: Kind
    state: str
    status: str
    duration: Millis


@dataclass(frozen=True, slots=True)
class Commit:
    """One version of an instance; `before` is None for the first."""

    account: str
    workflow_name: str
    instance_id: str
    version: int
    at: Millis
    before: Standing | None
    after: Standing
    spans: tuple[Span, ...] = ()

    @property
    def outcomes(self) -> list[str]:
        """Which of `created`, `completed` and `failed` it brought: two of them, if the instance needed one commit."""
        begun = ["created"] if self.before is None else []
        is_new = self.before is None or self.before.status != self.after.status
        return [*begun, self.after.status] if is_new and self.after.status in ("completed", "failed") else begun


def spans(before: Instance | None, events: Iterable[Event]) -> Iterator[Span]:
    """The stays that these events end, and the scripts and calls that they tell of.

    A thread that a fork starts is in its first state from then on: the state that forks is its parent's stay. What the
    end of the instance cuts off is no stay.
    """
    threads = before.threads if before else ()
    stays = {thread.id: (thread.state, thread.entered_at) for thread in threads if thread.status in LIVE}
    for event in events:
        match event["type"], event["subtype"]:
            case "lifecycle", "created":
                stays[event["thread"]] = event["initial_state"], event["at"]
            case "transition", "state_change":
                state, since = stays.get(event["thread"], ("", 0))
                if state == event["from_state"]:
                    yield Span("state", state, _while(event), event["at"] - since)
                stays[event["thread"]] = event["to_state"], event["at"]
            case "step", ("script" | "http") as kind:
                yield Span(kind, event["state"], "failed" if "error" in event else "ok", event["duration_ms"])


def _while(left: Event) -> str:
    """What a thread was doing in a state that it left: only halts end by an answer or a time-out."""
    return "halted" if left["trigger"] in ("resume", "timeout") else "running"
