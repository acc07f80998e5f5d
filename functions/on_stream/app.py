"""The table's stream: commits with an outbox (the event source filters for them) are followed up, in order per
instance.
"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from interactor.services.after_commit import carry_out
from interactor.services.parts import parts
from interactor.services.timer_queues import TimerQueues
from interactor.storage.clients import client
from interactor.storage.keys import account_of_instance
from interactor.storage.table import from_stream

logger = Logger()
processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)


def follow_up(record: DynamoDBRecord) -> None:
    item = from_stream(record.raw_event["dynamodb"]["NewImage"])
    told = {"account": account_of_instance(item), "instance_id": item["id"], "version": item["version"]}
    try:
        carry_out(parts(), TimerQueues(parts(), client("sqs")), item)
    except Exception:
        logger.exception("not followed up", extra=told)
        raise  # the processor only tells the stream
    logger.info("followed up", extra=told)


def handler(event: dict[str, Any], context: Any) -> Any:
    return process_partial_response(event, follow_up, processor, context)
