"""The advance queue: instances that a call handed over, whose moment has come, or whose worker died are driven on; and
files of instances that ended are removed.
"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from interactor import log_context
from interactor.services.come_due import come_due
from interactor.services.parts import parts
from interactor.services.timer_queues import TimerQueues, from_text

logger = Logger()
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def advance(record: SQSRecord) -> None:
    log_context.begin()
    try:
        timer = from_text(record.body)
        if later := come_due(parts(), timer):
            TimerQueues(parts()).set(later)
    except Exception:
        logger.exception("message failed", message_id=record.message_id, **log_context.about())
        raise  # the processor only tells the queue
    about = {"account": timer.account, "instance_id": timer.subject, "version": timer.version, **log_context.about()}
    logger.info("came due", purpose=timer.purpose, **about)


def handler(event: dict[str, Any], context: Any) -> Any:
    return process_partial_response(event, advance, processor, context)
