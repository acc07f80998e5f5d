"""Every code that the document lists for an operation comes about, with the status and in the form that it says.

A code that is listed and that nobody here brings about is an error, `NOT_BROUGHT_ABOUT` excepted.
"""

import re
from typing import Any
from unittest.mock import patch

import pytest

from interactor.api.calls import MAX_BODY_BYTES
from interactor.api.openapi import document
from interactor.api.routes.route import Route
from interactor.api.routes.table import ROUTES
from tests.answered import Answered
from tests.api.openapi.documented import OPERATIONS, check, codes, responses
from tests.api.openapi.journeys import (
    FAILING,
    KEY,
    NAME,
    SECRET,
    START,
    Refusal,
    Situation,
    post,
    published,
    workflow,
)
from tests.api.openapi.refused_instances import INSTANCES
from tests.api.openapi.refused_triggers import TRIGGERS
from tests.api.openapi.refused_webhooks import WEBHOOKS
from tests.api.openapi.refused_workflows import WORKFLOWS
from tests.fakes import FakeTokens, principal
from tests.world import World

# What any operation can refuse


def path_of(route: Route) -> str:
    """A path of the route, at which there is nothing."""
    return re.sub(r"\{\w+\}", "none", route.path)


with_scope = pytest.mark.parametrize("route", [route for route in ROUTES if route.scope], ids=lambda it: it.operation)
with_body = pytest.mark.parametrize("route", [route for route in ROUTES if route.body], ids=lambda it: it.operation)


def check_refusal(operation: str, answered: Answered, status: int, code: str) -> None:
    assert (answered.status, answered.error["code"]) == (status, code)
    check(operation, answered)


@with_scope
def test_no_token(world: World, route: Route) -> None:
    answered = world.call(route.method, path_of(route), as_=None)
    check_refusal(route.operation, answered, 401, "unauthorized")
    assert "WWW-Authenticate" in answered.headers


@with_scope
def test_no_scope(world: World, route: Route) -> None:
    world.principals["powerless"] = principal("powerless", "acme", "*", scopes=frozenset())
    answered = world.call(route.method, path_of(route), as_="powerless")
    check_refusal(route.operation, answered, 403, "forbidden")


@with_scope
def test_one_call_too_many(world: World, route: Route) -> None:
    world.limit_calls(rate_limit_read=1, rate_limit_write=1, rate_limit_create=1)
    world.call(route.method, path_of(route))
    check_refusal(route.operation, world.call(route.method, path_of(route)), 429, "rate_limited")


@with_scope
def test_an_unknown_query_parameter(world: World, route: Route) -> None:
    answered = world.call(route.method, path_of(route), query="colour=red")
    check_refusal(route.operation, answered, 400, "invalid_request")


@with_body
def test_a_body_over_the_limit(world: World, route: Route) -> None:
    answered = world.call(route.method, path_of(route), raw=" " * (MAX_BODY_BYTES + 1))
    check_refusal(route.operation, answered, 413, "payload_too_large")


@pytest.mark.parametrize("route", ROUTES, ids=lambda it: it.operation)
def test_a_fault_of_ours(world: World, route: Route, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(FakeTokens, "verify", fail)
    monkeypatch.setattr(document, "document", fail)
    check_refusal(route.operation, world.call(route.method, path_of(route)), 500, "internal_error")


def common(route: Route) -> set[Refusal]:
    """What the tests above bring about."""
    found = {(500, "internal_error")}
    if route.scope:
        found |= {(401, "unauthorized"), (403, "forbidden"), (400, "invalid_request"), (429, "rate_limited")}
    if route.body:
        found |= {(413, "payload_too_large")}
    return {(route.operation, status, code) for status, code in found}


# What each has of its own


def one_secret_too_many(world: World) -> Answered:
    with patch("interactor.services.change_secrets.MAX_SECRETS", 0):
        return world.call("PUT", "/secrets/API_KEY", SECRET)


SECRETS: dict[Refusal, Situation] = {
    ("put_secret", 400, "secret_limit_reached"): one_secret_too_many,
    ("delete_secret", 404, "secret_not_found"): lambda world: world.call("DELETE", "/secrets/API_KEY"),
}

SITUATIONS: dict[Refusal, Situation] = WORKFLOWS | INSTANCES | TRIGGERS | WEBHOOKS | SECRETS

NOT_BROUGHT_ABOUT = {
    (500, "script_timeout"),  # takes five seconds, and has the form of the other failures
}


@pytest.mark.parametrize(
    ("refusal", "situation"),
    [pytest.param(refusal, situation, id=" ".join(map(str, refusal))) for refusal, situation in SITUATIONS.items()],
)
def test_the_answer_is_as_documented(refusal: Refusal, situation: Situation, world: World) -> None:
    operation, status, code = refusal
    check_refusal(operation, situation(world), status, code)


@pytest.mark.parametrize("route", ROUTES, ids=lambda it: it.operation)
def test_nothing_else_is_listed(route: Route) -> None:
    listed = {
        (route.operation, status, code)
        for status, response in responses(route.operation).items()
        if status >= 400
        for code in codes(response)
        if (status, code) not in NOT_BROUGHT_ABOUT
    }
    assert listed == common(route) | {refusal for refusal in SITUATIONS if refusal[0] == route.operation}


def test_the_stored_failure_of_an_action_says_that_it_is_replayed(world: World) -> None:
    path = published(world, workflow(FAILING))
    post(world, path, START, KEY)
    replayed = post(world, path, START, KEY)
    assert replayed.headers["Idempotent-Replayed"] == "true"
    check_refusal("create_instance", replayed, 500, "script_error")


def test_an_instance_in_a_namespace_of_others_is_forbidden(world: World) -> None:
    published(world)
    answered = world.post(f"/workflows/{NAME}/instances", START, as_="peer")
    check_refusal("create_instance", answered, 403, "forbidden")


def test_no_situation_is_of_an_operation_that_does_not_exist() -> None:
    assert {operation for operation, _, _ in SITUATIONS} <= OPERATIONS.keys()
