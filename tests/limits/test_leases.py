"""However many processes share a limit, and however they take their blocks, never more calls pass than it allows."""

import threading
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from interactor.clock import Millis
from interactor.errors import RateLimited
from interactor.limits.rate import WINDOW, Lease, RateLimiter
from tests.fakes import NOON, FakeClock, at_once


class Memory:
    """The shared counters, and how often each minute's was asked."""

    def __init__(self) -> None:
        self.taken: Counter[Millis] = Counter()
        self.asked: Counter[Millis] = Counter()
        self._lock = threading.Lock()

    def take(self, account: str, category: str, window: Millis, permits: int) -> int:
        with self._lock:
            self.taken[window] += permits
            self.asked[window] += 1
            return self.taken[window]


def processes(counters: Memory, limit: int, count: int, clock: FakeClock) -> list[RateLimiter]:
    return [RateLimiter(counters, {"write": limit}, at_once, clock) for _ in range(count)]


def passes(process: RateLimiter) -> bool:
    try:
        process.ask("acme", "write").wait()
    except RateLimited:
        return False
    return True


class StillClock(FakeClock):
    """Time that passes only when told to."""

    def __call__(self) -> int:
        return self.now


@given(
    limit=st.integers(1, 5_000),
    count=st.integers(1, 12),
    order=st.lists(st.integers(0, 11), max_size=400),
    repeat=st.integers(1, 20),
)
@settings(max_examples=60, deadline=None)
def test_the_limit_is_never_exceeded(limit: int, count: int, order: list[int], repeat: int) -> None:
    workers = processes(Memory(), limit, count, StillClock())
    calls = [workers[place % count] for place in order] * repeat
    passed = sum(passes(worker) for worker in calls)
    assert passed <= limit
    if limit < 2_000:
        assert passed == min(limit, len(calls)), "a small limit is exact"


@given(
    limit=st.integers(1, 10_000_000),
    order=st.lists(st.integers(0, 7), max_size=60),
)
def test_the_blocks_of_all_processes_never_add_up_to_more(limit: int, order: list[int]) -> None:
    taken, leases, leased = 0, [Lease(limit) for _ in range(8)], 0
    for place in order:
        lease = leases[place]
        before, block = lease.left, lease.next_block()
        assert 1 <= block <= max(1, limit // 1000)
        taken += block
        lease.receive(block, taken)
        leased += lease.left - before
        assert lease.remaining >= lease.left
    assert leased == min(taken, limit)


def test_at_fifty_thousand_calls_a_minute_the_counter_is_written_less_than_once_in_thirty() -> None:
    counters = Memory()
    workers = processes(counters, 50_000, 50, StillClock())
    passed = sum(passes(workers[number % 50]) for number in range(52_000))
    assert 49_900 <= passed <= 50_000, "what processes lease and do not use stays negligible"
    assert sum(counters.asked.values()) < 52_000 / 30


def test_a_process_that_has_seen_the_limit_reached_asks_no_more() -> None:
    counters = Memory()
    [worker] = processes(counters, 3, 1, StillClock())
    assert [passes(worker) for _ in range(50)] == [True] * 3 + [False] * 47
    assert counters.asked[NOON] <= 4


def test_blocks_are_of_their_minute_alone() -> None:
    counters, clock = Memory(), StillClock()
    [worker] = processes(counters, 10_000, 1, clock)
    assert passes(worker)
    clock.pass_by(WINDOW)
    assert passes(worker)
    assert counters.asked == {NOON: 1, NOON + WINDOW: 1}
