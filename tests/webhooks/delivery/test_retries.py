"""When a delivery is tried again, and when it is given up: the reference's schedule, whatever the receiver does."""

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactor.engine.work import HttpAnswered, HttpOutcome
from interactor.webhooks.schedule import MAX_TRIES, next_try
from tests.webhooks.receivers import (
    CLOSED,
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    TIMED_OUT,
    Answer,
    Receivers,
    deliveries,
    markers,
)
from tests.webhooks.subscribing import subscribe
from tests.world import World

WAITS = [30 * SECOND, 2 * MINUTE, 8 * MINUTE, 30 * MINUTE, 2 * HOUR]


@pytest.fixture
def halted(world: World, receivers: Receivers) -> str:
    """A subscription to halts."""
    return subscribe(world, events=["workflow.instance.halted"])


def assert_schedule_kept(receivers: Receivers, tries: int) -> None:
    moments = [found.at for found in receivers.received]
    assert len(moments) == tries
    for before, after, wait in zip(moments, moments[1:], WAITS, strict=False):
        # A message is at most a second late here: delays are whole seconds.
        assert 0.9 * wait <= after - before <= 1.1 * wait + 1.5 * SECOND
    assert len({found.id for found in receivers.received}) == 1
    assert len({found.body for found in receivers.received}) == 1
    assert [found.headers["X-Interactor-Retry-Count"] for found in receivers.received] == [*map(str, range(tries))]


def test_a_receiver_that_answers_500_five_times_gets_it_at_the_sixth(
    world: World, receivers: Receivers, halted: str
) -> None:
    receivers.answer(*[500] * 5)
    world.start("flow")
    world.pass_until(world.clock.now + DAY)
    assert_schedule_kept(receivers, 6)
    (delivery,) = deliveries(world, halted)
    assert delivery.status == "delivered"
    assert [attempt.status_code for attempt in delivery.attempts] == [500] * 5 + [200]
    assert [attempt.attempt for attempt in delivery.attempts] == [1, 2, 3, 4, 5, 6]
    assert markers(world, halted) == []


@pytest.mark.parametrize("answer", [500, 404, 302, 429, TIMED_OUT, CLOSED])
def test_after_six_failures_it_is_dead(world: World, receivers: Receivers, halted: str, answer: Answer) -> None:
    receivers.answer(*[answer] * 6)
    world.start("flow")
    world.pass_until(world.clock.now + DAY)
    assert len(receivers.received) == 6
    (delivery,) = deliveries(world, halted)
    assert (delivery.status, delivery.next_at, len(delivery.attempts)) == ("dead", None, 6)
    assert all(attempt.error for attempt in delivery.attempts)
    assert markers(world, halted) == []


def test_a_redirect_is_a_failure_and_says_so(world: World, receivers: Receivers, halted: str) -> None:
    receivers.answer(302)
    world.start("flow")
    world.settle()
    (delivery,) = deliveries(world, halted)
    assert delivery.attempts[0].error == "answered 302; redirects are not followed"


def test_any_2xx_acknowledges(world: World, receivers: Receivers, halted: str) -> None:
    receivers.answer(204)
    world.start("flow")
    world.settle()
    assert deliveries(world, halted)[0].status == "delivered"


def test_a_receiver_that_hangs_is_tried_again_after_the_time_out(
    world: World, receivers: Receivers, halted: str
) -> None:
    receivers.answer(TIMED_OUT)
    world.start("flow")
    world.settle()
    first, second = deliveries(world, halted)[0].attempts
    assert (first.status_code, first.duration_ms) == (None, 30_000)
    assert 27 * SECOND <= second.at - (first.at + first.duration_ms) <= 35 * SECOND


def test_a_receiver_that_is_down_for_an_hour_misses_nothing(world: World, receivers: Receivers, halted: str) -> None:
    back = world.clock.now + HOUR

    def answer() -> HttpOutcome:
        return CLOSED if world.clock.now < back else HttpAnswered(200, {}, None)

    receivers.always["https://receiver.example/hook"] = answer
    started = []
    for _ in range(12):
        started.append(world.start("flow").data["id"])
        world.pass_until(world.clock.now + 5 * MINUTE)
    world.pass_until(world.clock.now + 6 * HOUR)
    assert {delivery.status for delivery in deliveries(world, halted)} == {"delivered"}
    got = [found.data["instance_id"] for found in receivers.received if found.at >= back]
    assert sorted(got) == sorted(started), "each came once after the outage"


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_puts_the_next_try_off(world: World, receivers: Receivers, halted: str, status: int) -> None:
    receivers.answer(HttpAnswered(status, {"retry-after": "600"}, None))
    world.start("flow")
    world.pass_until(world.clock.now + HOUR)
    first, second = receivers.received
    assert 600 * SECOND <= second.at - first.at <= 602 * SECOND


def test_each_answer_of_every_try_is_kept_up_to_its_first_kilobyte(
    world: World, receivers: Receivers, halted: str
) -> None:
    receivers.answer(HttpAnswered(500, {}, "x" * 5000), HttpAnswered(500, {}, {"error": "busy"}))
    world.start("flow")
    world.settle()
    attempts = deliveries(world, halted)[0].attempts
    assert [attempt.response for attempt in attempts] == ["x" * 1024, '{"error":"busy"}', None]


@given(st.from_regex(r"del_[0-9A-HJKMNP-TV-Z]{26}", fullmatch=True), st.integers(1, 5), st.integers(0, 10**13))
def test_waits_are_those_of_the_reference_within_a_tenth(delivery_id: str, tries: int, now: int) -> None:
    moment = next_try(delivery_id, tries, now)
    assert moment is not None
    assert 0.9 * WAITS[tries - 1] <= moment - now <= 1.1 * WAITS[tries - 1]
    assert moment == next_try(delivery_id, tries, now)


def test_the_sixth_failure_is_the_last() -> None:
    assert MAX_TRIES == 6
    assert next_try("del_1", 6, 0) is None


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("60", 60 * SECOND), ("86400", 2 * HOUR), ("9" * 5000, 2 * HOUR), ("0", None), ("-5", None), ("soon", None),
        ("", None), ("½", None), ("٣", None), (formatdate(1_000 + 300, usegmt=True), 300 * SECOND),
        (formatdate(0, usegmt=True), None), ("Mon, 99 Foo 2026 00:00:00 GMT", None),
    ],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date_up_to_two_hours(header: str, wait: int | None) -> None:
    now = 1_000 * SECOND
    plain = next_try("del_1", 1, now)
    asked = next_try("del_1", 1, now, 503, header)
    assert asked == (plain if wait is None else now + wait)


def test_only_429_and_503_may_put_off() -> None:
    assert next_try("del_1", 1, 0, 500, "600") == next_try("del_1", 1, 0)
