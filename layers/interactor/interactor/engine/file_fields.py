"""Fields of a form that take files: what may be uploaded for one, and which uploads an answer names.

What an answer looks like is checked with all other fields (`forms.py`); whether the files it names are there, only
their store can tell (`services/check_files.py`).
"""

from collections.abc import Mapping

from interactor.clock import Millis
from interactor.engine.definition.halts import MAX_FILE_BYTES, FileField, Form
from interactor.engine.definition.workflow import Definition, Halting
from interactor.engine.wording import shown
from interactor.json_text import Json

RETENTION: Millis = 7 * 24 * 60 * 60 * 1000
"""How long the files of an instance outlive it (reference, 'File Upload Limits')."""


def takes_files(definition: Definition) -> bool:
    """Whether any form of a workflow has a field for files: its instances may leave some behind."""
    forms = (state.presentation for state in definition.states.values() if isinstance(state, Halting))
    return any(isinstance(field, FileField) for form in forms if isinstance(form, Form) for field in form.fields)


def file_field(rendered: Mapping[str, Json], name: str) -> dict[str, Json] | None:
    """The field for files of this name in a rendered presentation."""
    fields: list[dict[str, Json]] = rendered.get("fields", [])
    return next((field for field in fields if field["name"] == name and field["type"] == "file"), None)


def refusals(field: Mapping[str, Json], filename: str, content_type: str, size: int) -> dict[str, str]:
    """Why a field does not take such a file: property → message; empty where it does."""
    found = {}
    most = min(field.get("maxSize") or MAX_FILE_BYTES, MAX_FILE_BYTES)
    if size > most:
        found["size"] = f"must be at most {most} bytes for '{field['name']}', not {size}"
    accepted = _accepted(field.get("accept"))
    if accepted and not any(_fits(pattern, filename, content_type) for pattern in accepted):
        found["content_type"] = f"must be one of {', '.join(accepted)} for '{field['name']}', not {shown(content_type)}"
    return found


def files_named(rendered: Mapping[str, Json], given: Mapping[str, Json]) -> dict[str, list[str]]:
    """The file ids that an answer names, by field. What has no form of an id is left to the form's own check."""
    found = {}
    for name, value in given.items():
        ids = value if isinstance(value, list) else [value]
        named = [file_id for file_id in ids if isinstance(file_id, str)]
        if named and file_field(rendered, name):
            found[name] = named
    return found


def _accepted(accept: Json) -> list[str]:
    """The MIME types, ranges (`image/*`) and endings (`.pdf`) of an `accept`, as HTML's attribute of this name has them
    (https://html.spec.whatwg.org/multipage/input.html#attr-input-accept).
    """
    written = ",".join(accept) if isinstance(accept, list) else accept or ""
    return [pattern.strip() for pattern in written.split(",") if pattern.strip()]


def _fits(pattern: str, filename: str, content_type: str) -> bool:
    pattern, content_type = pattern.lower(), content_type.lower()
    if pattern.startswith("."):
        return filename.lower().endswith(pattern)
    if pattern.endswith("/*"):
        return pattern == "*/*" or content_type.startswith(pattern[:-1])
    return content_type == pattern
