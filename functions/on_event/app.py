"""The events queue: events from the bus and from systems that speak SQS, and schedules that came due, start
instances.
"""

import logging
from typing import Any

from interactor import batches
from interactor.batches import Message
from interactor.services.align_schedule import align_schedule
from interactor.services.fire_triggers import Delivery, fire_event, fire_schedule
from interactor.services.parts import parts
from interactor.triggers import messages
from interactor.triggers.messages import Event, Firing, Recheck

MAX_RECEIVES = 5
"""The queue's `maxReceiveCount`, as template.yaml has it."""

logger = logging.getLogger(__name__)


def receive(message: Message) -> None:
    sent_at = int(message["attributes"]["SentTimestamp"])
    delivery = Delivery(sent_at, is_last=int(message["attributes"]["ApproximateReceiveCount"]) >= MAX_RECEIVES)
    match messages.read(message["body"], message["messageId"]):
        case Event() as event:
            fired = fire_event(parts(), event, delivery)
            logger.info("event", extra={"event_id": event.id, "source": event.source, "triggers": fired})
        case Firing() as firing:
            fired = fire_schedule(parts(), firing, delivery)
            logger.info("schedule", extra={"trigger_id": firing.trigger_id, "due_at": firing.due_at, "triggers": fired})
        case Recheck() as recheck:
            align_schedule(parts(), recheck.account, recheck.trigger_id)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return batches.each(event, receive)
