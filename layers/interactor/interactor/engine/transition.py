"""The engine: `transition(definition, instance, signal, now)` gives the next instance and what history says of it.

Pure: no clock, no randomness, no I/O. `signals.py` has what can happen, `due.py` what is to be done before the next
signal, `moves.py` how threads move. A shell (`services/run.py`) goes round between them and decides when to commit.
"""

from typing import NamedTuple

from interactor.clock import Millis
from interactor.engine import forms, history, readable
from interactor.engine.conditions import Effort, TooCostly
from interactor.engine.definition.logic import HttpRequest, Retry
from interactor.engine.definition.workflow import Definition, Halting
from interactor.engine.due import lifetime_ends_at, logic_due, reminders_due, scope_of, timeout_at
from interactor.engine.explaining import explain_answer
from interactor.engine.history import Event
from interactor.engine.instance import LIVE, MAIN_THREAD, Answer, Instance, Thread
from interactor.engine.instructions import MAX_TEXT
from interactor.engine.moves import (
    MAX_DATA_BYTES,
    Move,
    Turn,
    arrive,
    end,
    failed,
    first_match,
    go_on,
    logic_done,
    too_large,
)
from interactor.engine.signals import (
    Cancelled,
    Created,
    HttpEnded,
    InstructionEnded,
    Resumed,
    ScriptEnded,
    Signal,
    TimePassed,
)
from interactor.engine.wording import shown
from interactor.engine.work import (
    HttpAnswered,
    HttpFailed,
    HttpOutcome,
    InstructionFailed,
    InstructionWritten,
    ScriptFailed,
)
from interactor.errors import ActionFailed, InvalidInput, InvalidTransition
from interactor.json_text import Json, size_of

MAX_BACKOFF: Millis = 5 * 60 * 1000

_RETRIED_STATUSES = frozenset((429, *range(500, 600)))


class Step(NamedTuple):
    """The instance after a signal, and the events that tell of it."""

    instance: Instance
    events: tuple[Event, ...]


def transition(definition: Definition, instance: Instance | None, signal: Signal, now: Millis) -> Step:
    """Take one signal. The caller has seen to it that it `applies`.

    Raises InvalidInput (the input does not fit the form), InvalidTransition (no transition takes it) and ActionFailed
    (`data_limit_exceeded`) for a resume, which then has changed nothing. Failures of actions raise nothing: they are
    states.
    """
    if isinstance(signal, Created):
        return _done(_created(definition, signal, now))
    if instance is None:
        raise ValueError("only Created starts from nothing")
    now = max(now, instance.latest_at)  # the clock that told the latest event may have been ahead of this one
    turn = Turn(definition, instance, now)
    match signal:
        case Resumed():
            _resumed(turn, signal)
        case Cancelled():
            by, request_id = signal.origin.by, signal.origin.request_id
            turn.note(history.ended("cancelled", instance.main, now, by=by, request_id=request_id))
            end(turn, "cancelled")
        case ScriptEnded():
            _script_ended(turn, signal)
        case HttpEnded():
            _http_ended(turn, signal)
        case InstructionEnded():
            _instruction_ended(turn, signal)
        case TimePassed():
            _time_passed(turn)
    return _done(turn)


def backoff(retry: Retry, failed_tries: int) -> Millis:
    """The wait after the n-th failed try: 1, 2, 4, 8 … or 1, 2, 3, 4 … seconds, at most 5 minutes."""
    seconds = 2 ** min(failed_tries - 1, 20) if retry.backoff == "exponential" else failed_tries
    return min(seconds * 1000, MAX_BACKOFF)


def _done(turn: Turn) -> Step:
    """Whatever happened, the instance's lifetime begins anew; only being reminded is not doing anything."""
    instance = turn.instance
    if any((event["type"], event["subtype"]) != ("halt", "reminder") for event in turn.events):
        instance = instance._replace(active_at=turn.now, reminded_at=None)
    elif turn.events:
        instance = instance._replace(reminded_at=turn.now)
    return Step(instance, turn.events)


def _created(definition: Definition, signal: Created, now: Millis) -> Turn:
    thread = Thread(MAIN_THREAD, definition.initial_state, visit=1, entered_at=now, input=signal.input)
    instance = Instance(
        signal.id, signal.account, signal.namespace, signal.workflow_name, signal.version_id, {}, (thread,), visits=1,
        expires_at=None if definition.timeout_ms is None else now + definition.timeout_ms,
        trace_parent=signal.origin.trace_parent,
    )  # fmt: skip
    turn = Turn(definition, instance, now)
    turn.note(history.created(thread, now, signal.input, signal.origin.by, signal.origin.request_id))
    go_on(turn, arrive(turn, thread))
    return turn


def _resumed(turn: Turn, signal: Resumed) -> None:
    thread = turn.instance.thread(signal.thread_id)
    state = turn.state_of(thread) if thread else None
    if thread is None or not isinstance(state, Halting):
        raise ValueError(f"{signal.thread_id} is not halted")
    _check_form(turn.instance, thread, state, signal.input)
    data = turn.instance.data | signal.input
    if size_of(data) > MAX_DATA_BYTES:
        place = {"instance_id": turn.instance.id, "thread_id": thread.id, "state": thread.state}
        raise ActionFailed("data_limit_exceeded", too_large(data), place)
    try:
        target = _answered_target(state, signal.input, data, turn.effort)
    except TooCostly as error:
        details: dict[str, Json] = {"thread_id": thread.id, "state": thread.state}
        raise InvalidTransition(f"The conditions of '{thread.state}' {error}", details) from error
    if target is None:
        raise _no_transition(thread, state, signal.input, data)
    changes = history.difference(turn.instance.data, data)
    turn.note(history.resumed(thread, turn.now, signal.input, signal.origin.by, signal.origin.request_id))
    answer = Answer(thread.halt_id, thread.state, signal.fingerprint, turn.now)
    answered = thread._replace(input=signal.input, steps=0, answer=answer)
    turn.put(answered, data)
    trace_parent = signal.origin.trace_parent or turn.instance.trace_parent
    turn.instance = turn.instance._replace(trace_parent=trace_parent)
    go_on(turn, [Move(answered, target, "resume", changes)])


def _script_ended(turn: Turn, signal: ScriptEnded) -> None:
    thread, outcome = turn.instance.thread(signal.thread_id), signal.outcome
    if thread is None:
        raise ValueError(f"no thread {signal.thread_id}")
    error = outcome.code if isinstance(outcome, ScriptFailed) else None
    turn.note(history.stepped("script", thread, turn.now, outcome.duration_ms, logs=outcome.logs, error=error))
    if isinstance(outcome, ScriptFailed):
        go_on(turn, failed(turn, thread, outcome.code, outcome.message, turn.instance.data))
    else:
        go_on(turn, logic_done(turn, thread, outcome.value or {}))


def _http_ended(turn: Turn, signal: HttpEnded) -> None:
    thread, outcome = turn.instance.thread(signal.thread_id), signal.outcome
    logic = logic_due(turn.definition, thread) if thread else None
    if thread is None or not isinstance(logic, HttpRequest):
        raise ValueError(f"{signal.thread_id} is not in an HTTP call")
    thread = thread._replace(busy_until=None)
    code, message, retriable = _verdict(logic, outcome)
    status = outcome.status if isinstance(outcome, HttpAnswered) else None
    tries = thread.tries + 1
    turn.note(history.stepped("http", thread, turn.now, outcome.duration_ms, attempt=tries, error=code, status=status))
    if code is None and isinstance(outcome, HttpAnswered):
        stored = {"status": outcome.status, "headers": outcome.headers, "body": outcome.body}
        go_on(turn, logic_done(turn, thread, {logic.result or thread.state: stored}))
    elif retriable and tries < logic.retry.attempts:
        turn.put(thread._replace(tries=tries, retry_at=turn.now + backoff(logic.retry, tries)))
    else:
        go_on(turn, failed(turn, thread, code or "http_error", message, turn.instance.data))


def _instruction_ended(turn: Turn, signal: InstructionEnded) -> None:
    """The halt has its text, or does without; either way it goes on waiting as it did."""
    thread, outcome = turn.instance.thread(signal.thread_id), signal.outcome
    if thread is None:
        raise ValueError(f"no thread {signal.thread_id}")
    text = ""
    if isinstance(outcome, InstructionWritten):
        text = readable.clipped(readable.plain(outcome.text), MAX_TEXT)
        if not text:
            outcome = InstructionFailed("instruction_error", "The language model wrote nothing", outcome.duration_ms)
    if isinstance(outcome, InstructionFailed):
        turn.note(history.stepped("instruction", thread, turn.now, outcome.duration_ms, error=outcome.code))
        turn.note(history.errored(thread, turn.now, outcome.code, outcome.message))
    elif isinstance(outcome, InstructionWritten):
        turn.note(history.stepped("instruction", thread, turn.now, outcome.duration_ms, instruction=text))
    turn.put(thread._replace(instruction=text, busy_until=None))


def _time_passed(turn: Turn) -> None:
    instance = turn.instance
    if instance.status in LIVE and _has_expired(turn):
        turn.note(history.ended("expired", instance.main, turn.now))
        end(turn, "cancelled")
        return
    for thread in instance.threads:
        state = turn.state_of(thread)
        moment = timeout_at(turn.definition, thread)
        if isinstance(state, Halting) and state.timeout and moment is not None and moment <= turn.now:
            go_on(turn, [Move(thread._replace(steps=0), state.timeout.target, "timeout")])
        elif (due := reminders_due(turn.definition, thread, turn.now)) > thread.reminded:
            turn.note(history.reminded(thread, turn.now, due))
            turn.put(thread._replace(reminded=due))


def _has_expired(turn: Turn) -> bool:
    """Whether the time of the whole instance is up. A halt that times out by the end of the lifetime does so first, and
    begins it anew: a time-out may be as long as the lifetime (docs/workflows.md, 'Halts').
    """
    instance = turn.instance
    if instance.expires_at is not None and instance.expires_at <= turn.now:
        return True
    ends_at = lifetime_ends_at(instance)
    timeouts = (timeout_at(turn.definition, thread) for thread in instance.threads)
    return ends_at <= turn.now and not any(moment is not None and moment <= ends_at for moment in timeouts)


def _verdict(logic: HttpRequest, outcome: HttpOutcome) -> tuple[str | None, str, bool]:
    """(error code or None, message, whether another try may help)."""
    if isinstance(outcome, HttpFailed):
        return outcome.code, outcome.message, outcome.retriable
    if 200 <= outcome.status <= 299:
        return None, "", False
    return "http_error", f"{logic.method} answered {outcome.status}", outcome.status in _RETRIED_STATUSES


def _check_form(instance: Instance, thread: Thread, state: Halting, input: dict[str, Json]) -> None:
    if state.presentation is None:
        return
    rendered = forms.render(state.presentation, scope_of(instance, thread))
    if problems := forms.problems(rendered, input):
        field, message = next(iter(problems.items()))
        raise InvalidInput(f"{field}: {message}", {"fields": problems})


def _answered_target(state: Halting, input: dict[str, Json], data: dict[str, Json], effort: Effort) -> str | None:
    if state.transition_mode != "selection":
        return first_match(state.transitions, data, effort)
    return next((way.destination for way in state.transitions if way.key == input.get("choice")), None)


def _no_transition(thread: Thread, state: Halting, input: dict[str, Json], data: dict[str, Json]) -> InvalidTransition:
    told = explain_answer(state, input, data)
    details: dict[str, Json] = {"thread_id": thread.id, "state": thread.state, "explain": told}
    if state.transition_mode == "selection":
        details["choices"] = [way.key for way in state.transitions]
        keys = ", ".join(f"'{way.key}'" for way in state.transitions)
        return InvalidTransition(f"'choice' must be one of {keys}, not {shown(input.get('choice'))}", details)
    return InvalidTransition(f"No transition of '{thread.state}' matches this input", details)
