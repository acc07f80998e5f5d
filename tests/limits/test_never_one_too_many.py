"""However many processes share a quota, and whatever becomes of them, never is there an instance too many."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from interactor.errors import NamespaceQuotaExceeded
from interactor.limits import quota
from interactor.limits.quota import AHEAD, CREATION, NamespaceQuota
from tests.limits.processes import LONGEST_INVOCATION, AnswerLost, Service, asked_for


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
