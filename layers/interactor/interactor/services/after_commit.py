"""What follows a commit: the outbox of an instance, read from the table's stream, becomes messages and clean-up.

The stream delivers each commit at least once and in order per instance; every consequence may happen twice without
harm.
"""

import json
from typing import Any

from interactor.clock import Millis
from interactor.services.advance_instance import AdvanceInstance
from interactor.services.parts import Parts
from interactor.storage.table import Item

MAX_DELAY_SECONDS = 900
"""What SQS can delay a message by; nothing waits longer before timers exist (back-off ends at 5 minutes)."""


def carry_out(parts: Parts, sqs: Any, item: Item) -> None:
    """Carry out the outbox of one committed instance."""
    outbox = json.loads(item["outbox"])
    if (due_at := outbox.get("advance_at")) is not None:
        message = AdvanceInstance(outbox["account"], item["id"], item["version"], due_at)
        sqs.send_message(
            QueueUrl=parts.settings.advance_queue_url,
            MessageBody=to_text(message),
            DelaySeconds=_delay(due_at, parts.clock()),
        )
    if object_name := outbox.get("discard"):
        parts.documents.discard(object_name)


def to_text(message: AdvanceInstance) -> str:
    return json.dumps([message.account, message.instance_id, message.version, message.due_at])


def from_text(text: str) -> AdvanceInstance:
    return AdvanceInstance(*json.loads(text))


def _delay(due_at: Millis, now: Millis) -> int:
    """Whole seconds, rounded up: a retry is never early."""
    return min(max(-(-(due_at - now) // 1000), 0), MAX_DELAY_SECONDS)
