"""How threads move: into a state and out of it, apart at a fork and together at a join, to an end or a failure.

A `Turn` is one call of `transition` in the making; the functions here change it and note what happened. Which move a
signal causes is `transition.py`'s. The rules are those of docs/workflows.md.
"""

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from interactor.clock import Millis
from interactor.engine import conditions, history
from interactor.engine.conditions import Effort, TooCostly
from interactor.engine.definition.transitions import OnError, Transition
from interactor.engine.definition.workflow import MAX_THREADS, Action, Definition, Halting, State, Terminal
from interactor.engine.history import Event
from interactor.engine.instance import LIVE, MAIN_THREAD, Failure, Instance, InstanceStatus, Thread
from interactor.json_text import Json, size_of

MAX_STEPS = 1_000
"""Automatic steps between two halts (docs/limits.md)."""
MAX_DATA_BYTES = 256 * 1024
"""`workflow_data` as UTF-8 JSON (reference, 'Instance Limits')."""


class Turn:
    """The instance so far and the events so far; `effort` is what conditions may still cost."""

    def __init__(self, definition: Definition, instance: Instance, now: Millis) -> None:
        self.definition = definition
        self.instance = instance
        self.now = now
        self.events: tuple[Event, ...] = ()
        self.effort = Effort()

    def note(self, event: Event) -> None:
        self.events += (event,)

    def put(self, thread: Thread, data: dict[str, Json] | None = None) -> None:
        self.instance = self.instance.with_thread(thread, data=self.instance.data if data is None else data)

    def state_of(self, thread: Thread) -> State:
        return self.definition.states[thread.state]


class Move(NamedTuple):
    """A thread is about to enter `target`; `changes` are what its visit so far has done to the data."""

    thread: Thread
    target: str
    trigger: str
    changes: Json = None


def go_on(turn: Turn, moves: Iterable[Move]) -> None:
    """Enter states, and the next ones where there is nothing to do in them: a loop, for there may be a thousand."""
    pending = deque(moves)
    while pending:
        move = pending.popleft()
        there = turn.instance.thread(move.thread.id)
        if there is None or there.status not in LIVE:
            continue  # another thread has ended the instance, or won the race to the join
        turn.note(history.moved(move.thread, move.target, move.trigger, move.changes, turn.now))
        visit = turn.instance.visits + 1
        entered = move.thread._replace(
            state=move.target, visit=visit, status="running", entered_at=turn.now, tries=0, retry_at=None,
            busy_until=None, reminded=0, instruction=None,
        )  # fmt: skip
        turn.instance = turn.instance.with_thread(entered, visits=visit)
        pending.extend(arrive(turn, entered))


def arrive(turn: Turn, thread: Thread) -> list[Move]:
    """A thread has entered its state: halt, complete, or go on at once where there is no logic."""
    state = turn.state_of(thread)
    if isinstance(state, Halting):
        turn.put(thread._replace(status="halted"))
        turn.note(history.halted(thread, turn.now))
        return []
    if isinstance(state, Terminal):
        return _complete(turn, thread, state)
    return [] if state.logic else logic_done(turn, thread, {})


def logic_done(turn: Turn, thread: Thread, result: dict[str, Json]) -> list[Move]:
    """The logic of a state has ended well: merge its result, then fork or leave."""
    if thread.on_enter:
        turn.put(_at_rest(thread))
        return []
    before = turn.instance.data
    data = before | result
    if result and size_of(data) > MAX_DATA_BYTES:
        return failed(turn, thread, "data_limit_exceeded", too_large(data), before)
    turn.put(thread, data)
    state = turn.state_of(thread)
    if isinstance(state, Action) and state.fork:
        return _fork(turn, thread, state, before)
    return _leave(turn, thread, "automatic", before)


def failed(turn: Turn, thread: Thread, code: str, message: str, before: dict[str, Json]) -> list[Move]:
    """An action failed: its `on_error` catches it, or the instance fails. `before` is the data at its visit's start."""
    turn.note(history.errored(thread, turn.now, code, message, history.difference(before, turn.instance.data)))
    if thread.on_enter:
        turn.put(_at_rest(thread))
        return []
    state = turn.state_of(thread)
    data = turn.instance.data | {"error": {"code": code, "message": message, "state": thread.state}}
    try:
        catcher = first_match(state.on_error if isinstance(state, Action) else [], data, turn.effort)
    except TooCostly:
        catcher = None
    if catcher is None:
        _fail_instance(turn, thread, code, message, turn.instance.data)
        return []
    before = turn.instance.data
    turn.put(thread, data)
    return _step(turn, thread, catcher, "error", before)


def end(turn: Turn, status: InstanceStatus) -> None:
    """The instance is over; no thread lives on."""
    for thread in turn.instance.threads:
        if thread.status in LIVE:
            turn.put(_at_rest(thread)._replace(status="cancelled"))
    turn.instance = turn.instance._replace(end=status, ended_at=turn.now)
    if status == "failed":
        turn.put(turn.instance.main._replace(status="failed"))


def first_match(ways: list[Transition] | list[OnError], data: dict[str, Json], effort: Effort) -> str | None:
    """Where the first way leads whose condition holds. Raises TooCostly."""
    for way in ways:
        if way.condition is None or conditions.holds(way.condition, data, effort):
            return way.destination if isinstance(way, Transition) else way.target
    return None


def too_large(data: dict[str, Json]) -> str:
    return f"workflow_data would be {size_of(data)} bytes, the limit is {MAX_DATA_BYTES}"


def _leave(turn: Turn, thread: Thread, trigger: str, before: dict[str, Json]) -> list[Move]:
    """Take the first transition of an action state that matches."""
    state = turn.state_of(thread)
    try:
        target = first_match(state.transitions, turn.instance.data, turn.effort)
    except TooCostly as error:
        return _give_up(turn, thread, "step_limit_exceeded", f"The conditions of '{thread.state}' {error}", before)
    if target is None:
        message = f"No transition of '{thread.state}' matches the data"
        return failed(turn, thread, "invalid_transition", message, before)
    return _step(turn, thread, target, trigger, before)


def _step(turn: Turn, thread: Thread, target: str, trigger: str, before: dict[str, Json]) -> list[Move]:
    """The way out of an action state, unless it has been one too many since the last halt."""
    if thread.steps < MAX_STEPS:
        changes = history.difference(before, turn.instance.data)
        return [Move(thread._replace(steps=thread.steps + 1), target, trigger, changes)]
    message = f"More than {MAX_STEPS} automatic steps without a halt, the last in '{thread.state}'"
    return _give_up(turn, thread, "step_limit_exceeded", message, before)


def _fork(turn: Turn, thread: Thread, state: Action, before: dict[str, Json]) -> list[Move]:
    """Start a thread for each key; the parent waits for them, or goes on at once (`join: none`)."""
    children = [
        thread._replace(
            id=f"thread_{key}", parent=thread.id, fork=thread.visit, join=None, steps=thread.steps + 1, answer=None,
            status="running",
        )
        for key in state.fork or {}
    ]  # fmt: skip
    if problem := _no_room(turn.instance, thread, children, waits=state.join != "none"):
        return _give_up(turn, thread, "thread_limit_exceeded", problem, before)
    turn.put(thread._replace(join=None if state.join == "none" else state.join))
    started = {child.id for child in children}
    kept = tuple(other for other in turn.instance.threads if other.id not in started)
    turn.instance = turn.instance._replace(threads=(*kept, *children))
    starts = [
        Move(child, first, "automatic") for child, first in zip(children, (state.fork or {}).values(), strict=True)
    ]
    # The changes of the parent's visit ride on the first event after it, so that history folds to the data.
    if state.join == "none":
        return [*_leave(turn, thread, "automatic", before), *starts]
    return [starts[0]._replace(changes=history.difference(before, turn.instance.data)), *starts[1:]]


def _no_room(instance: Instance, parent: Thread, children: list[Thread], waits: bool) -> str | None:
    live = {thread.id for thread in instance.threads if thread.status in LIVE}
    if again := sorted(live & {child.id for child in children}):
        return f"The fork in '{parent.state}' would start {again[0]}, which is still live"
    busy = live - {thread.id for thread in instance.threads if thread.join}
    if waits:
        busy.discard(parent.id)
    if len(busy) + len(children) > MAX_THREADS:
        return f"The fork in '{parent.state}' would make {len(busy) + len(children)} live threads of {MAX_THREADS}"
    return None


def _complete(turn: Turn, thread: Thread, state: Terminal) -> list[Move]:
    pending = state.on_enter is not None
    turn.put(_at_rest(thread)._replace(status="completed", on_enter=pending, input=thread.input if pending else None))
    parent = turn.instance.thread(thread.parent) if thread.parent else None
    if parent and parent.join and parent.visit == thread.fork:
        return _join(turn, parent)
    if not any(other.status in LIVE for other in turn.instance.threads):
        turn.instance = turn.instance._replace(end="completed", ended_at=turn.now)
        turn.note(history.ended("completed", turn.instance.main, turn.now))
    return []


def _join(turn: Turn, parent: Thread) -> list[Move]:
    """A child has completed: does its parent go on?"""
    siblings = [child for child in turn.instance.threads if (child.parent, child.fork) == (parent.id, parent.visit)]
    if parent.join == "all" and any(child.status in LIVE for child in siblings):
        return []
    for child in siblings:
        _cancel_with_descendants(turn, child)
    together = parent._replace(join=None)
    turn.put(together)
    return _leave(turn, together, "join", turn.instance.data)


def _cancel_with_descendants(turn: Turn, thread: Thread) -> None:
    if thread.status in LIVE:
        turn.put(_at_rest(thread)._replace(status="cancelled"))
        turn.note(history.ended("cancelled", thread, turn.now, reason="join"))
    for child in turn.instance.threads:
        if child.parent == thread.id and child.status in LIVE:
            _cancel_with_descendants(turn, child)


def _give_up(turn: Turn, thread: Thread, code: str, message: str, before: dict[str, Json]) -> list[Move]:
    """A limit of the instance as a whole, which no `on_error` catches."""
    turn.note(history.errored(thread, turn.now, code, message))
    _fail_instance(turn, thread, code, message, before)
    return []


def _fail_instance(turn: Turn, thread: Thread, code: str, message: str, before: dict[str, Json]) -> None:
    changes = history.difference(before, turn.instance.data)
    more = {"changes": changes} if changes else {}
    turn.note(history.ended("failed", thread, turn.now, code=code, message=message, **more))
    end(turn, "failed")
    if thread.id != MAIN_THREAD:
        turn.put(_at_rest(thread)._replace(status="failed"))
    turn.instance = turn.instance._replace(failure=Failure(code, message, thread.state, thread.id))


def _at_rest(thread: Thread) -> Thread:
    """The thread without what only matters while it goes on."""
    return thread._replace(on_enter=False, retry_at=None, busy_until=None, instruction=None, input=None, join=None)
