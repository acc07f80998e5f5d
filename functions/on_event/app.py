"""The events queue: events from the bus and from systems that speak SQS, and schedules that came due, start
instances.
"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from interactor.services.align_schedule import align_schedule
from interactor.services.fire_triggers import Receipt, fire_event, fire_schedule
from interactor.services.parts import parts
from interactor.triggers import messages
from interactor.triggers.messages import Event, Firing, Recheck

MAX_RECEIVES = 5
"""The queue's `maxReceiveCount`, as template.yaml has it."""

logger = Logger()
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def receive(record: SQSRecord) -> None:
    try:
        _receive(record)
    except Exception:
        logger.exception("message failed", message_id=record.message_id)  # the processor only tells the queue
        raise


def _receive(record: SQSRecord) -> None:
    sent_at = int(record.attributes.sent_timestamp or 0)
    receipt = Receipt(sent_at, is_last=int(record.attributes.approximate_receive_count) >= MAX_RECEIVES)
    match messages.read(record.body, record.message_id):
        case Event() as event:
            fired = fire_event(parts(), event, receipt)
            logger.info("event", event_id=event.id, source=event.source, triggers=fired)
        case Firing() as firing:
            fired = fire_schedule(parts(), firing, receipt)
            logger.info("schedule", trigger_id=firing.trigger_id, due_at=firing.due_at, triggers=fired)
        case Recheck() as recheck:
            align_schedule(parts(), recheck.account, recheck.trigger_id)


def handler(event: dict[str, Any], context: Any) -> Any:
    return process_partial_response(event, receive, processor, context)
