"""What follows commits: their outboxes, read from the table's stream, become timers, deliveries, records of errors and
clean-up.

The stream delivers each commit at least once and in order per item; every consequence may happen twice without harm.
What a commit replaced in S3 is discarded last: until a batch is through, its records may come, and be read, again.
"""

import json
from dataclasses import dataclass, field

from interactor.services.announce import Announcer
from interactor.services.parts import Parts
from interactor.services.record_errors import record_errors
from interactor.services.timer_queues import TimerQueues
from interactor.storage.table import Item
from interactor.storage.timers import ANY_VERSION, Timer


@dataclass(frozen=True, slots=True)
class AfterCommits:
    """One batch of the stream. A record that fails ends it: those behind it must not be carried out before it is."""

    parts: Parts
    queues: TimerQueues
    announcer: Announcer
    _replaced: list[str] = field(default_factory=list)

    def carry_out(self, item: Item) -> None:
        """Carry out the outbox of one committed item, as far as that is not done when the batch is closed."""
        outbox = json.loads(item["outbox"])
        account = outbox["account"]
        if (due_at := outbox.get("advance_at")) is not None:
            self.queues.set(Timer(account, item["id"], item["version"], due_at))
        if (due_at := outbox.get("remove_files_at")) is not None:
            self.queues.set(Timer(account, item["id"], ANY_VERSION, due_at, "remove_files"))
        if outbox.get("news") and (stored := self.parts.instances.committed(account, item)):
            self.announcer.announce_news(stored)
            record_errors(self.parts, stored)
        if outbox.get("disabled"):
            self.announcer.announce_disabled(self.parts.subscriptions.committed(item))
        if subscription_id := outbox.get("wake"):
            self.announcer.wake(account, subscription_id)
        if object_name := outbox.get("discard"):
            self._replaced.append(object_name)

    def close(self) -> None:
        """Until this is done the batch is not, and must come again."""
        self.announcer.close(self.queues)
        for object_name in self._replaced:
            self.parts.documents.discard(object_name)
