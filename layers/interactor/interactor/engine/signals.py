"""Signals: what happens to an instance, as data. `transition.py` says what each of them does.

A signal is about something definite, such as a halt or a try of a call; `applies` says whether that is still open.
"""

from typing import NamedTuple, TypeAlias

from interactor.engine.instance import LIVE, Instance
from interactor.engine.work import HttpOutcome, InstructionOutcome, ScriptOutcome
from interactor.json_text import Json

MAX_INPUT_BYTES = 64 * 1024
"""Of the input that creates an instance or answers a halt, as UTF-8 JSON (reference, 'Instance Limits')."""


class Origin(NamedTuple):
    """Whose call it was: for history, and for the trace that HTTP calls continue (W3C `traceparent`, or None)."""

    by: str
    request_id: str
    trace_parent: str | None = None


class Created(NamedTuple):
    id: str
    account: str
    namespace: str
    workflow_name: str
    version_id: str
    input: dict[str, Json]
    origin: Origin


class Resumed(NamedTuple):
    """Somebody answered the halt `halt_id`; `fingerprint` tells equal inputs from different ones."""

    thread_id: str
    halt_id: str
    input: dict[str, Json]
    fingerprint: str
    origin: Origin


class Cancelled(NamedTuple):
    origin: Origin


class ScriptEnded(NamedTuple):
    thread_id: str
    outcome: ScriptOutcome


class HttpEnded(NamedTuple):
    """One try of the HTTP call of visit `visit` is over; `tries` says how many had failed before it."""

    thread_id: str
    visit: int
    tries: int
    outcome: HttpOutcome


class InstructionEnded(NamedTuple):
    """A language model was asked for the instruction of the halt of visit `visit`."""

    thread_id: str
    visit: int
    outcome: InstructionOutcome


class TimePassed:
    """Something that was to happen by itself is due: a time-out, a reminder, the end of the instance's time."""


Signal: TypeAlias = Created | Resumed | Cancelled | ScriptEnded | HttpEnded | InstructionEnded | TimePassed


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
        case InstructionEnded(thread_id=thread_id, visit=visit):
            thread = instance.thread(thread_id)
            return (
                thread is not None and thread.status == "halted" and (thread.visit, thread.instruction) == (visit, None)
            )
        case Cancelled():
            return instance.status in LIVE
        case _:
            return False  # whoever committed has seen to the time; the others are never committed alone or twice
