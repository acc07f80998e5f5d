"""Every code that the document lists for an operation comes about, with the status and in the form that it says.

A code that is listed and that nobody here brings about is an error, `NOT_BROUGHT_ABOUT` excepted.
"""

import re
from typing import Any
from unittest.mock import patch

import pytest

from interactor.api import openapi
from interactor.api.calls import MAX_BODY_BYTES
from interactor.api.models.instances import MAX_INPUT_BYTES
from interactor.api.routes.route import Route
from interactor.api.routes.table import ROUTES
from interactor.engine.definition import MAX_DEFINITION_BYTES
from interactor.engine.work import HttpAnswered, HttpFailed
from interactor.storage.creations import CreatedMeanwhile
from interactor.storage.triggers import Trigger, Triggers
from tests.api.openapi.documented import OPERATIONS, check, codes, responses
from tests.api.openapi.journeys import (
    APPROVAL,
    ASKING,
    CALLING,
    DECISION,
    FAILING,
    GROWING,
    INVOICE,
    KEY,
    NAME,
    NO_EVENT,
    NO_FILE,
    NO_INSTANCE,
    NO_TRIGGER,
    NO_VERSION,
    ON_EVENT,
    SECRET,
    START,
    STUCK,
    Refusal,
    Situation,
    asked_before,
    asking_for_a_file,
    change,
    delete,
    drafted,
    ended,
    get,
    meanwhile,
    post,
    published,
    round_and_round,
    served,
    start,
    started,
    triggered,
    workflow,
)
from tests.api.openapi.refused_webhooks import WEBHOOKS
from tests.world import Answered, FakeTokens, World, principal

LARGE_DEFINITION = {**APPROVAL, "description": "x" * MAX_DEFINITION_BYTES}
LARGE_INPUT = {"text": "x" * MAX_INPUT_BYTES}
SIMULATE = "/workflows/simulate"
NOT_FOUND = HttpAnswered(404, {}, None)
NO_ANSWER = HttpFailed("http_timeout", "example.com did not answer within 10000 ms", retriable=False)


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
    monkeypatch.setattr(openapi, "document", fail)
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


def taken_name(world: World) -> Answered:
    post(world, "/workflows", APPROVAL)
    return post(world, "/workflows", APPROVAL)


def invalid_next_version(world: World) -> Answered:
    return post(world, drafted(world).rpartition("/")[0], {})


def no_such_version(world: World) -> str:
    return f"{drafted(world).rpartition('/')[0]}/{NO_VERSION}"


def published_twice(world: World) -> Answered:
    path = f"{drafted(world)}/publish"
    post(world, path)
    return post(world, path)


DEFINITIONS: dict[Refusal, Situation] = {
    ("create_workflow", 400, "invalid_workflow"): lambda world: post(world, "/workflows", {}),
    ("create_workflow", 409, "workflow_exists"): taken_name,
    ("create_workflow", 413, "payload_too_large"): lambda world: post(world, "/workflows", LARGE_DEFINITION),
    ("simulate_workflow", 400, "invalid_workflow"): lambda world: post(world, SIMULATE, {"definition": {}}),
    ("simulate_workflow", 413, "payload_too_large"): (
        lambda world: post(world, SIMULATE, {"definition": LARGE_DEFINITION})
    ),
    ("simulate_workflow", 404, "workflow_not_found"): lambda world: post(world, SIMULATE, {"name": "none"}),
    ("simulate_workflow", 404, "version_not_found"): (
        lambda world: drafted(world) and post(world, SIMULATE, {"name": NAME, "version_id": NO_VERSION})
    ),
    ("get_workflow", 404, "workflow_not_found"): lambda world: get(world, "/workflows/none"),
    ("list_versions", 404, "workflow_not_found"): lambda world: get(world, "/workflows/none/versions"),
    ("get_workflow_statistics", 404, "workflow_not_found"): lambda world: get(world, "/workflows/none/stats"),
    ("create_version", 404, "workflow_not_found"): lambda world: post(world, "/workflows/none/versions", APPROVAL),
    ("create_version", 400, "invalid_workflow"): invalid_next_version,
    ("get_version", 404, "workflow_not_found"): lambda world: get(world, f"/workflows/none/versions/{NO_VERSION}"),
    ("get_version", 404, "version_not_found"): lambda world: get(world, no_such_version(world)),
    ("publish_version", 404, "workflow_not_found"): (
        lambda world: post(world, f"/workflows/none/versions/{NO_VERSION}/publish")
    ),
    ("publish_version", 404, "version_not_found"): lambda world: post(world, f"{no_such_version(world)}/publish"),
    ("publish_version", 400, "already_published"): published_twice,
    ("get_instance", 404, "instance_not_found"): lambda world: get(world, f"/workflows/instances/{NO_INSTANCE}"),
    ("get_form", 404, "instance_not_found"): lambda world: get(world, f"/workflows/instances/{NO_INSTANCE}/form"),
    ("get_form", 404, "thread_not_found"): lambda world: get(world, f"{started(world)}/form", "thread_id=thread_legal"),
    ("get_form", 400, "instance_not_halted"): lambda world: get(world, f"{ended(world)}/form"),
    ("get_form", 400, "thread_not_halted"): lambda world: get(world, f"{ended(world)}/form", "thread_id=thread_main"),
    ("list_events", 404, "instance_not_found"): (
        lambda world: get(world, f"/workflows/instances/{NO_INSTANCE}/history")
    ),
    ("get_event", 404, "instance_not_found"): (
        lambda world: get(world, f"/workflows/instances/{NO_INSTANCE}/events/{NO_EVENT}")
    ),
    ("get_event", 404, "event_not_found"): lambda world: get(world, f"{started(world)}/events/{NO_EVENT}"),
    ("list_threads", 404, "instance_not_found"): (
        lambda world: get(world, f"/workflows/instances/{NO_INSTANCE}/threads")
    ),
    ("cancel_instance", 404, "instance_not_found"): (
        lambda world: post(world, f"/workflows/instances/{NO_INSTANCE}/cancel")
    ),
    ("cancel_instance", 400, "instance_not_active"): lambda world: post(world, f"{ended(world)}/cancel"),
}


def trigger_of_a_taken_name(world: World) -> Answered:
    triggered(world)
    return post(world, "/triggers", ON_EVENT)


def one_trigger_too_many(world: World) -> Answered:
    triggered(world)
    with patch("interactor.storage.triggers.MAX_TRIGGERS", 1):
        return post(world, "/triggers", {**ON_EVENT, "name": "one_more"})


def trigger_among_many_others(world: World) -> Answered:
    class Busy(Triggers):
        def create(self, trigger: Trigger, op: str) -> None:
            raise CreatedMeanwhile

    published(world)
    world.replace(triggers=Busy(world.parts.table))
    return post(world, "/triggers", ON_EVENT)


NO_TRIGGER_THERE = f"/triggers/{NO_TRIGGER}"
TRIGGERS: dict[Refusal, Situation] = {
    ("create_trigger", 404, "workflow_not_found"): lambda world: post(world, "/triggers", ON_EVENT),
    ("create_trigger", 409, "trigger_exists"): trigger_of_a_taken_name,
    ("create_trigger", 400, "trigger_limit_reached"): one_trigger_too_many,
    ("create_trigger", 409, "concurrent_modification"): trigger_among_many_others,
    ("get_trigger", 404, "trigger_not_found"): lambda world: get(world, NO_TRIGGER_THERE),
    ("update_trigger", 404, "trigger_not_found"): (lambda world: change(world, NO_TRIGGER_THERE, {"status": "paused"})),
    ("delete_trigger", 404, "trigger_not_found"): lambda world: delete(world, NO_TRIGGER_THERE),
    ("list_trigger_failures", 404, "trigger_not_found"): lambda world: get(world, f"{NO_TRIGGER_THERE}/failures"),
}


def of_draft_only(world: World) -> Answered:
    drafted(world)
    return post(world, f"/workflows/{NAME}/instances", START)


def created_with_a_used_key(world: World) -> Answered:
    path = published(world)
    post(world, path, START, KEY)
    return post(world, path, {**START, "input": {}}, KEY)


def created_twice_at_once(world: World) -> Answered:
    path = published(world, workflow(CALLING))
    return meanwhile(world, lambda: post(world, path, START, KEY))


def created_past_the_quota(world: World) -> Answered:
    path = published(world)
    world.limit_instances(1)
    post(world, path, START)
    return post(world, path, START)


CREATION: dict[tuple[int, str], Situation] = {
    (404, "workflow_not_found"): lambda world: post(world, "/workflows/none/instances", START),
    (404, "version_not_found"): lambda world: post(world, published(world), {**START, "version_id": NO_VERSION}),
    (400, "workflow_not_published"): of_draft_only,
    (413, "payload_too_large"): lambda world: post(world, published(world), {**START, "input": LARGE_INPUT}),
    (429, "namespace_quota_exceeded"): created_past_the_quota,
    (422, "idempotency_key_reused"): created_with_a_used_key,
    (409, "idempotency_in_progress"): created_twice_at_once,
    (500, "script_error"): lambda world: start(world, workflow(FAILING)),
    (500, "invalid_transition"): lambda world: start(world, workflow(STUCK)),
    (500, "data_limit_exceeded"): lambda world: start(world, workflow(GROWING)),
    (500, "step_limit_exceeded"): lambda world: start(world, workflow(round_and_round("first"))),
    (500, "http_error"): lambda world: start(served(world, NOT_FOUND), workflow(CALLING)),
    (500, "http_timeout"): lambda world: start(served(world, NO_ANSWER), workflow(CALLING)),
}


def resumption(ending: str) -> dict[tuple[int, str], Situation]:
    """What both ways to resume refuse; `ending` is what follows the path of the instance."""

    def resumed(definition: dict[str, Any], body: Any = DECISION) -> Situation:
        return lambda world: post(world, started(world, definition) + ending, body)

    def then(state: dict[str, Any]) -> Situation:
        return resumed(asked_before(state))

    def with_a_used_key(world: World) -> Answered:
        path = started(world) + ending
        post(world, path, DECISION, KEY)
        return post(world, path, {}, KEY)

    def twice_at_once(world: World) -> Answered:
        path = started(world, asked_before(CALLING)) + ending
        return meanwhile(world, lambda: post(world, path, DECISION, KEY))

    return {
        (404, "instance_not_found"): lambda world: post(world, f"/workflows/instances/{NO_INSTANCE}{ending}", DECISION),
        (400, "invalid_input"): resumed(workflow(ASKING), {"input": {}}),
        (400, "invalid_transition"): resumed(workflow(ASKING), {"input": {"size": 3}}),
        (409, "concurrent_modification"): resumed(APPROVAL, {**DECISION, "expected_state": "elsewhere"}),
        (413, "payload_too_large"): resumed(APPROVAL, {"input": LARGE_INPUT}),
        (422, "idempotency_key_reused"): with_a_used_key,
        (409, "idempotency_in_progress"): twice_at_once,
        (500, "script_error"): then(FAILING),
        (500, "invalid_transition"): then(STUCK),
        (500, "data_limit_exceeded"): then(GROWING),
        (500, "step_limit_exceeded"): then(round_and_round("then")),
        (500, "http_error"): lambda world: then(CALLING)(served(world, NOT_FOUND)),
        (500, "http_timeout"): lambda world: then(CALLING)(served(world, NO_ANSWER)),
    }


def one_file_too_many(world: World) -> Answered:
    with patch("interactor.services.upload_file.MAX_FILES_OF_INSTANCE", 0):
        return post(world, asking_for_a_file(world), INVOICE)


OF_INSTANCES: dict[str, dict[tuple[int, str], Situation]] = {
    "create_instance": CREATION,
    "resume_instance": {
        **resumption("/resume"),
        (400, "instance_not_halted"): lambda world: post(world, f"{ended(world)}/resume", DECISION),
    },
    "resume_thread": {
        **resumption("/threads/thread_main/resume"),
        (404, "thread_not_found"): lambda world: post(world, f"{started(world)}/threads/thread_legal/resume"),
        (400, "thread_not_halted"): lambda world: post(world, f"{ended(world)}/threads/thread_main/resume", DECISION),
    },
    "upload_file": {
        (404, "instance_not_found"): lambda world: post(world, f"/workflows/instances/{NO_INSTANCE}/files", INVOICE),
        (404, "thread_not_found"): (
            lambda world: post(world, asking_for_a_file(world), {**INVOICE, "thread_id": "thread_legal"})
        ),
        (400, "instance_not_halted"): lambda world: post(world, f"{ended(world)}/files", INVOICE),
        (400, "invalid_input"): lambda world: post(world, asking_for_a_file(world), {**INVOICE, "size": 10**8}),
        (400, "file_limit_reached"): one_file_too_many,
    },
    "list_files": {
        (404, "instance_not_found"): lambda world: get(world, f"/workflows/instances/{NO_INSTANCE}/files"),
    },
    "get_file": {
        (404, "instance_not_found"): lambda world: get(world, f"/workflows/instances/{NO_INSTANCE}/files/{NO_FILE}"),
        (404, "file_not_found"): lambda world: get(world, f"{asking_for_a_file(world)}/{NO_FILE}"),
    },
}


def one_secret_too_many(world: World) -> Answered:
    with patch("interactor.services.change_secrets.MAX_SECRETS", 0):
        return world.call("PUT", "/secrets/API_KEY", SECRET)


SECRETS: dict[Refusal, Situation] = {
    ("put_secret", 400, "secret_limit_reached"): one_secret_too_many,
    ("delete_secret", 404, "secret_not_found"): lambda world: world.call("DELETE", "/secrets/API_KEY"),
}

SITUATIONS: dict[Refusal, Situation] = (
    DEFINITIONS
    | TRIGGERS
    | WEBHOOKS
    | SECRETS
    | {
        (operation, status, code): situation
        for operation, situations in OF_INSTANCES.items()
        for (status, code), situation in situations.items()
    }
)

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
