"""Batches of messages from SQS, as Lambda hands them over."""

import logging
from collections.abc import Callable
from typing import Any, TypeAlias

from interactor import log_context

_logger = logging.getLogger(__name__)

Message: TypeAlias = dict[str, Any]
"""`body`, `messageId`, `attributes` … (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html)."""


def each(event: dict[str, Any], receive: Callable[[Message], None]) -> dict[str, Any]:
    """Have each message received by itself. The answer names those that could not be: they come again and hold up no
    others (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
    """
    failed: list[str] = []
    for message in event["Records"]:
        log_context.begin()
        try:
            receive(message)
        except Exception:
            _logger.exception("message failed", extra={"message_id": message["messageId"], **log_context.about()})
            failed.append(message["messageId"])
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}
