"""Find files of an instance that the caller may see."""

from interactor.auth.principals import Principal
from interactor.errors import FileNotFound
from interactor.services.find_instance import load_instance
from interactor.services.parts import Parts
from interactor.storage.files import File


def find_file(parts: Parts, caller: Principal, instance_id: str, file_id: str) -> tuple[File, bool]:
    """(the file, whether its bytes are there). Raises InstanceNotFound, FileNotFound."""
    load_instance(parts, caller, instance_id)
    file = parts.files.get(caller.account, instance_id, file_id)
    if file is None:
        raise FileNotFound(f"File '{file_id}' of instance '{instance_id}' not found")
    return file, file.id in parts.files.uploaded(caller.account, instance_id)


def list_files(parts: Parts, caller: Principal, instance_id: str) -> list[tuple[File, bool]]:
    """All files of an instance, oldest first, each with whether its bytes are there. Raises InstanceNotFound."""
    load_instance(parts, caller, instance_id)
    files = parts.files.of_instance(caller.account, instance_id)
    uploaded = parts.files.uploaded(caller.account, instance_id) if files else set()
    return [(file, file.id in uploaded) for file in files]
