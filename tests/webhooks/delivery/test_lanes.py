"""A subscription has one worker at a time, sends at most what it may, and no wake-up is lost."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from interactor.engine.work import HttpAnswered, HttpOutcome
from interactor.services.deliver import AT_ONCE, deliver
from interactor.storage.lanes import TRIES_PER_WINDOW, Lane
from interactor.storage.timers import ANY_VERSION, Timer
from tests.fakes import NOON
from tests.webhooks.receivers import HOUR, MINUTE, Receivers, deliveries, markers
from tests.webhooks.subscribing import URL, subscribe
from tests.world import World


def pile_up(world: World, subscription_id: str, count: int) -> None:
    """Deliveries that are due, without their events."""
    for number in range(count):
        delivery_id = f"del_01KFDMDAG0{number:016d}"
        body = f'{{"event":"webhook.test","delivery_id":"{delivery_id}","data":{{}}}}'
        world.parts.deliveries.create("acme", subscription_id, delivery_id, "webhook.test", body, NOON, f"op_{number}")


def wake(world: World, subscription_id: str) -> int:
    timer = Timer("acme", subscription_id, ANY_VERSION, world.clock.now, "deliver")
    return deliver(world.parts, world.queues, timer)


def test_over_the_rate_limit_deliveries_wait_for_the_next_minute_and_none_is_dropped(
    world: World, receivers: Receivers
) -> None:
    subscription_id = subscribe(world)
    pile_up(world, subscription_id, TRIES_PER_WINDOW + 1)
    world.clock.now = NOON + MINUTE  # of which little is left to chance: a worker has 20 s
    wake(world, subscription_id)
    world.pass_until(NOON + 5 * MINUTE)
    minutes = Counter(found.at // MINUTE for found in receivers.received)
    assert max(minutes.values()) == TRIES_PER_WINDOW
    assert len({found.id for found in receivers.received}) == len(receivers.received) == TRIES_PER_WINDOW + 1
    assert markers(world, subscription_id) == []


def test_permits_that_a_worker_died_with_stay_taken() -> None:
    lane, granted = Lane("acme", "whsub_1").reserve(400, NOON)
    lane, more = lane.reserve(700, NOON + 1)
    assert (granted, more) == (400, 600)
    assert lane.reserve(1, NOON + 59_999)[1] == 0
    assert lane.reserve(1, NOON + 60_000)[1] == 1


def test_a_clock_that_is_behind_gets_no_second_minute() -> None:
    lane, _ = Lane("acme", "whsub_1").reserve(1_000, NOON + MINUTE)
    assert lane.reserve(1, NOON)[1] == 0


def test_ten_at_once_at_most_and_no_fewer(world: World, receivers: Receivers) -> None:
    lock, together = threading.Lock(), [0, 0]
    all_there = threading.Barrier(AT_ONCE, timeout=10)

    def answer() -> HttpOutcome:
        with lock:
            together[0] += 1
            together[1] = max(together)
        all_there.wait()  # goes on only when ten are under way
        with lock:
            together[0] -= 1
        return HttpAnswered(200, {}, None)

    subscription_id = subscribe(world)
    pile_up(world, subscription_id, 3 * AT_ONCE)
    receivers.always[URL] = answer
    assert wake(world, subscription_id) == 3 * AT_ONCE
    assert together[1] == AT_ONCE


def test_two_workers_woken_at_once_send_everything_once(world: World, receivers: Receivers) -> None:
    subscription_id = subscribe(world)
    for round_ in range(5):
        pile_up(world, subscription_id, 8 * (round_ + 1))
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: wake(world, subscription_id), range(4)))
    sent = Counter(found.id for found in receivers.received)
    assert len(sent) == 40
    assert set(sent.values()) == {1}
    assert markers(world, subscription_id) == []


def test_what_comes_while_a_worker_is_at_it_is_seen_before_it_lets_go(world: World, receivers: Receivers) -> None:
    subscription_id = subscribe(world, events=["workflow.instance.created"])
    late: list[int] = []

    def interruption(operation: str, send):  # type: ignore[no-untyped-def]
        writes_lane = operation == "put_item" and "lane#" in str(world.aws.requests[-1][1]["Item"]["pk"])
        if writes_lane and world.aws.requests[-1][1]["Item"]["worker"] == {"S": ""} and not late:
            late.append(1)
            world.start("flow")  # just before the worker lets go, another event comes, and its wake-up
            world.play_stream()
            _, text = world.messages.pop()
            world.serve(text)
        return send()

    world.start("flow")
    world.play_stream()
    world.aws.interruption = interruption
    world.play_next_message()
    world.aws.interruption = lambda operation, send: send()
    assert late
    assert world.messages == []
    assert [delivery.status for delivery in deliveries(world, subscription_id)] == ["delivered", "delivered"]


def test_a_worker_that_died_holds_the_lane_no_longer_than_its_lease(world: World, receivers: Receivers) -> None:
    subscription_id = subscribe(world)
    pile_up(world, subscription_id, 1)
    lane = world.parts.lanes.load("acme", subscription_id)
    dead = Lane("acme", subscription_id, worker="dead", until=world.clock.now + 65_000)
    world.parts.lanes.take(dead, world.clock.now, "op_dead")
    assert lane.revision == ""
    assert wake(world, subscription_id) == 0
    world.clock.pass_by(65_000)
    assert wake(world, subscription_id) == 1


def test_a_receiver_that_hangs_holds_up_nobody_else(world: World, receivers: Receivers) -> None:
    slow = subscribe(world, url=f"{URL}/slow")
    quick = subscribe(world, url=f"{URL}/quick")
    pile_up(world, slow, 1)
    world.parts.deliveries.create("acme", quick, "del_01KFDMDAG0AAAAAAAAAAAAAAAA", "webhook.test", "{}", NOON, "op_q")
    released = threading.Event()
    arrived = threading.Event()

    def hang() -> HttpOutcome:
        arrived.set()
        assert released.wait(10)
        return HttpAnswered(200, {}, None)

    receivers.always[f"{URL}/slow"] = hang
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(wake, world, slow)
        assert arrived.wait(10)
        started = time.monotonic()
        assert wake(world, quick) == 1
        assert time.monotonic() - started < 5
        assert not waiting.done()
        released.set()
        assert waiting.result() == 1


def test_messages_that_come_twice_and_records_that_come_twice_send_nothing_twice(
    world: World, receivers: Receivers
) -> None:
    subscribe(world)
    receivers.answer(500)
    world.resume(world.start("flow").data["id"], {"approved": True})
    world.settle(deliver=3)
    sent = Counter(found.id for found in receivers.received)
    assert sorted(sent.values()) == [1, 1, 1, 2]


def test_records_that_come_again_long_after_find_their_deliveries(world: World, receivers: Receivers) -> None:
    subscription_id = subscribe(world)
    world.resume(world.start("flow").data["id"], {"approved": True})
    records = list(world.aws.stream)
    world.settle()
    ids = {delivery.id for delivery in deliveries(world, subscription_id)}
    world.clock.pass_by(HOUR)
    world.aws.stream.extend(reversed(records))
    world.settle()
    assert {delivery.id for delivery in deliveries(world, subscription_id)} == ids
    assert len(receivers.received) == 4
    assert markers(world, subscription_id) == []


def test_where_workers_come_late_wake_ups_become_fewer(world: World, receivers: Receivers) -> None:
    subscription_id = subscribe(world)
    receivers.always[URL] = 500
    world.queues.send_all([Timer("acme", subscription_id, ANY_VERSION, NOON, "deliver")] * 20)
    for turn in range(30):
        pile_up(world, subscription_id, turn + 1)  # one more each time, so that something is always due soon
        world.clock.pass_by(10_000)
        for due_at, text in world.messages[:]:
            if due_at <= world.clock.now:  # the one worker comes to the message that has waited longest
                world.messages.remove((due_at, text))
                world.serve(text)
                break
    assert len(world.messages) == 1
    assert markers(world, subscription_id)[0].due_at > world.clock.now - 20_000


def test_a_wake_up_that_finds_a_dead_worker_s_lane_is_made_up_for(world: World, receivers: Receivers) -> None:
    subscription_id = subscribe(world)
    receivers.answer(500, 500)
    pile_up(world, subscription_id, 1)
    wake(world, subscription_id)
    due_at, text = world.messages.pop()
    dead = replace(world.parts.lanes.load("acme", subscription_id), worker="dead", until=due_at + 65_000)
    world.parts.lanes.take(dead, world.clock.now, "op_dead")
    world.clock.now = due_at
    world.serve(text)  # finds the lane held, so it is over
    world.clock.pass_by(120_000)
    of_the_dead = Timer("acme", subscription_id, ANY_VERSION, NOON, "deliver")
    assert deliver(world.parts, world.queues, of_the_dead) == 1
    assert len(world.messages) == 1  # for the next try
