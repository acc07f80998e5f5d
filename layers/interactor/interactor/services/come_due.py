"""What is done about an instance when a timer of its comes due."""

from interactor.services.advance_instance import advance_instance
from interactor.services.parts import Parts
from interactor.services.remove_files import remove_files
from interactor.storage.timers import Timer


def come_due(parts: Parts, timer: Timer) -> Timer | None:
    """Do what the timer is set for. One that comes early is given back, to be set again."""
    match timer.purpose:
        case "advance":
            return advance_instance(parts, timer)
        case "remove_files":
            return remove_files(parts, timer)
    raise ValueError(f"timers of the purpose {timer.purpose} are not about instances")
