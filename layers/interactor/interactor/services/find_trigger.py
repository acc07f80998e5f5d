"""Find triggers that the caller may see, and the events that they could not start with."""

from interactor.auth.principals import Principal
from interactor.errors import TriggerNotFound
from interactor.services.parts import Parts
from interactor.storage.triggers import Failure, Trigger


def find_trigger(parts: Parts, caller: Principal, trigger_id: str) -> Trigger:
    """Raises TriggerNotFound, also for one in a namespace that the caller does not own (docs/auth.md)."""
    trigger = parts.triggers.get(caller.account, trigger_id)
    if trigger is None or not caller.owns(trigger.namespace):
        raise TriggerNotFound(f"Trigger '{trigger_id}' not found")
    return trigger


def list_triggers(parts: Parts, caller: Principal, after: str | None, limit: int) -> tuple[list[Trigger], bool]:
    """(the page, whether there is more), newest first, created before the trigger `after`."""
    found = [
        trigger
        for trigger in parts.triggers.all(caller.account)
        if caller.owns(trigger.namespace) and (after is None or trigger.id < after)
    ]
    return found[:limit], len(found) > limit


def list_failures(
    parts: Parts, caller: Principal, trigger_id: str, after: str | None, limit: int
) -> tuple[list[Failure], bool]:
    """(the page, whether there is more), newest first. Raises TriggerNotFound."""
    trigger = find_trigger(parts, caller, trigger_id)
    found = parts.triggers.failures(caller.account, trigger.id, parts.clock(), after, limit + 1)
    return found[:limit], len(found) > limit
