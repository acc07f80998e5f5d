"""What subscribers are told of an instance's event: its payload, to the letter of the reference's examples. Pure."""

from collections.abc import Iterator

from interactor.clock import Millis, to_iso
from interactor.engine import forms, instructions
from interactor.engine.definition.workflow import Definition, Halting
from interactor.engine.due import scope_of
from interactor.engine.history import Event, undone
from interactor.engine.instance import MAIN_THREAD, Instance, Thread
from interactor.json_text import Json, dump
from interactor.webhooks.event_types import CREATED, FAILED, HALTED, REMINDER, RESUMED

ASKING = (HALTED, REMINDER)
"""The events that tell what a person is asked, for which the definition is needed."""


def as_of_each(instance: Instance, fresh: list[tuple[int, Event]]) -> Iterator[tuple[int, Event, Instance]]:
    """The events of one commit, latest first, each with the instance holding the data that it held then."""
    data = instance.data
    for number, event in reversed(fresh):
        yield number, event, instance._replace(data=data)
        data = undone(data, event)


def payload(event: str, delivery_id: str, moment: Millis, data: Json) -> str:
    """The text of a delivery's body, in ASCII: the bytes that are signed, sent and kept."""
    return dump({"event": event, "delivery_id": delivery_id, "timestamp": to_iso(moment), "data": data})


def instance_data(
    name: str, number: int, event: Event, instance: Instance, definition: Definition | None
) -> dict[str, Json]:
    """`data` of an instance's event. `instance` holds the data as of the event; `definition` is needed for `ASKING`.

    `sequence` is the place of the event in the instance's history: receivers can order by it, whatever comes first.
    """
    data: dict[str, Json] = {
        "instance_id": instance.id,
        "workflow_name": instance.workflow_name,
        "version_id": instance.version_id,
        "namespace": instance.namespace,
        "current_state": event["initial_state"] if name == CREATED else event["state"],
        "workflow_data": instance.data,
    }
    if name in ASKING and definition is not None:
        data |= _question(definition, instance, event)
    data |= _particulars(name, event)
    if event["thread"] != MAIN_THREAD:
        data["thread_id"] = event["thread"]
    return data | {"sequence": number}


def _particulars(name: str, event: Event) -> dict[str, Json]:
    if name == CREATED:
        return {"input": event["input"]}
    if name == RESUMED:
        return {"halt_id": event["halt_id"], "input": event["input"], "resumed_by": event["by"]}
    if name == FAILED:
        return {"error": {"code": event["code"], "message": event["message"], "state": event["state"]}}
    if name == REMINDER:
        return {"reminder": event["count"]}
    return {"reason": "expired"} if event["subtype"] == "expired" else {}


def _question(definition: Definition, instance: Instance, event: Event) -> dict[str, Json]:
    """What a person is asked, as Get Instance shows it."""
    state = definition.states[event["state"]]
    if not isinstance(state, Halting):
        return {}
    thread = instance.thread(event["thread"]) or Thread(event["thread"], event["state"], 0)
    if thread.halt_id != event["halt_id"]:  # it has gone on: what was written for this halt is no longer kept
        thread = thread._replace(state=event["state"], instruction=None)
    scope = scope_of(instance, thread)
    question: dict[str, Json] = {}
    if state.presentation:
        question["halting_presentation"] = forms.render(state.presentation, scope)
    if options := instructions.halted_options(state, thread, scope):
        question["halted_options"] = options
    return question | {"halt_id": event["halt_id"]}
