"""Calls are limited by account, category and minute: as many as the limit pass, and the next is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from interactor.api.routes.table import OPERATIONS, ROUTES
from interactor.errors import RateLimited
from interactor.limits.rate import WINDOW, RateLimiter
from interactor.settings import Settings
from interactor.storage.limits import RateCounters
from tests.definitions import end, halt, workflow
from tests.world import NOON, Answered, World

ASK = workflow(ask=halt("done"), done=end())


def read(world: World, **options: str) -> Answered:
    return world.get("/workflows", **options)


def write(world: World) -> Answered:
    return world.post("/workflows/validate", ASK)


def create(world: World) -> Answered:
    return world.start("flow")


CATEGORIES = [(read, "rate_limit_read", 200), (write, "rate_limit_write", 200), (create, "rate_limit_create", 201)]
each_category = pytest.mark.parametrize(("call", "setting", "status"), CATEGORIES)


@each_category
def test_the_last_permitted_call_passes_and_the_next_does_not(
    world: World, call: Callable[[World], Answered], setting: str, status: int
) -> None:
    world.publish(ASK)
    world.clock.pass_by(WINDOW)
    world.limit_calls(**{setting: 3})
    assert [call(world).status for _ in range(5)] == [status] * 3 + [429] * 2


def test_the_defaults_are_those_of_the_reference() -> None:
    assert Settings.from_environment({}).rate_limits == {"read": 1000, "write": 100, "create": 50}
    assert Settings().rate_limits == {"read": 1000, "write": 100, "create": 50}


def test_categories_are_as_in_the_reference() -> None:
    assert OPERATIONS["create_instance"].category == "create"
    for route in ROUTES:
        if route.operation != "create_instance":
            assert route.category == ("read" if route.method == "GET" else "write")


def test_categories_do_not_count_against_each_other(world: World) -> None:
    world.publish(ASK)
    world.clock.pass_by(WINDOW)
    world.limit_calls(rate_limit_read=1, rate_limit_write=1, rate_limit_create=1)
    for call in (read, write, create):
        assert call(world).status < 300
        assert call(world).status == 429


def test_accounts_do_not_count_against_each_other_and_their_people_do(world: World) -> None:
    world.limit_calls(rate_limit_read=2)
    assert [read(world, as_=who).status for who in ("user", "peer", "service")] == [200, 200, 429]
    assert read(world, as_="stranger").status == 200


def test_the_next_minute_begins_anew(world: World) -> None:
    world.limit_calls(rate_limit_read=1)
    assert [read(world).status, read(world).status] == [200, 429]
    world.clock.now = NOON + WINDOW - 10
    assert read(world).status == 429
    world.clock.now = NOON + WINDOW
    assert read(world).status == 200


def test_other_processes_count(world: World) -> None:
    for status in (200, 200, 429):
        world.limit_calls(rate_limit_read=2)
        assert read(world).status == status


def test_a_refusal_says_what_was_too_many_and_when_to_come_again(world: World) -> None:
    world.limit_calls(rate_limit_write=1)
    write(world)
    world.clock.now = NOON + 25_500
    refused = write(world)
    assert refused.error["message"] == "The limit of 1 write requests a minute is reached; try again in 35 s"
    assert refused.error["details"] == {"category": "write", "limit": 1, "retry_after": 35}
    assert refused.headers["Retry-After"] == "35"


def test_a_refusal_in_the_last_moment_asks_for_a_second(world: World) -> None:
    world.limit_calls(rate_limit_write=1)
    write(world)
    world.clock.now = NOON + WINDOW - 5
    assert write(world).headers["Retry-After"] == "1"


def test_counters_expire(world: World) -> None:
    world.limit_calls()
    write(world)
    [update] = world.aws.sent("update_item")
    assert int(update["ExpressionAttributeValues"][":expires"]["N"]) == NOON // 1000 + 300


def test_from_eight_threads_exactly_the_limit_passes(world: World) -> None:
    limit = 100
    workers = [
        RateLimiter(RateCounters(world.parts.table), {"read": limit, "write": limit, "create": limit}, pool.submit,
                    world.clock)
        for pool in [ThreadPoolExecutor(2) for _ in range(4)]
    ]  # fmt: skip

    def passes(number: int) -> bool:
        try:
            workers[number % 4].ask("acme", "write").wait()
        except RateLimited:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(passes, range(160)))
    assert sum(passed) == limit
