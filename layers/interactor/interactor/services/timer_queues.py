"""The queues that timers come due in, as messages with a delay: one for each function that timers wake.

SQS delays by at most 15 minutes, so what is due later rests in the table until the sweep brings it here.
"""

import concurrent.futures
import json
from collections.abc import Iterable
from itertools import groupby, islice

from interactor.clock import Millis
from interactor.services.parts import Parts
from interactor.storage.timers import Timer

LONGEST_DELAY: Millis = 15 * 60 * 1000
"""SQS quotas: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"""
_BATCH = 10
_SENDERS = 8


class TimerQueues:
    """Where timers go, each to the queue of its purpose."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._sqs = parts.clients("sqs")

    def set(self, timer: Timer) -> None:
        """See to it that the timer comes due, soon or in months. May be done twice without harm."""
        if timer.due_at - self._parts.clock() > LONGEST_DELAY:
            self._parts.timers.rest(timer, self._parts.ids.new("op", self._parts.clock()))
        else:
            self._send([timer])

    def send_all(self, timers: Iterable[Timer]) -> int:
        """Send timers that are due within the longest delay, several batches side by side; how many there were."""
        remaining = iter(timers)
        sent = 0
        with concurrent.futures.ThreadPoolExecutor(_SENDERS) as pool:
            while round_ := [batch for _ in range(_SENDERS) if (batch := list(islice(remaining, _BATCH)))]:
                list(pool.map(self._send, round_))
                sent += sum(map(len, round_))
        return sent

    def _send(self, batch: list[Timer]) -> None:
        now = self._parts.clock()
        for url, timers in groupby(sorted(batch, key=self._url_of), key=self._url_of):
            entries = [
                {"Id": str(place), "MessageBody": to_text(timer), "DelaySeconds": _delay(timer.due_at, now)}
                for place, timer in enumerate(timers)
            ]
            answer = self._sqs.send_message_batch(QueueUrl=url, Entries=entries)
            if failed := answer.get("Failed"):
                raise MessagesNotTaken(f"SQS took all but {len(failed)} of {len(entries)}: {failed[0].get('Message')}")

    def _url_of(self, timer: Timer) -> str:
        return self._parts.settings.queue_of(timer.purpose)


class MessagesNotTaken(Exception):
    """Some messages of a batch were not taken; sending all of them again is harmless."""


def to_text(timer: Timer) -> str:
    return json.dumps([timer.account, timer.subject, timer.version, timer.due_at, timer.purpose])


def from_text(text: str) -> Timer:
    return Timer(*json.loads(text))


def _delay(due_at: Millis, now: Millis) -> int:
    """Whole seconds, rounded up: nothing is early."""
    return min(max(-(-(due_at - now) // 1000), 0), LONGEST_DELAY // 1000)
