"""Find an instance that the caller may see (reference, 'Get Instance'; 'Namespace Authorization')."""

from interactor.auth.principals import Principal
from interactor.errors import InstanceNotFound
from interactor.ids import is_id
from interactor.services.parts import Parts
from interactor.storage.instances import Stored


def find_instance(parts: Parts, caller: Principal, instance_id: str) -> Stored:
    """The instance with its history as far as one round trip brings it. Raises InstanceNotFound."""
    stored = parts.instances.load_with_history(caller.account, instance_id) if is_id("inst", instance_id) else None
    return visible(stored, caller, instance_id)


def load_instance(parts: Parts, caller: Principal, instance_id: str) -> Stored:
    """The instance with its latest history alone. Raises InstanceNotFound."""
    stored = parts.instances.load(caller.account, instance_id) if is_id("inst", instance_id) else None
    return visible(stored, caller, instance_id)


def visible(stored: Stored | None, caller: Principal, instance_id: str) -> Stored:
    """The instance, if the caller may see it. Raises InstanceNotFound, alike for what is not there and for what the
    caller does not own (docs/auth.md).
    """
    if stored is None or not caller.owns(stored.instance.namespace):
        raise InstanceNotFound(f"Instance '{instance_id}' not found")
    return stored
