"""Every answer to somebody who is known carries the three headers of the reference, whatever else it says."""

import re

import pytest

from interactor.api.routes.route import Route
from interactor.api.routes.table import ROUTES
from interactor.limits.rate import WINDOW
from tests.definitions import end, halt, workflow
from tests.world import NOON, World, principal

HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")

with_scope = pytest.mark.parametrize("route", [route for route in ROUTES if route.scope], ids=lambda it: it.operation)


def path_of(route: Route) -> str:
    return re.sub(r"\{\w+\}", "none", route.path)


def told(headers: dict[str, str]) -> list[int]:
    return [int(headers[name]) for name in HEADERS]


@with_scope
def test_refused_for_whatever_reason(world: World, route: Route) -> None:
    world.principals["powerless"] = principal("powerless", "acme", "*", scopes=frozenset())
    world.limit_calls(rate_limit_read=4, rate_limit_write=4, rate_limit_create=4)
    refusals = [
        world.call(route.method, path_of(route), as_="powerless"),
        world.call(route.method, path_of(route), query="colour=red"),
        world.call(route.method, path_of(route), raw="{"),
        world.call(route.method, path_of(route), raw='{"colour": "red"}', query="colour=red"),
        world.call(route.method, path_of(route)),
    ]
    assert refusals[0].status == 403
    assert refusals[-1].status == 429
    end_of_minute = (NOON + WINDOW) // 1000
    assert [told(answer.headers) for answer in refusals] == [[4, left, end_of_minute] for left in (3, 2, 1, 0, 0)]


def test_answered(world: World) -> None:
    world.publish(workflow(ask=halt("done"), done=end()))
    world.clock.pass_by(WINDOW)
    world.limit_calls(rate_limit_read=9, rate_limit_write=8, rate_limit_create=7)
    created = world.start("flow", headers={"Idempotency-Key": "k"})
    replayed = world.start("flow", headers={"Idempotency-Key": "k"})
    assert replayed.headers["Idempotent-Replayed"] == "true"
    assert [told(answer.headers)[:2] for answer in (created, replayed)] == [[7, 6], [7, 5]]
    assert told(world.get(f"/workflows/instances/{created.data['id']}").headers)[:2] == [9, 8]
    assert told(world.resume(created.data["id"], {}).headers)[:2] == [8, 7]


def test_a_fault_of_ours_after_the_token_was_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.limit_calls(rate_limit_read=9)
    monkeypatch.setattr(world.parts.workflows, "page", None)
    answer = world.get("/workflows")
    assert (answer.status, told(answer.headers)[:2]) == (500, [9, 8])


@pytest.mark.parametrize(("path", "as_"), [("/workflows", None), ("/workflows", "nobody"), ("/openapi.json", None)])
def test_who_is_not_known_is_not_counted(world: World, path: str, as_: str | None) -> None:
    assert not set(HEADERS) & world.get(path, as_=as_).headers.keys()


def test_of_a_large_limit_what_is_left_counts_down_as_well(world: World) -> None:
    world.limit_calls(rate_limit_read=50_000)
    assert [told(world.get("/workflows").headers)[1] for _ in range(3)] == [49_999, 49_998, 49_997]
    assert len(world.aws.sent("update_item")) == 1
