"""A place is used for some seconds, and held until no instance can come of it any more."""

import pytest

from interactor.ids import moment_of, tail_of
from interactor.limits.quota import AHEAD, CREATION
from tests.fakes import NOON
from tests.limits.processes import LONGEST_INVOCATION, Service


@pytest.mark.parametrize(("later", "is_used"), [(AHEAD, True), (AHEAD + 1, False), (-1, False)])
def test_a_place_is_used_for_twenty_seconds(later: int, is_used: bool) -> None:
    service = Service(10_000)
    process = service.process()
    service.starts(process, 2)
    service.clock.pass_by(later)
    service.start(process)
    assert (service.cells.writes == 2) is is_used


def test_an_instance_has_its_own_moment_and_the_random_bytes_of_its_place() -> None:
    service = Service(10_000)
    process = service.process()
    service.starts(process, 2)
    service.clock.pass_by(7_000)
    third = service.start(process)
    assert third
    assert moment_of(third) == NOON + 7_000
    [place] = [place for cell in service.cells.cells.values() for place in cell if tail_of(place) == tail_of(third)]
    assert moment_of(place) == NOON


def test_what_is_not_used_comes_free() -> None:
    service = Service(400)
    one, other = service.process(), service.process()
    service.starts(one, 2)  # and holds a third place
    assert len(service.starts(other, 500)) == 397
    service.clock.pass_by(CREATION - 1)
    assert not service.start(other)
    service.clock.pass_by(1)
    assert service.start(other)
    assert not service.start(other)


def test_an_instance_that_comes_as_late_as_can_be_still_has_its_place() -> None:
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
