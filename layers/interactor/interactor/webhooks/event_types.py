"""The events that a subscription can name, one by one or by wildcard (reference, 'Available Events'), and which of them
an event of history is. Pure.
"""

from collections.abc import Iterable

from interactor.engine.history import Event

CREATED = "workflow.instance.created"
HALTED = "workflow.instance.halted"
RESUMED = "workflow.instance.resumed"
COMPLETED = "workflow.instance.completed"
FAILED = "workflow.instance.failed"
CANCELLED = "workflow.instance.cancelled"
REMINDER = "workflow.instance.reminder"
DISABLED = "webhook.subscription.disabled"
TEST = "webhook.test"
"""Sent when asked for, to one subscription whatever it names; none can subscribe to it."""

SUBSCRIBABLE = (CREATED, HALTED, RESUMED, COMPLETED, FAILED, CANCELLED, REMINDER, DISABLED)
_WILDCARDS = ("workflow.*", "workflow.instance.*")
ACCEPTED = (*SUBSCRIBABLE, *_WILDCARDS)
"""What `events` of a subscription may contain."""

_EVENT_TYPES = {
    ("lifecycle", "created"): CREATED,
    ("lifecycle", "completed"): COMPLETED,
    ("lifecycle", "failed"): FAILED,
    ("lifecycle", "cancelled"): CANCELLED,
    ("lifecycle", "expired"): CANCELLED,
    ("halt", "halted"): HALTED,
    ("halt", "resumed"): RESUMED,
    ("halt", "reminder"): REMINDER,
}


def event_type(event: Event) -> str | None:
    """What subscribers call an event of history; None for one that is not for them.

    A thread that another's end cancels is no cancelled instance.
    """
    if event.get("reason") == "join":
        return None
    return _EVENT_TYPES.get((event["type"], event["subtype"]))


def names_event(events: Iterable[str], event: str) -> bool:
    """Whether a subscription's `events` name this event, a wildcard standing for all that begins as it does."""
    return any(name == event or (name.endswith(".*") and event.startswith(name[:-1])) for name in events)
