"""End a live instance by hand (reference, 'Cancel Instance')."""

from interactor.auth.principals import Principal
from interactor.engine.instance import LIVE, Instance
from interactor.engine.signals import Cancelled, Origin
from interactor.errors import InstanceNotActive
from interactor.services.find_instance import load_instance
from interactor.services.parts import Parts
from interactor.services.run import Run, Superseded


def cancel_instance(parts: Parts, caller: Principal, instance_id: str, origin: Origin) -> Instance:
    """Raises InstanceNotFound, and InstanceNotActive where it has ended, before or while this call ran."""
    stored = load_instance(parts, caller, instance_id)
    if stored.instance.status not in LIVE:
        raise _not_active(stored.instance)
    definition = parts.workflows.definition(caller.account, stored.instance.version_id)
    run = Run(parts, definition, deadline=parts.clock())
    try:
        return run.carry_on(stored, Cancelled(origin)).instance
    except Superseded as superseded:
        raise _not_active(superseded.winner.instance) from superseded


def _not_active(instance: Instance) -> InstanceNotActive:
    return InstanceNotActive(f"Instance '{instance.id}' is already {instance.status}", {"status": instance.status})
