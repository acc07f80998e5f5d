"""Say what an answer would lead to, changing nothing (`dry_run=true`): the checks of a resume, and its first step."""

from typing import NamedTuple

from interactor.auth.principals import Principal
from interactor.engine import history
from interactor.engine.explaining import explain_event
from interactor.engine.instance import Thread
from interactor.engine.signals import Resumed
from interactor.engine.transition import transition
from interactor.json_text import Json
from interactor.services.check_files import check_files
from interactor.services.find_halt import thread_meant
from interactor.services.find_instance import load_instance
from interactor.services.parts import Parts
from interactor.services.resume_instance import ResumeInstance, check_expectations, fingerprint_of


class Preview(NamedTuple):
    """The halt, where its thread would go and why, and `workflow_data` as it would be then."""

    instance_id: str
    thread: Thread
    target: str
    explanation: list[dict[str, Json]]
    data: dict[str, Json]


def preview_resume(parts: Parts, caller: Principal, request: ResumeInstance) -> Preview:
    """Raises what `resume_instance` does for an answer that cannot be taken. An answer that another has forestalled is
    a ConcurrentModification or not halted, whatever that one said: there is nothing left to lead anywhere.
    """
    instance = load_instance(parts, caller, request.instance_id).instance
    thread = thread_meant(instance, request.thread_id)
    check_expectations(instance, thread, request)
    definition = parts.workflows.definition(caller.account, instance.version_id)
    check_files(parts, definition, instance, thread, request.input)
    signal = Resumed(thread.id, thread.halt_id, request.input, fingerprint_of(request.input), request.origin)
    step = transition(definition, instance, signal, parts.clock())
    data = step.instance.data
    for event in reversed(step.events):
        if event["type"] == "transition" and event["trigger"] == "resume":
            return Preview(instance.id, thread, event["to_state"], explain_event(definition, event, data) or [], data)
        data = history.undone(data, event)
    raise ValueError("a resume leaves its halt")
