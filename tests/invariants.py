"""What must hold of every instance and its history, whatever happened on the way.

The history is replayed against the definition alone: each event must be one that the definition allows at that place
with the data of that moment, and the end must be the instance that is stored. How the engine works plays no part.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from interactor.engine import conditions
from interactor.engine.definition.logic import HttpRequest, Script
from interactor.engine.definition.transitions import OnError, Transition
from interactor.engine.definition.workflow import Action, Definition, Halting, Terminal
from interactor.engine.history import Event
from interactor.engine.instance import LIVE, MAIN_THREAD, Instance
from interactor.json_text import Json, same


def check(definition: Definition, instance: Instance, events: Sequence[Event]) -> None:
    """Fails with the invariant that does not hold. `events` is the whole history."""
    replay = _Replay(definition)
    for event in events:
        replay.take(event)
    replay.is_now(instance)


def fold(events: Iterable[Event]) -> dict[str, Json]:
    """`workflow_data` as the events' `changes` tell it; every `from` must be what was there."""
    data: dict[str, Json] = {}
    for event in events:
        _apply(data, event)
    return data


def _apply(data: dict[str, Json], event: Event) -> None:
    changes = event.get("changes", {})
    for key, value in changes.get("added", {}).items():
        assert key not in data, f"{key} was added twice"
        data[key] = value
    for key, change in changes.get("updated", {}).items():
        assert same(data[key], change["from"]), f"{key} was something else"
        data[key] = change["to"]
    for key in changes.get("removed", {}):
        del data[key]


@dataclass(slots=True)
class _Thread:
    state: str
    entered_at: int
    status: str = "running"
    halt_id: str | None = None
    answer: Json = None
    reminders: int = 0
    error: str | None = None
    instructed: bool = False
    """Somebody has tried to write the present halt's instruction."""
    children: list["_Thread"] = field(default_factory=list)
    """Those started by the present visit."""

    @property
    def is_live(self) -> bool:
        return self.status in LIVE


class _Replay:
    """The threads and the data so far, as history tells them."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.threads: dict[str, _Thread] = {}
        self.data: dict[str, Json] = {}
        self.halts: set[str] = set()
        self.visits = 0
        self.moment = 0
        self.end: Event | None = None
        self.forked: dict[str, _Thread] = {}
        """By the state with the fork: who was last there to start threads."""

    def take(self, event: Event) -> None:
        assert event["at"] >= self.moment, f"{event} comes before what is before it"
        self.moment = event["at"]
        _apply(self.data, event)
        if event["subtype"] == "created":
            self._created(event)
            return
        if event["type"] == "transition":
            self._moved(event)
            return
        if event.get("reason") == "join" and self._starts_thread(event["thread"], event["state"]):
            self._cancelled_before_it_began(event)
            return
        thread = self.threads[event["thread"]]
        assert thread.state == event["state"], f"{event} does not happen in {thread.state}"
        match event["type"]:
            case "halt":
                self._halt(thread, event)
            case "step":
                self._stepped(thread, event)
            case "error":
                thread.error = event["code"]
            case "lifecycle":
                self._ended(thread, event)

    def is_now(self, instance: Instance) -> None:
        """The instance that is stored is the one that history leads to."""
        told = {thread_id: thread.state for thread_id, thread in self.threads.items()}
        if instance.status != "failed":  # one that fails as it forks may have threads that never began
            assert {thread.id: thread.state for thread in instance.threads} == told
        live = {thread.id: thread.status for thread in instance.threads if thread.status in LIVE}
        assert live == {thread_id: thread.status for thread_id, thread in self.threads.items() if thread.is_live}
        assert same(self.data, instance.data)
        assert instance.visits == self.visits
        if self.end is None:
            assert instance.status in LIVE
            assert instance.ended_at is None
        else:
            ended_as = self.end["subtype"].replace("expired", "cancelled")
            assert (instance.status, instance.ended_at) == (ended_as, self.end["at"])

    def _created(self, event: Event) -> None:
        assert self.visits == 0, "created twice"
        assert event["initial_state"] == self.definition.initial_state
        self._begin(MAIN_THREAD, event["initial_state"])

    def _begin(self, thread_id: str, state: str) -> _Thread:
        thread = self.threads[thread_id] = _Thread(state, self.moment)
        self._arrive(thread)
        return thread

    def _move(self, thread: _Thread, state: str) -> None:
        thread.state, thread.entered_at, thread.status = state, self.moment, "running"
        thread.halt_id = thread.answer = thread.error = None
        thread.reminders, thread.instructed, thread.children = 0, False, []
        self._arrive(thread)

    def _arrive(self, thread: _Thread) -> None:
        self.visits += 1
        if isinstance(self.definition.states[thread.state], Terminal):
            thread.status = "completed"

    def _moved(self, event: Event) -> None:
        assert self.end is None, "nothing moves after the end"
        thread_id, left, entered = event["thread"], event["from_state"], event["to_state"]
        thread = self.threads.get(thread_id)
        if event["trigger"] == "automatic" and self._starts_thread(thread_id, left):
            self._started(thread_id, left, entered)
            return
        assert thread is not None
        assert thread.is_live
        assert thread.state == left
        assert entered == self._way_out(thread, event), f"{event} is not the way out with {self.data}"
        if thread.status == "running":
            self.forked[left] = thread
        self._move(thread, entered)

    def _starts_thread(self, thread_id: str, left: str) -> bool:
        state, thread = self.definition.states[left], self.threads.get(thread_id)
        forks = isinstance(state, Action) and thread_id.removeprefix("thread_") in (state.fork or {})
        return forks and (thread is None or not thread.is_live)

    def _cancelled_before_it_began(self, event: Event) -> None:
        """One that was started beside it has reached its end at once, and the join takes the first."""
        state = self.definition.states[event["state"]]
        assert isinstance(state, Action)
        assert state.join == "any"
        [parent] = [thread for thread in self.threads.values() if thread.is_live and thread.state == event["state"]]
        assert "completed" in [child.status for child in parent.children], "nobody has won the race"
        child = self.threads[event["thread"]] = _Thread(event["state"], self.moment, "cancelled")
        parent.children.append(child)

    def _started(self, thread_id: str, left: str, entered: str) -> None:
        state = self.definition.states[left]
        assert isinstance(state, Action)
        assert entered == (state.fork or {})[thread_id.removeprefix("thread_")]
        there = [thread for thread in self.threads.values() if thread.is_live and thread.state == left]
        parent = there[0] if there else self.forked[left]
        assert state.join == "none" or there, "a parent that waits is where it forked"
        parent.children.append(self._begin(thread_id, entered))

    def _way_out(self, thread: _Thread, event: Event) -> str | None:
        state = self.definition.states[thread.state]
        assert not isinstance(state, Terminal)
        match event["trigger"]:
            case "automatic":
                assert isinstance(state, Action)
                assert not state.fork or state.join == "none"
                return self._first(state.transitions)
            case "join":
                assert isinstance(state, Action)
                self._is_joined(thread, state)
                return self._first(state.transitions)
            case "error":
                assert isinstance(state, Action)
                assert thread.error == self.data["error"]["code"]
                return self._first(state.on_error)
            case "resume":
                assert isinstance(state, Halting)
                assert thread.answer is not None, "left without an answer"
                if state.transition_mode == "selection":
                    choice = thread.answer.get("choice")
                    return next((way.destination for way in state.transitions if way.key == choice), None)
                return self._first(state.transitions)
            case "timeout":
                assert isinstance(state, Halting)
                assert state.timeout is not None
                assert thread.status == "halted"
                assert event["at"] >= thread.entered_at + state.timeout.after_ms, "a time-out is never early"
                return state.timeout.target
        raise AssertionError(f"{event['trigger']} is no trigger")

    def _is_joined(self, thread: _Thread, state: Action) -> None:
        statuses = [child.status for child in thread.children]
        assert len(statuses) >= len(state.fork or {})
        assert "completed" in statuses
        assert not any(child.is_live for child in thread.children), "a join leaves no child behind"
        assert state.join == "any" or all(status == "completed" for status in statuses)

    def _first(self, ways: Sequence[Transition | OnError]) -> str | None:
        for way in ways:
            if way.condition is None or conditions.holds(way.condition, self.data):
                return way.destination if isinstance(way, Transition) else way.target
        return None

    def _halt(self, thread: _Thread, event: Event) -> None:
        state = self.definition.states[thread.state]
        assert isinstance(state, Halting)
        match event["subtype"]:
            case "halted":
                assert thread.status == "running"
                assert event["halt_id"] not in self.halts, "each halt has an id of its own"
                self.halts.add(event["halt_id"])
                thread.status, thread.halt_id = "halted", event["halt_id"]
            case "resumed":
                assert (thread.status, thread.halt_id, thread.answer) == ("halted", event["halt_id"], None)
                thread.answer = event["input"]
            case "reminder":
                assert (thread.status, thread.halt_id) == ("halted", event["halt_id"])
                due = sorted(state.reminders_ms)[event["count"] - 1]
                assert event["at"] >= thread.entered_at + due, "a reminder is never early"
                assert event["count"] > thread.reminders, "each reminder comes once"
                thread.reminders = event["count"]

    def _stepped(self, thread: _Thread, event: Event) -> None:
        state = self.definition.states[thread.state]
        if event["subtype"] == "instruction":
            assert (thread.status, thread.instructed) == ("halted", False), "a halt has one text"
            thread.instructed = True
        kind = {"script": Script, "http": HttpRequest}.get(event["subtype"])
        if kind is not None:
            logic = (
                state.on_enter if isinstance(state, Terminal) else state.logic if isinstance(state, Action) else None
            )
            assert isinstance(logic, kind)
        assert self.end is None or isinstance(state, Terminal), "only on_enter happens after the end"

    def _ended(self, thread: _Thread, event: Event) -> None:
        if event.get("reason") == "join":
            assert thread.is_live
            thread.status = "cancelled"
            return
        assert self.end is None, f"ended twice: {self.end} and {event}"
        self.end = event
        live = [other for other in self.threads.values() if other.is_live]
        if event["subtype"] == "completed":
            assert not live, "completed while threads live on"
        elif event["subtype"] == "failed":
            assert thread.error == event["code"]
        for other in live:
            other.status = "cancelled"
