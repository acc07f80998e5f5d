"""What follows a commit: the outbox of an instance, read from the table's stream, becomes timers, records of errors and
clean-up.

The stream delivers each commit at least once and in order per instance; every consequence may happen twice without
harm.
"""

import json

from interactor.services.parts import Parts
from interactor.services.record_errors import record_errors
from interactor.services.timer_queues import TimerQueues
from interactor.storage.table import Item
from interactor.storage.timers import ANY_VERSION, Timer


def carry_out(parts: Parts, queues: TimerQueues, item: Item) -> None:
    """Carry out the outbox of one committed instance."""
    outbox = json.loads(item["outbox"])
    if (due_at := outbox.get("advance_at")) is not None:
        queues.set(Timer(outbox["account"], item["id"], item["version"], due_at))
    if outbox.get("news") and (stored := parts.instances.committed(outbox["account"], item)):
        record_errors(parts, stored)
    if (due_at := outbox.get("remove_files_at")) is not None:
        queues.set(Timer(outbox["account"], item["id"], ANY_VERSION, due_at, "remove_files"))
    if object_name := outbox.get("discard"):
        parts.documents.discard(object_name)
