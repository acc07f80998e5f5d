"""The advance queue: instances that a call handed over, whose moment has come, or whose worker died are driven on; and
files of instances that ended are removed."""

import logging
from typing import Any

from interactor import batches, log_context
from interactor.batches import Message
from interactor.services.come_due import come_due
from interactor.services.parts import parts
from interactor.services.timer_queues import TimerQueues, from_text

logger = logging.getLogger(__name__)


def advance(message: Message) -> None:
    timer = from_text(message["body"])
    if later := come_due(parts(), timer):
        TimerQueues(parts()).set(later)
    about = {"account": timer.account, "instance_id": timer.subject, "version": timer.version, **log_context.about()}
    logger.info("came due", extra={"purpose": timer.purpose, **about})


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return batches.each(event, advance)
