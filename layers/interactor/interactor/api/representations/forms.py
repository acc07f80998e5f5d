"""What the open form of a halt looks like to clients, and to a form library."""

from interactor.engine import forms, instructions
from interactor.engine.definition import Definition, Halting
from interactor.engine.due import scope_of
from interactor.engine.form_schema import form_schema
from interactor.engine.instance import Instance, Thread
from interactor.json_text import Json


def form_json(definition: Definition, instance: Instance, thread: Thread) -> dict[str, Json]:
    """The form of a halted thread: JSON Schema for the answer, hints for showing it, and the halt that it answers."""
    state = definition.states[thread.state]
    if not isinstance(state, Halting):
        raise ValueError(f"{thread.id} is not halted")
    scope = scope_of(instance, thread)
    rendered = forms.render(state.presentation, scope) if state.presentation else None
    told = instructions.halted_options(state, scope) or {}
    form = form_schema(state, rendered, told.get("instruction"))
    return {
        "instance_id": instance.id,
        "thread_id": thread.id,
        "state": thread.state,
        "halt_id": thread.halt_id,
        "schema": form.schema,
        "ui": form.ui,
    }
