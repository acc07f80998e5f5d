"""Remove the files of an instance that ended long enough ago (reference, 'File Upload Limits')."""

from interactor.engine.file_fields import RETENTION
from interactor.services.parts import Parts
from interactor.storage.timers import Timer


def remove_files(parts: Parts, timer: Timer) -> Timer | None:
    """What a timer of this purpose is set for, when the instance ends. One that comes early is given back, to be set
    again.
    """
    stored = parts.instances.load(timer.account, timer.subject)
    if stored is None or stored.instance.ended_at is None:
        return None
    moment = stored.instance.ended_at + RETENTION
    if moment > parts.clock():
        return timer._replace(due_at=moment)
    parts.files.remove_all(timer.account, timer.subject, parts.ids.new("op", parts.clock()))
    return None
