"""Once a minute, by schedule: what comes due soon is brought to the advance queue."""

from typing import Any

from aws_lambda_powertools import Logger

from interactor.services.parts import parts
from interactor.services.sweep import sweep
from interactor.services.timer_queues import TimerQueues

logger = Logger()


def handler(event: dict[str, Any], context: Any) -> None:
    sent = sweep(parts(), TimerQueues(parts()))
    logger.info("swept", sent=sent)
