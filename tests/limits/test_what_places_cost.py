"""A process that starts many instances takes places ahead of use, which are fewer writes."""

import random

import pytest

from interactor.ids import tail_of
from interactor.limits.quota import AHEAD
from tests.limits.processes import Service, asked_for


def test_two_hundred_starts_at_the_default_quota_are_some_ten_writes() -> None:
    service = Service(10_000)
    assert len(service.starts(service.process(), 200)) == 200
    assert service.cells.writes <= 12
    assert service.submitted <= 12, "where a place is at hand there is no thread either"


def test_a_long_burst_is_a_write_in_fifty_starts_while_cells_are_empty() -> None:
    service = Service(1_000_000)
    process = service.process()
    service.starts(process, 63)
    before = service.cells.writes
    service.starts(process, 1_000)
    assert service.cells.writes - before <= 22


def test_where_all_before_them_have_ended_a_start_is_less_than_a_tenth_of_a_write() -> None:
    service = Service(10_000)
    process = service.process()
    for batch in range(30):
        if batch == 25:
            before = service.cells.writes
        for found in service.starts(process, 1_000):
            service.created.end(found)
    assert service.cells.writes - before <= 500


@pytest.mark.parametrize("active", [2_000, 5_000, 8_000])
def test_in_a_namespace_in_use_it_is_still_less_than_without(active: int) -> None:
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


def test_where_starts_are_rare_each_is_one_write_as_it_would_be_alone() -> None:
    service = Service(10_000)
    process = service.process()
    for number in range(1, 20):
        service.start(process)
        assert service.cells.writes == number
        service.clock.pass_by(AHEAD + 1)


def test_after_a_pause_a_process_begins_with_one_again() -> None:
    service = Service(10_000)
    process = service.process()
    service.starts(process, 30)
    service.clock.pass_by(AHEAD + 1)
    before = sum(map(len, service.cells.cells.values()))
    service.start(process)
    assert sum(map(len, service.cells.cells.values())) == before + 1


def test_calls_that_start_nothing_use_up_nothing() -> None:
    service = Service(10_000)
    process = service.process()
    service.starts(process, 2)
    assert service.cells.writes == 2
    tails = {tail_of(asked_for(process).instance_id) for _ in range(50)}
    assert (len(tails), service.cells.writes) == (1, 2)


def test_a_place_that_was_taken_alone_is_given_back() -> None:
    service = Service(10_000)
    asked_for(service.process())
    assert (service.cells.writes, list(service.cells.cells.values())) == (2, [set()])


def test_of_namespaces_long_not_asked_for_nothing_is_remembered() -> None:
    service = Service(10_000)
    process = service.process()
    for number in range(3_000):
        service.start(process, f"team_{number}")
        service.start(process, "always")
    assert len(process._stocks) == 1_000
    assert ("acme", "always") in process._stocks
