"""The table's stream: commits with an outbox (the event source filters for them) are followed up, in order per item."""

from typing import Any

from aws_lambda_powertools import Logger

from interactor.services.after_commit import AfterCommits
from interactor.services.announce import Announcer
from interactor.services.parts import parts
from interactor.services.timer_queues import TimerQueues
from interactor.storage.table import from_stream

logger = Logger()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The answer names the first record that failed: it and all behind it come again
    (https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html).
    """
    after = AfterCommits(parts(), TimerQueues(parts()), Announcer(parts()))
    failed = None
    for record in event["Records"]:
        item = from_stream(record["dynamodb"]["NewImage"])
        try:
            after.carry_out(item)
        except Exception:
            logger.exception("not followed up", key=item["pk"], id=item.get("id"))
            failed = record["dynamodb"]["SequenceNumber"]
            break
        logger.info("followed up", key=item["pk"], id=item.get("id"), version=item.get("version"))
    after.close()
    return {"batchItemFailures": [] if failed is None else [{"itemIdentifier": failed}]}
