"""Ask for a link to upload a file with, for a field of an open form (docs/files.md)."""

from typing import NamedTuple

from interactor.auth.principals import Principal
from interactor.engine import file_fields, forms
from interactor.engine.definition.workflow import Definition, Halting
from interactor.engine.due import scope_of
from interactor.engine.instance import Instance, Thread
from interactor.errors import FileLimitReached, InstanceNotHalted, InvalidInput, InvalidRequest, ThreadNotFound
from interactor.json_text import Json
from interactor.services.find_instance import load_instance
from interactor.services.parts import Parts
from interactor.storage.files import MAX_FILES_OF_INSTANCE, File, Link


class UploadFile(NamedTuple):
    """`thread_id` None means the one halted thread whose form has the field; `size` is in bytes."""

    instance_id: str
    field: str
    filename: str
    content_type: str
    size: int
    thread_id: str | None = None


def request_upload(parts: Parts, caller: Principal, request: UploadFile) -> tuple[File, Link]:
    """Raises InstanceNotFound, ThreadNotFound, InstanceNotHalted, InvalidRequest (no such field, or several),
    InvalidInput (the field does not take such a file) and FileLimitReached.
    """
    account = caller.account
    instance = load_instance(parts, caller, request.instance_id).instance
    field = _field(parts.workflows.definition(account, instance.version_id), instance, request)
    if refused := file_fields.refusals(field, request.filename, request.content_type, request.size):
        raise InvalidInput("; ".join(f"{name}: {text}" for name, text in refused.items()), {"fields": refused})
    if len(parts.files.of_instance(account, instance.id)) >= MAX_FILES_OF_INSTANCE:
        raise FileLimitReached(
            f"Instance '{instance.id}' has {MAX_FILES_OF_INSTANCE} files, as many as it may",
            {"limit": MAX_FILES_OF_INSTANCE},
        )
    now = parts.clock()
    file = File(
        parts.ids.new("file", now), account, instance.id, request.field, request.filename, request.content_type,
        request.size,
    )  # fmt: skip
    parts.files.add(file, parts.ids.new("op", now))
    return file, parts.files.upload_link(file)


def _field(definition: Definition, instance: Instance, request: UploadFile) -> dict[str, Json]:
    threads = [thread for thread in instance.threads if thread.id == request.thread_id or request.thread_id is None]
    if not threads:
        raise ThreadNotFound(f"Thread '{request.thread_id}' of instance '{instance.id}' not found")
    halted = [thread for thread in threads if thread.status == "halted"]
    if not halted:
        raise InstanceNotHalted(
            f"Instance '{instance.id}' is {instance.status}, not halted", {"status": instance.status}
        )
    asked = [(thread.id, field) for thread in halted if (field := _asked(definition, instance, thread, request.field))]
    if len(asked) > 1:
        several = ", ".join(thread_id for thread_id, _ in asked)
        raise InvalidRequest(
            f"'thread_id' is required: the forms of several threads have a field '{request.field}' ({several})",
            {"threads": [thread_id for thread_id, _ in asked]},
        )
    if not asked:
        message = f"the open form has no field for files that is named '{request.field}'"
        raise InvalidRequest.of((("field",), message))
    return asked[0][1]


def _asked(definition: Definition, instance: Instance, thread: Thread, name: str) -> dict[str, Json] | None:
    state = definition.states[thread.state]
    if not isinstance(state, Halting) or state.presentation is None:
        return None
    return file_fields.file_field(forms.render(state.presentation, scope_of(instance, thread)), name)
