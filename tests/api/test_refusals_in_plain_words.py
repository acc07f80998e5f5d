"""What is wrong in a body or a query is told at its place, with the value and what is allowed, never in the words of
the library that reads it.
"""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from interactor.api.routes.route import Route
from tests.api.matrix import BODIES, PROTECTED, TAKES_BODY, Place, name_of
from tests.world import world

NAMES = "must be 1 to 64 of the characters A-Z a-z 0-9 _ -"
NAMESPACES = "must be 1 to 128 of the characters A-Z a-z 0-9 _ . : @ / + = -"
TOLD: list[tuple[str, dict[str, Any], str, str]] = [
    ("create_instance", {"namespace": "a b"}, "namespace", f"{NAMESPACES}, not 'a b'"),
    ("create_instance", {"namespace": 5}, "namespace", "must be a string, not 5"),
    ("create_instance", {"input": [1]}, "input", "must be an object, not an array"),
    ("create_instance", {"inputs": {}}, "inputs", "Unknown property 'inputs'; did you mean 'input'?"),
    ("create_instance", {"colour": 1}, "colour", "Unknown property 'colour' (known: namespace, input, version_id)"),
    ("cancel_instance", {"force": True}, "force", "Unknown property 'force' (known: none)"),
    ("resume_instance", {"user_input": 1}, "user_input", "must be an object, not 1"),
    ("simulate_workflow", {"answers": [{"state": "a b"}]}, "answers[0].state", f"{NAMES}, not 'a b'"),
    (
        "simulate_workflow",
        {"answers": [{"stat": "ask"}]},
        "answers[0].stat",
        "Unknown property 'stat'; did you mean 'state'?",
    ),
    ("simulate_workflow", {"http": {"a b": {}}}, 'http["a b"]', f"{NAMES}, not 'a b'"),
    ("simulate_workflow", {"http": {"ask": 1}}, "http.ask", "must be an object, not 1"),
    (
        "simulate_workflow",
        {"http": {"ask": [{"error": "boom"}]}},
        "http.ask[0].error",
        "must be 'http_timeout' or 'http_error', not 'boom'",
    ),
    (
        "simulate_workflow",
        {"wait": "2h"},
        "wait",
        "must be an ISO 8601 duration of at most 90 days, such as PT2H or P1D, not '2h'",
    ),
    (
        "upload_file",
        {"content_type": "pdf"},
        "content_type",
        "must be a MIME type without parameters, such as application/pdf, not 'pdf'",
    ),
    (
        "upload_file",
        {"filename": "a/b"},
        "filename",
        "must be 1 to 255 characters without /, \\ and control characters, not 'a/b'",
    ),
    ("upload_file", {"filename": "\ud800"}, "filename", "holds text that is not Unicode (half of a surrogate pair)"),
    ("upload_file", {"size": 1.5}, "size", "must be an integer, not 1.5"),
    ("create_trigger", {"input": 5}, "input", "must be an object or one placeholder such as '${event.detail}', not 5"),
    (
        "create_trigger",
        {"event_pattern": {"a": ["x", {}]}},
        "event_pattern.a[1]",
        "a comparison has one operator, this has 0",
    ),
    (
        "create_subscription",
        {"events": ["workflow.instance.halt"]},
        "events[0]",
        "'workflow.instance.halt' is no event; did you mean 'workflow.instance.halted'?",
    ),
    ("create_subscription", {"secret": "short"}, "secret", "must be 32 to 256 printable ASCII characters"),
    ("update_subscription", {"rotate_secret": False}, "rotate_secret", "must be true, not false"),
    ("start_replay", {"since": "today"}, "since", "must be an ISO 8601 time such as 2026-01-20T12:00:00Z, not 'today'"),
    (
        "create_subscription",
        {"url": f"https://example.com/{'x' * 2000}"},
        "url",
        "must have at most 2000 characters, not 2020",
    ),
    ("put_secret", {"value": 12345678}, "value", "must be a string"),
]
TOLD_OF_QUERIES = [
    ("list_instances", "limit=many", "limit", "must be an integer, not 'many'"),
    ("list_instances", "limit=0", "limit", "must be greater than or equal to 1, not '0'"),
    ("list_instances", "statuss=failed", "statuss", "Unknown parameter 'statuss'; did you mean 'status'?"),
    ("list_instances", "namespace=a%20b", "namespace", f"{NAMESPACES}, not 'a b'"),
    (
        "list_events", "types=halts", "types",
        "must be of transition, step, halt, error, lifecycle, with commas between, not 'halts'",
    ),
    ("list_events", "order=up", "order", "must be 'asc' or 'desc', not 'up'"),
    ("list_events", "order=asc&order=desc", "order", "is given twice"),
    (
        "list_errors", "since=2026-01-20&until=2026-01-19", "since",
        "must be before 'until' (2026-01-19T00:00:00.000Z), not 2026-01-20T00:00:00.000Z",
    ),
    ("get_instance", "x=1", "x", "Unknown parameter 'x' (known: none)"),
]  # fmt: skip
OF_THE_LIBRARY = re.compile(
    r"(Input|String|List|Dictionary|Value) (should|error)|valid (string|integer|dictionary)|\^|\\x"
)
WRONG = [None, True, -1, 1.5, 10**400, "", "a b", "\n", "x" * 3_000, "\ud800", [], [None], {}, {"a b": 1}]
"""Each is wrong somewhere."""


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """One for all: what is refused changes nothing."""
    with world() as fresh:
        yield Place(fresh)


def route_of(operation: str) -> Route:
    return next(route for route in PROTECTED if route.operation == operation)


@pytest.mark.parametrize(("operation", "change", "path", "message"), TOLD)
def test_a_body_is_told_at_its_place(
    place: Place, operation: str, change: dict[str, Any], path: str, message: str
) -> None:
    body = {**BODIES.get(operation, {}), **change}
    error = place.call(route_of(operation), raw=json.dumps(body)).error
    assert error["details"] == {"fields": {path: message}}
    assert error["message"] == f"{path}: {message}"


@pytest.mark.parametrize(("operation", "query", "path", "message"), TOLD_OF_QUERIES)
def test_a_parameter_is_told_by_its_name(place: Place, operation: str, query: str, path: str, message: str) -> None:
    assert place.call(route_of(operation), query=query).error["details"] == {"fields": {path: message}}


def test_all_that_is_wrong_is_told_at_once(place: Place) -> None:
    error = place.call(route_of("create_instance"), raw='{"input": 1, "versionid": "v_1"}').error
    assert error["details"]["fields"] == {
        "namespace": "'namespace' is required",
        "input": "must be an object, not 1",
        "versionid": "Unknown property 'versionid'; did you mean 'version_id'?",
    }


@pytest.mark.parametrize("route", TAKES_BODY, ids=name_of)
def test_no_body_is_told_of_in_words_of_the_library(place: Place, route: Route) -> None:
    assert route.body
    for name in route.body.model_fields:
        for value in WRONG:
            answer = place.call(route, raw=json.dumps({**BODIES.get(route.operation, {}), name: value}))
            told = answer.error["message"] if answer.status == 400 else ""
            assert not OF_THE_LIBRARY.search(told), f"{name}={value!r}: {told}"


@pytest.mark.parametrize("route", PROTECTED, ids=name_of)
def test_no_query_is_told_of_in_words_of_the_library(place: Place, route: Route) -> None:
    for name in route.query.model_fields:
        for value in ("", "a b", "-1", "1.5", "\n", "9" * 3_000, "é"):
            answer = place.call(route, query=f"{name}={quote(value)}")
            told = answer.error["message"] if answer.status == 400 else ""
            assert not OF_THE_LIBRARY.search(told), f"{name}={value!r}: {told}"
