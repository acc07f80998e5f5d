"""The delivery queue: what is due to a webhook subscription is delivered, and replays are carried on."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from interactor.services.deliver import deliver
from interactor.services.deliver_again import carry_on
from interactor.services.parts import Parts, parts
from interactor.services.timer_queues import TimerQueues, from_text
from interactor.storage.timers import Timer

logger = Logger()
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def receive(record: SQSRecord) -> None:
    timer = from_text(record.body)
    try:
        serve(parts(), TimerQueues(parts()), timer)
    except Exception:
        logger.exception("not delivered", account=timer.account, subject=timer.subject)
        raise  # the processor only tells the queue


def serve(parts: Parts, queues: TimerQueues, timer: Timer) -> None:
    if timer.subject.startswith("rpl_"):
        carry_on(parts, timer.account, timer.subject)
        logger.info("carried on", account=timer.account, replay_id=timer.subject)
        return
    tries = deliver(parts, queues, timer)
    logger.info("delivered", account=timer.account, subscription_id=timer.subject, tries=tries)


def handler(event: dict[str, Any], context: Any) -> Any:
    return process_partial_response(event, receive, processor, context)
