"""Make Scheduler agree with a trigger: an active trigger's schedule is there, any other's is not.

Every change of a trigger that has a schedule arranges for this to happen a minute later, then changes the table, then
does it at once. So a function that dies in between leaves nothing behind that stays, and of two changes that overlap
the later one wins. A firing that finds its trigger gone or paused does it as well.
"""

from interactor.services.parts import Parts


def align_schedule(parts: Parts, account: str, trigger_id: str) -> None:
    """May be done at any time and any number of times."""
    trigger = parts.triggers.get(account, trigger_id)
    if trigger is None or trigger.schedule is None or trigger.status != "active":
        parts.schedules.remove(trigger_id)
        return
    once_at = trigger.schedule.once_at
    if once_at is None or once_at > parts.clock():  # one that has fired is deleted by Scheduler
        parts.schedules.add(trigger)
