"""Once a minute, by schedule: what comes due soon is brought to the advance queue."""

import logging
from typing import Any

from interactor.services.parts import parts
from interactor.services.sweep import sweep
from interactor.services.timer_queues import TimerQueues

logger = logging.getLogger(__name__)


def handler(event: dict[str, Any], context: Any) -> None:
    sent = sweep(parts(), TimerQueues(parts()))
    logger.info("swept", extra={"sent": sent})
