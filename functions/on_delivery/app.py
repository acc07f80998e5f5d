"""The delivery queue: what is due to a webhook subscription is delivered, and replays are carried on."""

import logging
from typing import Any

from interactor import batches, log_context
from interactor.batches import Message
from interactor.services.deliver import deliver
from interactor.services.deliver_again import carry_on
from interactor.services.parts import Parts, parts
from interactor.services.timer_queues import TimerQueues, from_text
from interactor.storage.timers import Timer

logger = logging.getLogger(__name__)


def receive(message: Message) -> None:
    timer = from_text(message["body"])
    log_context.begin(account=timer.account, subject=timer.subject)
    serve(parts(), TimerQueues(parts()), timer)


def serve(parts: Parts, queues: TimerQueues, timer: Timer) -> None:
    if timer.subject.startswith("rpl_"):
        carry_on(parts, timer.account, timer.subject)
        logger.info("carried on", extra={"account": timer.account, "replay_id": timer.subject})
        return
    tries = deliver(parts, queues, timer)
    logger.info("delivered", extra={"account": timer.account, "subscription_id": timer.subject, "tries": tries})


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return batches.each(event, receive)
