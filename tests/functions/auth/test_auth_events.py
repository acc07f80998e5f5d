"""The auth function turns API Gateway's events into token requests, and answers with bare JSON and a request id."""

import json
from pathlib import Path
from typing import Any

import pytest

from functions.auth.app import respond
from interactor.auth.oauth import TokenEndpoints
from tests.auth.providers import LOGIN_CLIENT, Provider

EVENTS = Path(__file__).parents[3] / "events"


def sample(name: str, **changes: Any) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return {**event, **changes}


def answer(event: dict[str, Any], provider: Provider | None = None) -> dict[str, Any]:
    return respond(event, TokenEndpoints(provider or Provider(), LOGIN_CLIENT), lambda: "req_new")


@pytest.mark.parametrize("path", ["/api/v1/auth/login", "/auth/login"])
def test_a_login_answers_bare_json(path: str) -> None:
    response = answer(sample("auth_login", rawPath=path))
    assert response["statusCode"] == 200
    assert response["headers"]["Content-Type"] == "application/json"
    assert response["headers"]["Cache-Control"] == "no-store"
    assert json.loads(response["body"])["token_type"] == "Bearer"


@pytest.mark.parametrize("path", ["/api/v1/oauth/token", "/oauth/token"])
def test_a_form_with_http_basic_arrives_whole(path: str) -> None:
    provider = Provider()
    response = answer(sample("auth_token", rawPath=path), provider)
    assert json.loads(response["body"])["scope"] == "workflows:read"
    assert provider.calls == [("client_token", "service", "s+cret/", frozenset({"workflows:read"}))]


@pytest.mark.parametrize("body", ["", None, "\ud800", "null"])
def test_a_strange_body_is_the_clients_error(body: str | None) -> None:
    response = answer(sample("auth_login", body=body))
    assert response["statusCode"] == 400
    assert json.loads(response["body"])["error"] == "invalid_request"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_another_method_is_not_allowed(method: str) -> None:
    event = sample("auth_login")
    event["requestContext"]["http"]["method"] = method
    response = answer(event)
    assert response["statusCode"] == 405
    assert response["headers"]["Allow"] == "POST"


def test_an_error_has_its_headers() -> None:
    event = sample("auth_token", body="grant_type=client_credentials", isBase64Encoded=False)
    del event["headers"]["authorization"]
    response = answer(event)
    assert response["statusCode"] == 401
    assert response["headers"]["WWW-Authenticate"] == 'Basic realm="interactor"'


def test_the_clients_request_id_comes_back() -> None:
    assert answer(sample("auth_login"))["headers"]["X-Request-Id"] == "trace-1"


@pytest.mark.parametrize("given", [None, "", "a b", "a" * 129, "trace-1\n", "trace-é", "trace,trace"])
def test_a_request_id_that_is_none_is_replaced(given: str | None) -> None:
    event = sample("auth_login")
    event["headers"] = {"content-type": "application/json"} | ({} if given is None else {"x-request-id": given})
    assert answer(event)["headers"]["X-Request-Id"] == "req_new"


def test_a_fault_of_ours_says_nothing_of_itself(caplog: pytest.LogCaptureFixture) -> None:
    provider = Provider()
    provider.claims = {"scope": 1}
    response = answer(sample("auth_login"), provider)
    assert response["statusCode"] == 500
    assert json.loads(response["body"]) == {"error": "server_error"}
    assert response["headers"]["X-Request-Id"] == "trace-1"
    assert [record.__dict__["request_id"] for record in caplog.records] == ["trace-1"]
