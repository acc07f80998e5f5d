"""Deliver what is due to one webhook subscription: a worker's turn at its lane, woken by a message.

The worker takes the lane's lease, or lets the holder know. Then it goes in rounds: reserve permits of the minute,
deliver what is due, up to `AT_ONCE` at a time, until nothing is or its budget is spent. Before it lets go, it sees to
it that the lane is woken again for what is due next. So a receiver that is slow or hangs holds up its own lane alone.

A worker may die anywhere. Its message comes again, and finds the lease lapsed; every delivery that was not recorded as
over still has its marker (`storage/deliveries.py`), and is tried again.
"""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace

from interactor.clock import Millis
from interactor.engine.work import CallHttp, HttpAnswered
from interactor.services.parts import Parts
from interactor.services.timer_queues import TimerQueues
from interactor.storage.deliveries import Attempt, Delivery, DeliveryChanged, Marker
from interactor.storage.lanes import TRIES_PER_WINDOW, WINDOW, Lane, LaneTaken, LaneTouched
from interactor.storage.subscriptions import DisabledReason, Subscription, SubscriptionChanged
from interactor.storage.timers import ANY_VERSION, Timer
from interactor.webhooks import answers, schedule, signing

AT_ONCE = 10
"""Tries under way to one subscription."""
BUDGET: Millis = 20_000
"""How long a worker begins new tries; the last may take `TIMEOUT` more, and recording it is quick."""
TIMEOUT: Millis = 30_000
"""Of one try, over the whole exchange (reference, 'Webhook Retry Policy')."""
LEASE: Millis = 65_000
"""Longer than a worker lives (the function's timeout is 60 s), and by more than clocks differ shorter than its message
stays away (240 s).
"""
FAILING_FOR: Millis = 5 * 24 * 60 * 60 * 1000
"""A subscription of which nothing else was heard for so long is disabled."""
ROUND = 100
"""Deliveries of one round: what one read of their records brings."""


def deliver(parts: Parts, queues: TimerQueues, timer: Timer) -> int:
    """Deliver what is due to the timer's subscription; how many tries were made.

    Does nothing where another worker is at it: that one has been told.
    """
    turn = _Turn(parts, queues, timer, parts.ids.new("op", parts.clock()), parts.clock() + BUDGET)
    tries = 0
    with suppress(LaneTaken):  # it has outlived its lease: what it left is due again, and another is at it
        lane, permits = turn.take()
        while lane is not None:
            made, lane, permits = turn.round(lane, permits)
            tries += made
    return tries


@dataclass(frozen=True, slots=True)
class _Turn:
    """One worker's turn. `worker` names it; after `deadline` nothing new is begun."""

    parts: Parts
    queues: TimerQueues
    timer: Timer
    worker: str
    deadline: Millis

    def take(self) -> tuple[Lane | None, int]:
        """The lane with permits for a first round; None where it is another's, who has been told to look again."""
        while True:
            now = self.parts.clock()
            lane = self.parts.lanes.load(self.timer.account, self.timer.subject)
            try:
                if lane.is_held(now):
                    self.parts.lanes.touch(lane, now, self._op())
                    return None, 0
                wake_at = lane.wake_at if self.timer.due_at < lane.wake_at else 0  # else it has come: this is it
                mine, permits = replace(lane, worker=self.worker, until=now + LEASE, wake_at=wake_at).reserve(
                    ROUND, now
                )
                return self.parts.lanes.take(mine, now, self._op()), permits
            except LaneTaken:
                continue  # written since: by one who let go, or by another who took it

    def round(self, lane: Lane, permits: int) -> tuple[int, Lane | None, int]:
        """Deliver what is due as far as permits and budget go: the number of tries, and the lane with permits for the
        next round, or None when it has been let go.
        """
        now = self.parts.clock()
        subscription = self.parts.subscriptions.get(lane.account, lane.subscription_id)
        if subscription is None or subscription.status == "paused":
            # Of a deleted subscription everything goes by itself; a paused one is woken when it is resumed.
            return 0, *self._let_go(replace(lane, permits=lane.permits - permits), None)
        is_over = subscription.status == "disabled"  # then there is nothing to try, whenever it is due
        until, limit = (None, ROUND) if is_over else (now, permits)
        markers = self.parts.deliveries.due(lane.account, lane.subscription_id, until, limit)
        attempts = self._work_off(subscription, markers) if markers else []
        health = lane.health
        for attempt in attempts:
            health = health.noted(attempt.at + attempt.duration_ms, attempt.duration_ms, attempt.error)
        lane = replace(lane, permits=lane.permits - permits + len(attempts), health=health)
        self._disable_if_hopeless(subscription, lane, attempts)
        if markers and len(markers) == limit and self.parts.clock() < self.deadline:
            return len(attempts), *self._go_on(lane)
        return len(attempts), *self._let_go(lane, self._next_moment(lane))

    def _work_off(self, subscription: Subscription, markers: Sequence[Marker]) -> list[Attempt]:
        """Try what the markers say, several at a time, until the deadline; the tries in the order of time."""
        ids = list(dict.fromkeys(marker.delivery_id for marker in markers))  # left-overs name one again
        records = dict(zip(ids, self.parts.deliveries.get_all(subscription.account, ids), strict=True))
        waiting = deque(markers)
        attempts: list[Attempt] = []

        def work() -> None:
            while self.parts.clock() < self.deadline:
                try:
                    marker = waiting.popleft()
                except IndexError:
                    return
                if attempt := self._settle(subscription, marker, records[marker.delivery_id]):
                    attempts.append(attempt)

        workers = min(AT_ONCE, len(markers))
        if workers == 1:
            work()
        else:
            with ThreadPoolExecutor(workers) as pool:
                running = [pool.submit(work) for _ in range(workers)]
            for future in running:
                future.result()
        return sorted(attempts, key=lambda attempt: attempt.at)

    def _settle(self, subscription: Subscription, marker: Marker, record: Delivery | None) -> Attempt | None:
        """Do what a marker says, record what came of it, and remove it. None where nothing was to be tried."""
        attempt = None
        if record is not None and record.next_at == marker.due_at:
            with suppress(DeliveryChanged):  # replayed meanwhile: what is due is what the record says now
                if subscription.status == "disabled":
                    self.parts.deliveries.finish(record, None, "dead", self._op())
                else:
                    attempt, next_at = self._try(subscription, record)
                    self._record(record, attempt, next_at)
        self.parts.deliveries.remove(subscription.account, subscription.id, marker, self._op())
        return attempt

    def _record(self, record: Delivery, attempt: Attempt, next_at: Millis | None) -> None:
        if attempt.error is None:
            self.parts.deliveries.finish(record, attempt, "delivered", self._op())
        elif next_at is None:
            self.parts.deliveries.finish(record, attempt, "dead", self._op())
        else:
            self.parts.deliveries.retry(record, attempt, next_at, self._op())

    def _try(self, subscription: Subscription, record: Delivery) -> tuple[Attempt, Millis | None]:
        """One try, and when the next one is due should this one have failed."""
        body = self.parts.deliveries.payload(record)
        started = self.parts.clock()
        secrets = self._secrets(subscription, started)
        call = CallHttp(
            thread_id="",
            state="",
            attempt=record.tries + 1,
            method="POST",
            url=subscription.url,
            headers={"Content-Type": "application/json"},
            body=body,
            timeout=TIMEOUT,
            idempotency_key=record.id,
        )
        headers = signing.headers(record.event, record.id, record.tries, body, secrets, started)
        outcome = self.parts.http.call(call, None, headers)
        status, told = (outcome.status, outcome.headers) if isinstance(outcome, HttpAnswered) else (None, {})
        attempt = Attempt(
            attempt=record.attempts[-1].attempt + 1 if record.attempts else 1,
            at=started,
            status_code=status,
            duration_ms=outcome.duration_ms,
            error=answers.failure(outcome),
            response=answers.excerpt(outcome),
        )
        now, retry_after = self.parts.clock(), told.get("retry-after")
        return attempt, schedule.next_try(record.id, record.tries + 1, now, status, retry_after)

    def _secrets(self, subscription: Subscription, now: Millis) -> list[str]:
        """The current secret, and for a day after a rotation the one before."""
        sealed = [subscription.secret]
        if subscription.previous_secret is not None and now < subscription.previous_until:
            sealed.append(subscription.previous_secret)
        return [self.parts.seal.open(one, subscription.account, subscription.id) for one in sealed]

    def _disable_if_hopeless(self, subscription: Subscription, lane: Lane, attempts: Sequence[Attempt]) -> None:
        """The commit wakes the lane again, so that what is still pending is given up."""
        reason = _reason_to_disable(subscription, lane, attempts)
        if reason is None:
            return
        now = self.parts.clock()
        with suppress(SubscriptionChanged):  # somebody has just seen to it; the next failure will tell
            self.parts.subscriptions.disable(subscription, reason, now, self._op())

    def _next_moment(self, lane: Lane) -> Millis | None:
        """When the lane has something to do again."""
        upcoming = self.parts.deliveries.due(lane.account, lane.subscription_id, None, 1)
        if not upcoming:
            return None
        is_spent = lane.permits >= TRIES_PER_WINDOW
        return max(upcoming[0].due_at, lane.window + WINDOW if is_spent else 0)

    def _go_on(self, lane: Lane) -> tuple[Lane, int]:
        """The lane, held for another round."""
        while True:
            now = self.parts.clock()
            renewed, permits = replace(lane, until=now + LEASE).reserve(ROUND, now)
            try:
                return self.parts.lanes.write(renewed, now, self._op()), permits
            except LaneTouched as touched:
                lane = lane.touched(touched.lane.revision)  # what came meanwhile is seen in this round

    def _let_go(self, lane: Lane, moment: Millis | None) -> tuple[Lane | None, int]:
        """Have the lane woken at that moment, and free it; where a wake-up came meanwhile, go on instead.

        The message is sent before the lane says so: a crash between the two sends another, which does no harm. One that
        is on its way is not sent again because it is late: where workers are few, each message that waits would bring
        another, and their number would stay as it is.
        """
        now = self.parts.clock()
        if moment is not None and not 0 < lane.wake_at <= moment:
            self.queues.set(Timer(lane.account, lane.subscription_id, ANY_VERSION, moment, "deliver"))
            lane = replace(lane, wake_at=moment)
        try:
            self.parts.lanes.release(lane, now, self._op())
        except LaneTouched as touched:
            return self._go_on(touched.lane)
        return None, 0

    def _op(self) -> str:
        return self.parts.ids.new("op", self.parts.clock())


def _reason_to_disable(subscription: Subscription, lane: Lane, attempts: Sequence[Attempt]) -> DisabledReason | None:
    if any(attempt.status_code == answers.GONE for attempt in attempts):
        return "gone"
    since = lane.health.failing_since
    if not attempts or since is None:
        return None
    return "failing" if attempts[-1].at - max(since, subscription.enabled_at) >= FAILING_FOR else None
