"""Whether the files that an answer names are there, before the answer is taken."""

from collections.abc import Mapping

from interactor.engine import file_fields, forms
from interactor.engine.definition.workflow import Definition, Halting
from interactor.engine.due import scope_of
from interactor.engine.instance import Instance, Thread
from interactor.errors import InvalidInput
from interactor.json_text import Json
from interactor.services.parts import Parts


def check_files(
    parts: Parts, definition: Definition, instance: Instance, thread: Thread, given: Mapping[str, Json]
) -> None:
    """Raises InvalidInput with all that is wrong with the answer when a file it names was not asked for, for this field
    of this instance, or has not been uploaded. Asks nobody where the form has no field for files.
    """
    state = definition.states[thread.state]
    if not isinstance(state, Halting) or state.presentation is None:
        return
    rendered = forms.render(state.presentation, scope_of(instance, thread))
    named = file_fields.files_named(rendered, given)
    if not named:
        return
    known = {(file.field, file.id) for file in parts.files.of_instance(instance.account, instance.id)}
    uploaded = parts.files.uploaded(instance.account, instance.id)
    problems = {}
    for field, ids in named.items():
        for file_id in ids:
            if (field, file_id) not in known:
                problems[field] = f"there is no file '{file_id[:64]}' for this field"
            elif file_id not in uploaded:
                problems[field] = f"the file '{file_id}' has not been uploaded"
    if problems:
        problems |= forms.problems(rendered, given)
        field, message = next(iter(problems.items()))
        raise InvalidInput(f"{field}: {message}", {"fields": problems})
