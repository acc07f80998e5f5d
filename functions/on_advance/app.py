"""The advance queue: instances that a call handed over, whose moment has come, or whose worker died are driven on; and
files of instances that ended are removed."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from interactor.services.come_due import come_due
from interactor.services.parts import parts
from interactor.services.timer_queues import TimerQueues, from_text
from interactor.storage.clients import client

logger = Logger()
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def advance(record: SQSRecord) -> None:
    timer = from_text(record.body)
    if later := come_due(parts(), timer):
        TimerQueues(parts(), client("sqs")).set(later)
    logger.info("came due", purpose=timer.purpose, instance_id=timer.subject, version=timer.version)


def handler(event: dict[str, Any], context: Any) -> Any:
    return process_partial_response(event, advance, processor, context)
