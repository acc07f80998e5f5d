"""A call over its rate limit has no effect, although it is refused while it is already being served."""

import json
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from interactor.limits.rate import RateLimiter
from interactor.storage import documents
from interactor.storage.limits import RateCounters
from tests.answered import Answered
from tests.aws import Send, all_items, all_objects
from tests.definitions import end, halt, http, workflow
from tests.world import World

ASK = workflow(ask=halt("call"), call=http("done"), done=end())
OTHER = workflow("other", a=end())


def cancel(world: World, id_: str) -> Answered:
    return world.post(f"/workflows/instances/{id_}/cancel")


CALLS: list[Callable[[World, str], Answered]] = [
    lambda world, id_: world.start("flow"),
    lambda world, id_: world.start("flow", headers={"Idempotency-Key": "k"}),
    lambda world, id_: world.resume(id_, {}),
    lambda world, id_: world.resume(id_, {}, headers={"Prefer": "respond-async", "Idempotency-Key": "k"}),
    cancel,
    lambda world, id_: world.post("/workflows", OTHER),
    lambda world, id_: world.post("/workflows/flow/versions", ASK),
]
each_call = pytest.mark.parametrize("call", CALLS)


def state(world: World) -> list[Any]:
    """All there is but the counters of calls, and the empty cells of the quota."""
    items = [item for item in all_items() if not item["pk"]["S"].startswith("rate#")]
    kept = [item for item in items if not (item["pk"]["S"].startswith("places#") and "taken" not in item)]
    return [sorted(json.dumps(item, default=repr, sort_keys=True) for item in kept), all_objects()]


def late(world: World) -> None:
    """Let the counter answer when the handler has long begun, and say that all permits are taken."""
    world.limit_calls(rate_limit_write=1, rate_limit_create=1)
    world.parts.rate_limiter.ask("acme", "write")
    world.parts.rate_limiter.ask("acme", "create")

    def when_waited_for(function: Callable[..., Any], *arguments: Any) -> Any:
        late: Future[Any] = Future()
        late.result = lambda timeout=None: function(*arguments)  # type: ignore[method-assign]
        return late

    counters = RateCounters(world.parts.table)
    world.replace(rate_limiter=RateLimiter(counters, {"write": 1, "create": 1}, when_waited_for, world.clock))


@pytest.fixture
def instance_id(world: World) -> str:
    """In a namespace so small that no place is taken for calls that may follow: that is no effect of the call's."""
    world.limit_instances(10)
    world.publish(ASK)
    return str(world.start("flow").data["id"])


@each_call
@pytest.mark.parametrize("in_s3", [False, True])
def test_whatever_it_was_about(
    world: World, instance_id: str, call: Callable[[World, str], Answered], in_s3: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    late(world)
    before = state(world)
    if in_s3:
        monkeypatch.setattr(documents, "INLINE_LIMIT", 0)
    assert call(world, instance_id).error["code"] == "rate_limited"
    assert state(world) == before
    assert not world.servers.calls


@each_call
def test_where_the_counter_cannot_be_reached_the_call_fails_without_an_effect(
    world: World, instance_id: str, call: Callable[[World, str], Answered]
) -> None:
    late(world)
    before = state(world)

    def down(operation: str, send: Send) -> Any:
        if operation == "update_item" and world.aws.requests[-1][1]["ExpressionAttributeNames"].get("#n") == "taken":
            raise ConnectionClosedError(endpoint_url="https://dynamodb")
        return send()

    world.aws.interruption = down
    answer = call(world, instance_id)
    assert (answer.status, answer.error["code"]) == (500, "internal_error")
    assert state(world) == before


def test_a_refusal_comes_before_any_other(world: World, instance_id: str) -> None:
    late(world)
    assert world.resume("inst_none", {}).error["code"] == "rate_limited"
