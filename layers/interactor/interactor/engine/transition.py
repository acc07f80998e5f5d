"""The engine: `transition(definition, instance, signal, now)` gives the next instance and what history has to say of
it.

Pure: no clock, no randomness, no I/O. A signal is something that happened (`Created`, `Resumed`, `Cancelled`,
`ScriptEnded`, `HttpEnded`); `next_work` says what is to be done before the next one. A shell (`services/run.py`) goes
round between the two and decides when to commit. The rules are those of CONTRACT, 'States and data' and 'Running'.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from interactor.clock import Millis
from interactor.engine import conditions, forms, history, templates
from interactor.engine.definition import (
    Action,
    Definition,
    Halting,
    HttpRequest,
    OnError,
    Retry,
    Script,
    State,
    Terminal,
    Transition,
)
from interactor.engine.history import Event
from interactor.engine.instance import LIVE, MAIN_THREAD, Answer, Failure, Instance, Thread
from interactor.engine.work import (
    CallHttp,
    HttpAnswered,
    HttpFailed,
    HttpOutcome,
    RunScript,
    ScriptFailed,
    ScriptOutcome,
    WaitUntil,
    Work,
)
from interactor.errors import ActionFailed, InvalidInput, InvalidTransition
from interactor.json_text import Json, dump, size_of

MAX_STEPS = 1_000
"""Automatic steps between two halts (CONTRACT, States and data)."""
MAX_DATA_BYTES = 256 * 1024
"""`workflow_data` as UTF-8 JSON (reference, 'Instance Limits')."""
MAX_BACKOFF = 5 * 60 * 1000

_RETRIED_STATUSES = frozenset((429, *range(500, 600)))


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose call it was: for history, and for the trace that HTTP calls continue (W3C `traceparent`, or None)."""

    by: str
    request_id: str
    trace_parent: str | None = None


@dataclass(frozen=True, slots=True)
class Created:
    id: str
    account: str
    namespace: str
    workflow_name: str
    version_id: str
    input: dict[str, Json]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Resumed:
    """Somebody answered the halt `halt_id`; `fingerprint` tells equal inputs from different ones."""

    thread_id: str
    halt_id: str
    input: dict[str, Json]
    fingerprint: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Cancelled:
    origin: Origin


@dataclass(frozen=True, slots=True)
class ScriptEnded:
    thread_id: str
    outcome: ScriptOutcome


@dataclass(frozen=True, slots=True)
class HttpEnded:
    """One try of the HTTP call of visit `visit` is over; `tries` says how many had failed before it."""

    thread_id: str
    visit: int
    tries: int
    outcome: HttpOutcome


Signal: TypeAlias = Created | Resumed | Cancelled | ScriptEnded | HttpEnded


@dataclass(frozen=True, slots=True)
class Step:
    """The instance after a signal, and the events that tell of it."""

    instance: Instance
    events: tuple[Event, ...]


def applies(instance: Instance, signal: Signal) -> bool:
    """Whether a signal still means something to this state of the instance: what it is about has not been settled
    meanwhile.
    """
    match signal:
        case Resumed(thread_id=thread_id, halt_id=halt_id):
            thread = instance.thread(thread_id)
            return thread is not None and thread.status == "halted" and thread.halt_id == halt_id
        case HttpEnded(thread_id=thread_id, visit=visit, tries=tries):
            thread = instance.thread(thread_id)
            return (
                thread is not None
                and (thread.status == "running" or thread.on_enter)
                and (thread.visit, thread.tries) == (visit, tries)
            )
        case Cancelled():
            return instance.status in LIVE
        case _:
            return False  # an instance is created once, and a script's end is never committed alone


def transition(definition: Definition, instance: Instance | None, signal: Signal, now: Millis) -> Step:
    """Take one signal. The caller has seen to it that it `applies`.

    Raises InvalidInput (the input does not fit the form), InvalidTransition (no transition takes it) and ActionFailed
    (`data_limit_exceeded`) for a resume, which then has changed nothing. Failures of actions raise nothing: they are
    states.
    """
    match signal:
        case Created():
            return _create(definition, signal, now)
        case Resumed():
            return _resume(_Turn(definition, _present(instance), now), signal)
        case Cancelled():
            return _cancel(_Turn(definition, _present(instance), now), signal)
        case ScriptEnded():
            return _script_ended(_Turn(definition, _present(instance), now), signal)
        case HttpEnded():
            return _http_ended(_Turn(definition, _present(instance), now), signal)


def next_work(
    definition: Definition, instance: Instance, secrets: Mapping[str, str], now: Millis
) -> Work | HttpEnded | None:
    """What is to be done next; None when the instance waits for people or has nothing left to do.

    An `HttpEnded` instead of work is a call that cannot be made (its template outgrew the limit): feed it back as it
    is.
    """
    earliest: WaitUntil | None = None
    for thread in instance.threads:
        if logic := _logic_due(definition, thread):
            if thread.retry_at is None or thread.retry_at <= now:
                return _work(instance, thread, logic, secrets)
            if earliest is None or thread.retry_at < earliest.moment:
                earliest = WaitUntil(thread.retry_at)
    return earliest


def scope_of(instance: Instance, thread: Thread) -> dict[str, Json]:
    """The roots that templates see (CONTRACT, States and data), `secrets` excepted."""
    return {"workflow_data": instance.data, "input": thread.input, "context": _context(instance, thread)}


@dataclass(slots=True)
class _Turn:
    """One call of `transition` in the making: the instance so far and the events so far."""

    definition: Definition
    instance: Instance
    now: Millis
    events: tuple[Event, ...] = ()

    def note(self, event: Event) -> None:
        self.events += (event,)

    def put(self, thread: Thread, data: dict[str, Json] | None = None) -> None:
        self.instance = self.instance.with_thread(thread, data=self.instance.data if data is None else data)

    def state_of(self, thread: Thread) -> State:
        return self.definition.states[thread.state]

    def done(self) -> Step:
        return Step(self.instance, self.events)


@dataclass(frozen=True, slots=True)
class _Move:
    """A thread is about to enter `target`; `changes` are what its visit so far has done to the data."""

    thread: Thread
    target: str
    trigger: str
    changes: Json


def _present(instance: Instance | None) -> Instance:
    if instance is None:
        raise ValueError("only Created starts from nothing")
    return instance


def _create(definition: Definition, signal: Created, now: Millis) -> Step:
    thread = Thread(MAIN_THREAD, definition.initial_state, visit=1, input=signal.input)
    instance = Instance(
        signal.id, signal.account, signal.namespace, signal.workflow_name, signal.version_id, {}, (thread,), visits=1,
        trace_parent=signal.origin.trace_parent,
    )  # fmt: skip
    turn = _Turn(definition, instance, now)
    turn.note(history.created(thread, now, signal.input, signal.origin.by, signal.origin.request_id))
    _go_on(turn, _arrive(turn, thread))
    return turn.done()


def _resume(turn: _Turn, signal: Resumed) -> Step:
    thread = turn.instance.thread(signal.thread_id)
    state = turn.state_of(thread) if thread else None
    if thread is None or not isinstance(state, Halting):
        raise ValueError(f"{signal.thread_id} is not halted")
    if state.presentation:
        rendered = forms.render(state.presentation, scope_of(turn.instance, thread))
        if problems := forms.problems(rendered, signal.input):
            field, message = next(iter(problems.items()))
            raise InvalidInput(f"{field}: {message}", {"fields": problems})
    data = turn.instance.data | signal.input
    if size_of(data) > MAX_DATA_BYTES:
        details = {"instance_id": turn.instance.id, "thread_id": thread.id, "state": thread.state}
        raise ActionFailed("data_limit_exceeded", _too_large(data), details)
    target = _answered_target(state, signal.input, data)
    if target is None:
        raise _no_transition(thread, state)
    changes = history.difference(turn.instance.data, data)
    turn.note(history.resumed(thread, turn.now, signal.input, signal.origin.by, signal.origin.request_id))
    answer = Answer(thread.halt_id, thread.state, signal.fingerprint, turn.now)
    answered = replace(thread, input=signal.input, steps=0, answer=answer)
    turn.put(answered, data)
    trace_parent = signal.origin.trace_parent or turn.instance.trace_parent
    turn.instance = replace(turn.instance, trace_parent=trace_parent)
    _go_on(turn, _Move(answered, target, "resume", changes))
    return turn.done()


def _cancel(turn: _Turn, signal: Cancelled) -> Step:
    turn.note(
        history.ended(
            "cancelled", turn.instance.main, turn.now, by=signal.origin.by, request_id=signal.origin.request_id
        )
    )
    _end_threads(turn)
    return turn.done()


def _script_ended(turn: _Turn, signal: ScriptEnded) -> Step:
    thread, outcome = turn.instance.thread(signal.thread_id), signal.outcome
    if thread is None:
        raise ValueError(f"no thread {signal.thread_id}")
    error = outcome.code if isinstance(outcome, ScriptFailed) else None
    turn.note(history.stepped("script", thread, turn.now, outcome.duration_ms, logs=outcome.logs, error=error))
    if isinstance(outcome, ScriptFailed):
        _go_on(turn, _failed(turn, thread, outcome.code, outcome.message, turn.instance.data))
    else:
        _go_on(turn, _logic_done(turn, thread, outcome.value or {}))
    return turn.done()


def _http_ended(turn: _Turn, signal: HttpEnded) -> Step:
    thread, outcome = turn.instance.thread(signal.thread_id), signal.outcome
    logic = _logic_due(turn.definition, thread) if thread else None
    if thread is None or not isinstance(logic, HttpRequest):
        raise ValueError(f"{signal.thread_id} is not in an HTTP call")
    code, message, retriable = _verdict(logic, outcome)
    turn.note(
        history.stepped(
            "http", thread, turn.now, outcome.duration_ms, attempt=thread.tries + 1, error=code,
            status=outcome.status if isinstance(outcome, HttpAnswered) else None,
        )
    )  # fmt: skip
    if code is None and isinstance(outcome, HttpAnswered):
        stored = {"status": outcome.status, "headers": outcome.headers, "body": outcome.body}
        _go_on(turn, _logic_done(turn, thread, {logic.result or thread.state: stored}))
    elif retriable and thread.tries + 1 < logic.retry.attempts:
        tries = thread.tries + 1
        turn.put(replace(thread, tries=tries, retry_at=turn.now + backoff(logic.retry, tries)))
    else:
        _go_on(turn, _failed(turn, thread, code or "http_error", message, turn.instance.data))
    return turn.done()


def backoff(retry: Retry, failed_tries: int) -> Millis:
    """The wait after the n-th failed try: 1, 2, 4, 8 … or 1, 2, 3, 4 … seconds, at most 5 minutes (CONTRACT, States and
    data).
    """
    seconds = 2 ** min(failed_tries - 1, 20) if retry.backoff == "exponential" else failed_tries
    return min(seconds * 1000, MAX_BACKOFF)


def _verdict(logic: HttpRequest, outcome: HttpOutcome) -> tuple[str | None, str, bool]:
    """(error code or None, message, whether another try may help)."""
    if isinstance(outcome, HttpFailed):
        return outcome.code, outcome.message, outcome.retriable
    if 200 <= outcome.status <= 299:
        return None, "", False
    return "http_error", f"{logic.method} answered {outcome.status}", outcome.status in _RETRIED_STATUSES


def _logic_done(turn: _Turn, thread: Thread, result: dict[str, Json]) -> _Move | None:
    if thread.on_enter:
        turn.put(replace(thread, on_enter=False, retry_at=None, input=None))
        return None
    before = turn.instance.data
    data = before | result
    if result and size_of(data) > MAX_DATA_BYTES:
        return _failed(turn, thread, "data_limit_exceeded", _too_large(data), before)
    turn.put(thread, data)
    return _leave(turn, thread, before)


def _leave(turn: _Turn, thread: Thread, before: dict[str, Json]) -> _Move | None:
    """The logic is done: take the first transition that matches. `before` is the data at the start of the visit."""
    state = turn.state_of(thread)
    transitions = state.transitions if isinstance(state, Action) else []
    target = _first_match(transitions, turn.instance.data)
    if target is None:
        return _failed(
            turn, thread, "invalid_transition", f"No transition of '{thread.state}' matches the data", before
        )
    return _step(turn, thread, target, "automatic", before)


def _step(turn: _Turn, thread: Thread, target: str, trigger: str, before: dict[str, Json]) -> _Move | None:
    """The way out of an action state, unless it has been one too many since the last halt."""
    if thread.steps < MAX_STEPS:
        changes = history.difference(before, turn.instance.data)
        return _Move(replace(thread, steps=thread.steps + 1), target, trigger, changes)
    code, last = "step_limit_exceeded", thread.state
    message = f"More than {MAX_STEPS} automatic steps without a halt, the last in '{last}'"
    turn.note(history.errored(thread, turn.now, code, message))
    _fail_instance(turn, thread, code, message, before)
    return None


def _go_on(turn: _Turn, move: _Move | None) -> None:
    """Enter a state, and the next where there is nothing to do in it: a loop, for there may be a thousand."""
    while move:
        turn.note(history.moved(move.thread, move.target, move.trigger, move.changes, turn.now))
        visit = turn.instance.visits + 1
        entered = replace(move.thread, state=move.target, visit=visit, status="running", tries=0, retry_at=None)
        turn.instance = turn.instance.with_thread(entered, visits=visit)
        move = _arrive(turn, entered)


def _arrive(turn: _Turn, thread: Thread) -> _Move | None:
    state = turn.state_of(thread)
    if isinstance(state, Halting):
        turn.put(replace(thread, status="halted"))
        turn.note(history.halted(thread, turn.now))
    elif isinstance(state, Terminal):
        _complete(turn, thread, state)
    elif state.logic is None:
        return _leave(turn, thread, turn.instance.data)
    return None


def _complete(turn: _Turn, thread: Thread, state: Terminal) -> None:
    pending = state.on_enter is not None
    kept_input = thread.input if pending else None
    turn.put(replace(thread, status="completed", on_enter=pending, input=kept_input))
    turn.instance = replace(turn.instance, ended_at=turn.now)
    turn.note(history.ended("completed", thread, turn.now))


def _failed(turn: _Turn, thread: Thread, code: str, message: str, before: dict[str, Json]) -> _Move | None:
    """An action failed: its `on_error` catches it, or the instance fails (CONTRACT, States and data)."""
    turn.note(history.errored(thread, turn.now, code, message))
    if thread.on_enter:
        turn.put(replace(thread, on_enter=False, retry_at=None, input=None))
        return None
    state = turn.state_of(thread)
    data = turn.instance.data | {"error": {"code": code, "message": message, "state": thread.state}}
    catcher = _first_match(state.on_error if isinstance(state, Action) else [], data)
    if catcher is None:
        _fail_instance(turn, thread, code, message, before)
        return None
    turn.put(thread, data)
    return _step(turn, thread, catcher, "error", before)


def _fail_instance(turn: _Turn, thread: Thread, code: str, message: str, before: dict[str, Json]) -> None:
    changes = history.difference(before, turn.instance.data)
    more = {"changes": changes} if changes else {}
    turn.note(history.ended("failed", thread, turn.now, code=code, message=message, **more))
    _end_threads(turn, failed=thread.id)
    turn.instance = replace(turn.instance, failure=Failure(code, message, thread.state, thread.id))


def _end_threads(turn: _Turn, failed: str | None = None) -> None:
    """No thread lives on; the main thread carries the instance's own end."""
    threads = tuple(
        replace(
            thread,
            status="failed" if failed and thread.id in (failed, MAIN_THREAD) else "cancelled",
            input=None,
            retry_at=None,
        )
        if thread.status in LIVE
        else thread
        for thread in turn.instance.threads
    )
    turn.instance = replace(turn.instance, threads=threads, ended_at=turn.now)


def _first_match(ways: list[Transition] | list[OnError], data: dict[str, Json]) -> str | None:
    for way in ways:
        if way.condition is None or conditions.holds(way.condition, data):
            return way.destination if isinstance(way, Transition) else way.target
    return None


def _answered_target(state: Halting, input: dict[str, Json], data: dict[str, Json]) -> str | None:
    if state.transition_mode != "selection":
        return _first_match(state.transitions, data)
    return next((way.destination for way in state.transitions if way.key == input.get("choice")), None)


def _no_transition(thread: Thread, state: Halting) -> InvalidTransition:
    details: dict[str, Json] = {"thread_id": thread.id, "state": thread.state}
    if state.transition_mode == "selection":
        details["choices"] = [way.key for way in state.transitions]
        return InvalidTransition(f"'choice' must be one of the keys of '{thread.state}'", details)
    return InvalidTransition(f"No transition of '{thread.state}' matches this input", details)


def _too_large(data: dict[str, Json]) -> str:
    return f"workflow_data would be {size_of(data)} bytes, the limit is {MAX_DATA_BYTES}"


def _logic_due(definition: Definition, thread: Thread) -> Script | HttpRequest | None:
    state = definition.states[thread.state]
    if isinstance(state, Terminal):
        return state.on_enter if thread.on_enter else None
    return state.logic if isinstance(state, Action) and thread.status == "running" else None


def _context(instance: Instance, thread: Thread) -> dict[str, str]:
    return {
        "namespace": instance.namespace,
        "instance_id": instance.id,
        "workflow_name": instance.workflow_name,
        "state_name": thread.state,
    }


def _work(
    instance: Instance, thread: Thread, logic: Script | HttpRequest, secrets: Mapping[str, str]
) -> Work | HttpEnded:
    if isinstance(logic, Script):
        return RunScript(thread.id, thread.state, logic.code, thread.input, instance.data, _context(instance, thread))
    scope = scope_of(instance, thread) | {"secrets": secrets}
    try:
        return _call(instance, thread, logic, scope)
    except templates.TemplateError as error:
        refused = HttpFailed("http_error", str(error), retriable=False)
        return HttpEnded(thread.id, thread.visit, thread.tries, refused)


def _call(instance: Instance, thread: Thread, logic: HttpRequest, scope: Mapping[str, Json]) -> CallHttp:
    body = templates.expand(logic.body, scope)
    return CallHttp(
        thread_id=thread.id,
        state=thread.state,
        attempt=thread.tries + 1,
        method=logic.method,
        url=templates.expand_url(logic.url, scope),
        headers={name: templates.expand_header(value, scope) for name, value in logic.headers.items()},
        body=None if "body" not in logic.model_fields_set else body if isinstance(body, str) else dump(body),
        timeout=logic.timeout,
        idempotency_key=f"{instance.id}-{thread.visit}",
    )
