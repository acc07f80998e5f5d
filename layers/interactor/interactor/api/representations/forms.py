"""What the open form of a halt looks like to clients and to a form library, and what an answer to it would lead to."""

from interactor.engine import forms, instructions
from interactor.engine.definition.workflow import Definition, Halting
from interactor.engine.due import scope_of
from interactor.engine.form_schema import form_schema
from interactor.engine.instance import Instance, Thread
from interactor.json_text import Json
from interactor.services.preview_resume import Preview


def form_json(definition: Definition, instance: Instance, thread: Thread) -> dict[str, Json]:
    """The form of a halted thread: JSON Schema for the answer, hints for showing it, and the halt that it answers."""
    state = definition.states[thread.state]
    if not isinstance(state, Halting):
        raise ValueError(f"{thread.id} is not halted")
    scope = scope_of(instance, thread)
    rendered = forms.render(state.presentation, scope) if state.presentation else None
    form = form_schema(state, rendered, instructions.halted_options(state, thread, scope))
    return {
        "instance_id": instance.id,
        "thread_id": thread.id,
        "state": thread.state,
        "halt_id": thread.halt_id,
        "schema": form.schema,
        "ui": form.ui,
    }


def preview_json(preview: Preview) -> dict[str, Json]:
    """What an answer would lead to."""
    index = next(index for index, way in enumerate(preview.explanation) if way["taken"])
    taken = preview.explanation[index]
    return {
        "dry_run": True,
        "instance_id": preview.instance_id,
        "thread_id": preview.thread.id,
        "state": preview.thread.state,
        "halt_id": preview.thread.halt_id,
        "would_transition_to": preview.target,
        "transition_index": index,
        **({"transition_key": taken["key"]} if "key" in taken else {}),
        "explain": preview.explanation,
        "workflow_data_after": preview.data,
    }
