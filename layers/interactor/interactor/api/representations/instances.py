"""What instances and threads look like to clients; the names are the reference's, to the letter."""

from interactor.api import envelope
from interactor.clock import to_iso
from interactor.engine import forms, history, instructions
from interactor.engine.definition.workflow import Definition, Halting
from interactor.engine.due import scope_of
from interactor.engine.instance import Instance, Thread
from interactor.errors import ActionFailed
from interactor.ids import moment_of
from interactor.json_text import Json, size_of
from interactor.storage.idempotency import Answer
from interactor.storage.instances import Stored, Summary

MAX_HISTORY_BYTES = 1024 * 1024
"""Of an answer that Lambda cuts at 6 MB (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)."""


def answer_of(status: int, definition: Definition, instance: Instance, request_id: str) -> Answer:
    """The answer to a create or resume that led here: the instance, or why it failed (docs/life-of-an-instance.md)."""
    if failure := instance.failure:
        details = {"instance_id": instance.id, "thread_id": failure.thread_id, "state": failure.state}
        return envelope.failure(ActionFailed(failure.code, failure.message, details), request_id)
    return envelope.success(status, instance_json(definition, instance))


def instance_json(definition: Definition, instance: Instance) -> dict[str, Json]:
    """An instance with its threads and its open question, without history."""
    document: dict[str, Json] = {
        "id": instance.id,
        "workflow_name": instance.workflow_name,
        "version_id": instance.version_id,
        "namespace": instance.namespace,
        "status": instance.status,
        "current_state": instance.current_state,
        "workflow_data": instance.data,
        "threads": [thread_json(thread) for thread in instance.threads],
        "created_at": to_iso(moment_of(instance.id)),
    }
    if instance.ended_at is not None:
        document[f"{instance.status}_at"] = to_iso(instance.ended_at)
    if failure := instance.failure:
        document["error"] = {"code": failure.code, "message": failure.message, "state": failure.state}
    halted = [thread for thread in instance.threads if thread.status == "halted"]
    if len(halted) == 1:
        document |= _question(definition, instance, halted[0])
    return document


def instance_details(definition: Definition, stored: Stored) -> dict[str, Json]:
    """As `instance_json`, with the history of its state visits: the latest that one read and one answer hold.

    `history_truncated` says that there were more.
    """
    visits = history.visits(stored.events)
    kept = _latest(visits, MAX_HISTORY_BYTES)
    document = {**instance_json(definition, stored.instance), "history": kept}
    if stored.first > 0 or len(kept) < len(visits):
        document["history_truncated"] = True
    return document


def thread_json(thread: Thread) -> dict[str, Json]:
    document: dict[str, Json] = {"id": thread.id, "status": thread.status, "current_state": thread.state}
    if thread.status == "halted":
        document["halt_id"] = thread.halt_id
    return document


def summary_json(summary: Summary) -> dict[str, Json]:
    return {
        "id": summary.id,
        "workflow_name": summary.workflow_name,
        "version_id": summary.version_id,
        "namespace": summary.namespace,
        "status": summary.status,
        "current_state": summary.current_state,
        "created_at": to_iso(moment_of(summary.id)),
    }


def _latest(visits: list[Json], size: int) -> list[Json]:
    """The last entries that fit the size."""
    if size_of(visits) <= size:
        return visits
    kept = len(visits)
    while kept and (size := size - size_of(visits[kept - 1]) - 1) >= 0:
        kept -= 1
    return visits[kept:]


def _question(definition: Definition, instance: Instance, thread: Thread) -> dict[str, Json]:
    """What is asked of a person: the reference's `halting_presentation` or `halted_options`, and the id of the halt."""
    state = definition.states[thread.state]
    if not isinstance(state, Halting):
        return {}
    question: dict[str, Json] = {"halt_id": thread.halt_id}
    scope = scope_of(instance, thread)
    if state.presentation:
        question["halting_presentation"] = forms.render(state.presentation, scope)
    if options := instructions.halted_options(state, thread, scope):
        question |= {"halted_at_state": thread.state, "halted_options": options}
    return question
