"""What an instance is to do next, and when something will happen to it by itself.

`next_work` is asked after each signal; `due_at` is asked at each commit, whose outbox then carries the moment. Both
only read: what becomes of it is `transition.py`'s.
"""

from collections.abc import Iterator, Mapping

from interactor.clock import Millis
from interactor.engine import instructions, templates
from interactor.engine.definition.logic import HttpRequest, Script
from interactor.engine.definition.workflow import Action, Definition, Halting, Terminal
from interactor.engine.instance import LIVE, Instance, Thread
from interactor.engine.signals import HttpEnded, InstructionEnded
from interactor.engine.work import CallHttp, HttpFailed, RunScript, WaitUntil, Work, WriteInstruction
from interactor.json_text import Json, dump

_DAY: Millis = 24 * 60 * 60 * 1000
RUNNING_LIFETIME: Millis = 30 * _DAY
HALTED_LIFETIME: Millis = 90 * _DAY
"""An instance that has not moved for this long is cancelled (reference, 'Instance Limits')."""


def next_work(
    definition: Definition, instance: Instance, secrets: Mapping[str, str], now: Millis
) -> Work | HttpEnded | InstructionEnded | None:
    """What is to be done next; None when the instance waits for people or has nothing left to do.

    Logic comes first: a person reads the instruction once everything else has gone on. A signal instead of work is a
    call that cannot be made (what it is to send outgrew the limit): feed it back as it is.
    """
    waits = []
    for thread in instance.threads:
        if logic := logic_due(definition, thread):
            moment = _not_before(thread)
            if moment <= now:
                return _work(instance, thread, logic, secrets)
            waits.append(moment)
    for thread in instance.threads:
        if prompt := instruction_due(definition, thread):
            moment = _not_before(thread)
            if moment <= now:
                return instructions.writing(prompt, thread, scope_of(instance, thread))
            waits.append(moment)
    return WaitUntil(min(waits)) if waits else None


def under_way(instance: Instance, call: CallHttp | WriteInstruction, until: Millis) -> Instance:
    """The instance with this call begun: until that moment, nobody else makes it."""
    thread = instance.thread(call.thread_id)
    return instance.with_thread(thread._replace(busy_until=until)) if thread else instance


def due_at(definition: Definition, instance: Instance) -> Millis | None:
    """The earliest moment at which the instance goes on by itself; None if it only waits for people.

    The end of its lifetime is not among them: the sweep finds those (`services/sweep.py`).
    """
    return min(_moments(definition, instance), default=None)


def lifetime_ends_at(instance: Instance) -> Millis:
    """When the instance is cancelled unless something happens to it."""
    return instance.active_at + (HALTED_LIFETIME if instance.status == "halted" else RUNNING_LIFETIME)


def timeout_at(definition: Definition, thread: Thread) -> Millis | None:
    """When a halted thread moves on by itself."""
    state = definition.states[thread.state]
    if thread.status != "halted" or not isinstance(state, Halting) or state.timeout is None:
        return None
    return thread.entered_at + state.timeout.after_ms


def reminders_due(definition: Definition, thread: Thread, now: Millis) -> int:
    """How many of a halted thread's reminders have come due so far."""
    return sum(moment <= now for moment in _reminders(definition, thread))


def logic_due(definition: Definition, thread: Thread) -> Script | HttpRequest | None:
    """The logic that a thread has still to carry out where it is."""
    state = definition.states[thread.state]
    if isinstance(state, Terminal):
        return state.on_enter if thread.on_enter else None
    return state.logic if isinstance(state, Action) and thread.status == "running" and not thread.join else None


def instruction_due(definition: Definition, thread: Thread) -> instructions.Prompt | None:
    """The prompt of a halt whose instruction has still to be written."""
    if thread.status != "halted" or thread.instruction is not None:
        return None
    return instructions.prompt_of(definition.states[thread.state])


def scope_of(instance: Instance, thread: Thread) -> dict[str, Json]:
    """The roots that templates see (docs/workflows.md), `secrets` excepted."""
    return {"workflow_data": instance.data, "input": thread.input, "context": _context(instance, thread)}


def _moments(definition: Definition, instance: Instance) -> Iterator[Millis]:
    for thread in instance.threads:
        if logic_due(definition, thread) or instruction_due(definition, thread):
            yield _not_before(thread)
        if (moment := timeout_at(definition, thread)) is not None:
            yield moment
        yield from _reminders(definition, thread)[thread.reminded : thread.reminded + 1]
    if instance.expires_at is not None and instance.status in LIVE:
        yield instance.expires_at


def _reminders(definition: Definition, thread: Thread) -> list[Millis]:
    state = definition.states[thread.state]
    if thread.status != "halted" or not isinstance(state, Halting):
        return []
    return sorted(thread.entered_at + span for span in state.reminders_ms)


def _not_before(thread: Thread) -> Millis:
    return max(thread.retry_at or 0, thread.busy_until or 0)


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
    headers = {name: templates.expand_header(value, scope) for name, value in logic.headers.items()}
    if isinstance(body, str) and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "text/plain; charset=utf-8"
    return CallHttp(
        thread_id=thread.id,
        state=thread.state,
        attempt=thread.tries + 1,
        method=logic.method,
        url=templates.expand_url(logic.url, scope),
        headers=headers,
        body=None if "body" not in logic.model_fields_set else body if isinstance(body, str) else dump(body),
        timeout=logic.timeout,
        idempotency_key=f"{instance.id}-{thread.visit}",
    )
