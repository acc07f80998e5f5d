"""The statistics of one workflow: how many instances are where, and how long stays in each state took.

Pure. A commit is counted once however often it is delivered: the statistics remember which they counted lately. They
are a sum over commits, so the order in which these come does not matter.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self

from interactor.clock import Millis
from interactor.json_text import Json
from interactor.metrics import histogram
from interactor.metrics.commits import Commit, Standing

MAX_STATES = 200
"""State names that one workflow's statistics tell apart, over all its versions: twice what one version may have."""
REMEMBERED_FOR: Millis = 5 * 60_000
REMEMBERED = 4_000
"""Commits that are known again when they are delivered again, as long as they are among the latest so many and counted
within that time: four batches as large as they come, one for each shard that a new table's stream has.
"""
_MARK_BYTES = 6


@dataclass(slots=True)
class State:
    """What is known of one state."""

    instances: Counter[str] = field(default_factory=Counter)
    """Those whose main thread is in it, by status."""
    stays: Counter[int] = field(default_factory=Counter)
    """Stays in it that have ended, of any thread, by `histogram.bucket` of how long they took."""


@dataclass(slots=True)
class Statistics:
    """A workflow's, as of the moment at which commits were last counted."""

    as_of: Millis | None = None
    by_status: Counter[str] = field(default_factory=Counter)
    states: dict[str, State] = field(default_factory=dict)
    counted: list[tuple[Millis, bytes]] = field(default_factory=list)
    """Marks of the commits counted lately, joined, by the moment of counting; oldest first."""

    def count(self, commits: Iterable[Commit], now: Millis) -> list[Commit]:
        """Count those commits that have not been counted; they are returned."""
        known = {mark for _, marks in self.counted for mark in _each(marks)}
        fresh: dict[bytes, Commit] = {}
        for commit in commits:
            mark = _mark(commit)
            if mark not in known and mark not in fresh:
                fresh[mark] = commit
                self._add(commit)
        if fresh:
            self.as_of = now
            self._remember(b"".join(fresh), now)
        return list(fresh.values())

    def _add(self, commit: Commit) -> None:
        self._move(commit.after, 1)
        if commit.before:
            self._move(commit.before, -1)
        for span in commit.spans:
            if span.kind == "state" and (state := self._state(span.state)):
                state.stays[histogram.bucket(span.duration)] += 1

    def _move(self, standing: Standing, step: int) -> None:
        self.by_status[standing.status] += step
        if state := self._state(standing.state):
            state.instances[standing.status] += step

    def _state(self, name: str) -> State | None:
        """None where there are too many; a name that was taken in stays, so that who entered it is seen to leave it."""
        if name not in self.states and len(self.states) < MAX_STATES:
            self.states[name] = State()
        return self.states.get(name)

    def _remember(self, marks: bytes, now: Millis) -> None:
        recent = [entry for entry in self.counted if entry[0] > now - REMEMBERED_FOR]
        room = REMEMBERED * _MARK_BYTES - len(marks)
        kept = []
        for counted_at, earlier in reversed(recent):
            if room <= 0:
                break
            kept.append((counted_at, earlier[-room:]))
            room -= len(earlier)
        self.counted = [*reversed(kept), (now, marks)]

    def to_json(self) -> Json:
        return {
            "as_of": self.as_of,
            "by_status": _filled(self.by_status),
            "states": {name: [_filled(state.instances), _filled(state.stays)] for name, state in self.states.items()},
            "counted": [[at, base64.b64encode(marks).decode()] for at, marks in self.counted],
        }

    @classmethod
    def from_json(cls, document: Json) -> Self:
        """The inverse of `to_json`; a JSON object's names are text, so the buckets' numbers are read back from it."""
        return cls(
            document["as_of"],
            Counter(document["by_status"]),
            {
                name: State(Counter(instances), Counter({int(number): count for number, count in stays.items()}))
                for name, (instances, stays) in document["states"].items()
            },
            [(at, base64.b64decode(marks)) for at, marks in document["counted"]],
        )


def _mark(commit: Commit) -> bytes:
    """Names a commit; one in 7 x 10^10 is taken for one of the 4,000 before it."""
    name = f"{commit.instance_id}#{commit.version}"
    return hashlib.blake2b(name.encode(), digest_size=_MARK_BYTES).digest()


def _each(marks: bytes) -> Iterator[bytes]:
    return (marks[start : start + _MARK_BYTES] for start in range(0, len(marks), _MARK_BYTES))


def _filled(counts: Counter[str] | Counter[int]) -> dict[str, int]:
    return {str(name): count for name, count in counts.items() if count}
