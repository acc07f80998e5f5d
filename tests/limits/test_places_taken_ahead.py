"""A process that starts many instances takes places ahead of use: fewer writes, and still never one too many."""

import random
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from interactor.errors import NamespaceQuotaExceeded
from interactor.ids import Ids, moment_of, tail_of
from interactor.limits import quota
from interactor.limits.quota import AHEAD, CREATION, NamespaceQuota, Place
from tests.definitions import end, halt, workflow
from tests.fakes import NOON, FakeClock, at_once
from tests.world import World

LONGEST_INVOCATION = 60_000


class StillClock(FakeClock):
    """Time that passes only when told to."""

    def __call__(self) -> int:
        return self.now


class AnswerLost(Exception):
    """The write was made, and nobody knows."""


class Cells:
    """The places in the table, and how often they were written to."""

    def __init__(self) -> None:
        self.cells: dict[int, set[str]] = {}
        self.writes = 0
        self.loses_answers = False
        self._lock = threading.Lock()

    def take(self, account: str, namespace: str, cell: int, places: list[str], capacity: int) -> list[str] | None:
        with self._lock:
            self.writes += 1
            there = self.cells.setdefault(cell, set())
            assert 0 < len(places) <= capacity
            if len(there) + len(places) > capacity:
                return sorted(there)
            there.update(places)
        if self.loses_answers:
            raise AnswerLost
        return None

    def give_back(self, account: str, namespace: str, cell: int, places: Sequence[str]) -> None:
        with self._lock:
            self.writes += 1
            self.cells[cell].difference_update(places)

    def taken(self, account: str, namespace: str, cells: Sequence[int]) -> dict[int, list[str]]:
        with self._lock:
            return {cell: sorted(self.cells.get(cell, ())) for cell in cells}


class Created:
    """The instances in the table. Fails when there is one active too many."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.statuses_: dict[str, str] = {}
        self.active: set[str] = set()
        self.unlisted: set[str] = set()
        """Active ones that the index does not have yet."""
        self._lock = threading.Lock()

    def create(self, instance_id: str) -> None:
        with self._lock:
            assert tail_of(instance_id) not in self.statuses_, "two of one place"
            self.statuses_[tail_of(instance_id)] = "halted"
            self.active.add(instance_id)
            assert len(self.active) <= self.limit

    def end(self, instance_id: str) -> None:
        with self._lock:
            self.statuses_[tail_of(instance_id)] = "completed"
            self.active.remove(instance_id)

    def statuses(self, account: str, places: Sequence[str]) -> dict[str, str]:
        with self._lock:
            return {place: self.statuses_[tail_of(place)] for place in places if tail_of(place) in self.statuses_}

    def listed_as_live(self, account: str, namespace: str, at_most: int) -> set[str]:
        with self._lock:
            return self.active - self.unlisted


@dataclass
class Service:
    """Processes that share a table."""

    limit: int
    clock: FakeClock = field(default_factory=StillClock)
    cells: Cells = field(default_factory=Cells)
    submitted: int = 0
    """Threads that were asked for."""

    def __post_init__(self) -> None:
        self.created = Created(self.limit)
        self.ids = Ids(random.Random(0).randbytes)

    def process(self, clock: Any = None) -> NamespaceQuota:
        created: Any = self.created
        cells: Any = self.cells
        return NamespaceQuota(cells, created, self.limit, self._submit, clock or self.clock, self.ids)

    def _submit(self, function: Any, *arguments: Any) -> Future[Any]:
        self.submitted += 1
        return at_once(function, *arguments)

    def start(self, process: NamespaceQuota, namespace: str = "user_1") -> str | None:
        """The instance that was created, if there was a place."""
        with process.place("acme", namespace) as place, suppress(NamespaceQuotaExceeded):
            place.keep()
            self.created.create(place.instance_id)
        return place.instance_id if place.kept else None

    def starts(self, process: NamespaceQuota, count: int) -> list[str]:
        """Those of so many starts that had a place."""
        return [found for _ in range(count) if (found := self.start(process))]


def asked_for(process: NamespaceQuota) -> Place:
    """A call that asks for a place and does not use it."""
    with process.place("acme", "user_1") as place:
        pass
    return place


class TestTheCost:
    def test_two_hundred_starts_at_the_default_quota_are_some_ten_writes(self) -> None:
        service = Service(10_000)
        assert len(service.starts(service.process(), 200)) == 200
        assert service.cells.writes <= 12
        assert service.submitted <= 12, "where a place is at hand there is no thread either"

    def test_a_long_burst_is_a_write_in_fifty_starts_while_cells_are_empty(self) -> None:
        service = Service(1_000_000)
        process = service.process()
        service.starts(process, 63)
        before = service.cells.writes
        service.starts(process, 1_000)
        assert service.cells.writes - before <= 22

    def test_where_all_before_them_have_ended_a_start_is_less_than_a_tenth_of_a_write(self) -> None:
        service = Service(10_000)
        process = service.process()
        for batch in range(30):
            if batch == 25:
                before = service.cells.writes
            for found in service.starts(process, 1_000):
                service.created.end(found)
        assert service.cells.writes - before <= 500

    @pytest.mark.parametrize("active", [2_000, 5_000, 8_000])
    def test_in_a_namespace_in_use_it_is_still_less_than_without(self, active: int) -> None:
        """A full cell would cost the refused write, and the two that make room and take it."""
        service, rng = Service(10_000), random.Random(active)
        process = service.process()
        running = service.starts(process, active)
        before = 0
        for number in range(20_000):
            if number == 10_000:
                before = service.cells.writes
            service.created.end(running.pop(rng.randrange(len(running))))
            running += service.starts(process, 1)
        assert len(running) == active
        assert (service.cells.writes - before) / 10_000 < 0.7

    def test_where_starts_are_rare_each_is_one_write_as_it_would_be_alone(self) -> None:
        service = Service(10_000)
        process = service.process()
        for number in range(1, 20):
            service.start(process)
            assert service.cells.writes == number
            service.clock.pass_by(AHEAD + 1)

    def test_after_a_pause_a_process_begins_with_one_again(self) -> None:
        service = Service(10_000)
        process = service.process()
        service.starts(process, 30)
        service.clock.pass_by(AHEAD + 1)
        before = sum(map(len, service.cells.cells.values()))
        service.start(process)
        assert sum(map(len, service.cells.cells.values())) == before + 1

    def test_calls_that_start_nothing_use_up_nothing(self) -> None:
        service = Service(10_000)
        process = service.process()
        service.starts(process, 2)
        assert service.cells.writes == 2
        tails = {tail_of(asked_for(process).instance_id) for _ in range(50)}
        assert (len(tails), service.cells.writes) == (1, 2)

    def test_a_place_that_was_taken_alone_is_given_back(self) -> None:
        service = Service(10_000)
        asked_for(service.process())
        assert (service.cells.writes, list(service.cells.cells.values())) == (2, [set()])

    def test_of_namespaces_long_not_asked_for_nothing_is_remembered(self) -> None:
        service = Service(10_000)
        process = service.process()
        for number in range(3_000):
            service.start(process, f"team_{number}")
            service.start(process, "always")
        assert len(process._stocks) == 1_000
        assert ("acme", "always") in process._stocks


class TestTheTime:
    @pytest.mark.parametrize(("later", "is_used"), [(AHEAD, True), (AHEAD + 1, False), (-1, False)])
    def test_a_place_is_used_for_twenty_seconds(self, later: int, is_used: bool) -> None:
        service = Service(10_000)
        process = service.process()
        service.starts(process, 2)
        service.clock.pass_by(later)
        service.start(process)
        assert (service.cells.writes == 2) is is_used

    def test_an_instance_has_its_own_moment_and_the_random_bytes_of_its_place(self) -> None:
        service = Service(10_000)
        process = service.process()
        service.starts(process, 2)
        service.clock.pass_by(7_000)
        third = service.start(process)
        assert third
        assert moment_of(third) == NOON + 7_000
        [place] = [place for cell in service.cells.cells.values() for place in cell if tail_of(place) == tail_of(third)]
        assert moment_of(place) == NOON

    def test_what_is_not_used_comes_free(self) -> None:
        service = Service(400)
        one, other = service.process(), service.process()
        service.starts(one, 2)  # and holds a third place
        assert len(service.starts(other, 500)) == 397
        service.clock.pass_by(CREATION - 1)
        assert not service.start(other)
        service.clock.pass_by(1)
        assert service.start(other)
        assert not service.start(other)

    def test_an_instance_that_comes_as_late_as_can_be_still_has_its_place(self) -> None:
        """The place used at the last moment, the instance created at the last moment, clocks as different as may be."""
        service = Service(400)
        slow = service.process(lambda: service.clock.now - 19_000)
        fast = service.process(lambda: service.clock.now + 19_000)
        service.starts(slow, 2)
        service.clock.pass_by(AHEAD)
        with slow.place("acme", "user_1") as late:
            late.keep()
            service.clock.pass_by(LONGEST_INVOCATION)
            assert len(service.starts(fast, 500)) == 397
            service.created.create(late.instance_id)


@given(limit=st.integers(1, 399), order=st.lists(st.integers(0, 4), max_size=60), repeat=st.integers(1, 10))
@settings(max_examples=60, deadline=None)
def test_a_small_quota_is_exact(limit: int, order: list[int], repeat: int) -> None:
    service = Service(limit)
    processes = [service.process() for _ in range(5)]
    calls = order * repeat
    started = [service.start(processes[number]) for number in calls]
    assert len(service.created.active) == min(limit, len(calls))
    assert all(started[:limit])


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """As at quotas a hundred times as large."""
    monkeypatch.setattr(quota, "_BLOCKS_IN_A_LIMIT", 4)
    monkeypatch.setattr(quota, "CELL", 6)


@pytest.mark.usefixtures("small_blocks")
def test_from_many_threads_of_four_processes_never_one_too_many() -> None:
    service = Service(100)
    beside = ThreadPoolExecutor(8)
    cells, created = service.cells, service.created
    processes = [
        NamespaceQuota(cells, created, 100, beside.submit, service.clock, service.ids)  # type: ignore[arg-type]
        for _ in range(4)
    ]

    def work(number: int) -> int:
        rng, mine, started = random.Random(number), list[str](), 0
        for _ in range(150):
            if mine and rng.random() < 0.4:
                created.end(mine.pop(rng.randrange(len(mine))))
            elif rng.random() < 0.2:
                asked_for(processes[number % 4])
            elif found := service.start(processes[number % 4]):
                mine.append(found)
                started += 1
        return started

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(work, range(16))) > 100
    service.clock.pass_by(CREATION)
    service.starts(processes[0], 110)
    assert len(created.active) == 100


@dataclass
class Call:
    """One that has a place and may still create its instance."""

    process: int
    begun: int
    instance_id: str
    stack: ExitStack


class ManyProcesses(RuleBasedStateMachine):
    """Processes whose clocks differ start, end, die and lose answers; Hypothesis says when."""

    @initialize(limit=st.integers(1, 20), clocks=st.lists(st.integers(-19_000, 19_000), min_size=1, max_size=4))
    def begin(self, limit: int, clocks: list[int]) -> None:
        self.service = Service(limit)
        self.off = clocks
        self.processes = [self._process(number) for number in range(len(clocks))]
        self.calls: list[Call] = []

    def _process(self, number: int) -> NamespaceQuota:
        return self.service.process(lambda: self.service.clock.now + self.off[number])

    @rule(number=st.integers(0, 3), creates=st.sampled_from(("now", "now", "later", "never")))
    def a_call(self, number: int, creates: str) -> None:
        number %= len(self.processes)
        stack = ExitStack()
        place = stack.enter_context(self.processes[number].place("acme", "user_1"))
        if creates == "never":
            stack.close()
            return
        try:
            place.keep()
        except NamespaceQuotaExceeded:
            stack.close()
            return
        self.calls.append(Call(number, self.service.clock.now, place.instance_id, stack))
        if creates == "now":
            self._create(self.calls.pop())

    @rule(number=st.integers(0, 3), count=st.integers(2, 12))
    def a_burst(self, number: int, count: int) -> None:
        for _ in range(count):
            self.a_call(number, "now")

    @precondition(lambda self: self.calls)
    @rule(data=st.data())
    def a_call_creates_its_instance(self, data: st.DataObject) -> None:
        self._create(self.calls.pop(data.draw(st.integers(0, len(self.calls) - 1))))

    def _create(self, call: Call) -> None:
        self.service.created.create(call.instance_id)
        call.stack.close()

    @precondition(lambda self: self.service.created.active)
    @rule(data=st.data(), all_but=st.integers(0, 3))
    def instances_end(self, data: st.DataObject, all_but: int) -> None:
        active = sorted(self.service.created.active)
        for found in active[: data.draw(st.integers(1, len(active)))]:
            self.service.created.end(found)

    @rule(number=st.integers(0, 3))
    def a_process_dies(self, number: int) -> None:
        number %= len(self.processes)
        self.processes[number] = self._process(number)
        self.calls = [call for call in self.calls if call.process != number]

    @rule(number=st.integers(0, 3))
    def an_answer_is_lost(self, number: int) -> None:
        self.service.cells.loses_answers = True
        with suppress(AnswerLost):
            asked_for(self.processes[number % len(self.processes)])
        self.service.cells.loses_answers = False

    @rule(milliseconds=st.sampled_from((1, 5_000, AHEAD, AHEAD + 1, LONGEST_INVOCATION, CREATION)))
    def time_passes(self, milliseconds: int) -> None:
        self.service.clock.pass_by(milliseconds)
        now = self.service.clock.now
        self.calls = [call for call in self.calls if now - call.begun <= LONGEST_INVOCATION]

    @rule(data=st.data())
    def the_index_lags(self, data: st.DataObject) -> None:
        active = sorted(self.service.created.active)
        self.service.created.unlisted = data.draw(st.sets(st.sampled_from(active))) if active else set()

    @invariant()
    def never_one_too_many(self) -> None:
        if hasattr(self, "service"):
            active = len(self.service.created.active)
            assert active + len(self.calls) <= self.service.limit, "those that may still be created count"

    def teardown(self) -> None:
        if hasattr(self, "service"):
            self.time_passes(2 * CREATION)
            self.service.created.unlisted = set()
            self.service.starts(self.processes[0], self.service.limit + 1)
            assert len(self.service.created.active) == self.service.limit, "all that is not active is free"


@pytest.mark.usefixtures("small_blocks")
class TestManyProcesses(ManyProcesses.TestCase):  # type: ignore[name-defined,misc]
    settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


class TestInTheTable:
    """The same with the conditions as they are sent."""

    @pytest.fixture
    def flow(self, world: World) -> Iterator[World]:
        world.publish(workflow(ask=halt("done"), done=end()))
        world.limit_instances(10_000)
        return world

    def test_starts_that_follow_each_other_write_nothing_but_their_instances(self, flow: World) -> None:
        started = [flow.start("flow") for _ in range(100)]
        assert {answer.status for answer in started} == {201}
        assert len(flow.aws.sent("update_item")) <= 11
        flow.aws.requests.clear()
        flow.start("flow")
        assert [name for name, _ in flow.aws.requests] == ["get_item", "put_item"]
        newest = flow.get("/workflows/instances", query="limit=200").data["instances"]
        assert [entry["id"] for entry in newest][1:] == [answer.data["id"] for answer in reversed(started)][:100]

    def test_a_block_takes_what_room_there_is(self, flow: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(quota, "CELL", 6)
        monkeypatch.setattr(quota, "_BLOCKS_IN_A_LIMIT", 2)
        flow.limit_instances(10)
        answers = [flow.start("flow") for _ in range(12)]
        assert [answer.status for answer in answers] == [201] * 10 + [429] * 2
        for answer in answers[:7]:
            flow.post(f"/workflows/instances/{answer.data['id']}/cancel")
        assert [flow.start("flow").status for _ in range(9)] == [201] * 7 + [429] * 2

    def test_a_write_that_is_sent_twice_takes_the_block_once(self, flow: World) -> None:
        def twice(send: Any) -> Any:
            send()
            return send()

        flow.aws.interruption = lambda operation, send: twice(send) if operation == "update_item" else send()
        assert {flow.start("flow").status for _ in range(40)} == {201}
        taken = flow.parts.quota._places.taken("acme", "user_1", range(200))
        assert sum(map(len, taken.values())) == 1 + 2 + 4 + 8 + 16 + 32
