"""What the token endpoints answer is what the document says of them, errors included."""

import json
from typing import Any

import pytest

from functions.auth.app import respond
from interactor.api import examples
from interactor.auth import oauth_errors
from interactor.auth.oauth import TokenEndpoints
from interactor.auth.oauth_errors import OAuthError
from tests.answered import Answered
from tests.api.openapi.documented import OPERATIONS, check, codes, responses
from tests.auth.providers import LOGIN_CLIENT, Provider
from tests.gateway_events import gateway_event

PATHS = {"login": "/api/v1/auth/login", "token": "/api/v1/oauth/token"}
REFRESH = {"grant_type": "refresh_token", "refresh_token": "refresh-1"}
SERVICE = {"grant_type": "client_credentials", "client_id": "service", "client_secret": "s+cret/"}
ANN = {"username": "ann", "password": "right"}


def ask(operation: str, body: Any, provider: Provider | None = None) -> Answered:
    headers = {"content-type": "application/json"}
    event = gateway_event("POST", PATHS[operation], headers=headers, body=json.dumps(body))
    answer = respond(event, TokenEndpoints(provider or Provider(), LOGIN_CLIENT), lambda: "req_1")
    shown = {name: value for name, value in answer["headers"].items() if name != "Pragma"}  # of HTTP/1.0
    return Answered(answer["statusCode"], shown, answer["body"])


@pytest.mark.parametrize(("operation", "body"), [("login", ANN), ("token", REFRESH), ("token", SERVICE)])
def test_tokens(operation: str, body: Any) -> None:
    answered = ask(operation, body)
    assert answered.status == 200
    check(operation, answered)


@pytest.mark.parametrize(
    ("operation", "body", "code"),
    [
        ("login", {}, "invalid_request"),
        ("login", {**ANN, "password": "x" * 20_000}, "invalid_request"),
        ("login", {**ANN, "password": "wrong"}, "invalid_grant"),
        ("login", {**ANN, "scope": "everything"}, "invalid_scope"),
        ("token", {}, "invalid_request"),
        ("token", {**REFRESH, "refresh_token": "x" * 20_000}, "invalid_request"),
        ("token", {"grant_type": "password"}, "unsupported_grant_type"),
        ("token", {**REFRESH, "refresh_token": "other"}, "invalid_grant"),
        ("token", {**REFRESH, "scope": "everything"}, "invalid_scope"),
        ("token", {**SERVICE, "client_secret": "other"}, "invalid_client"),
    ],
)
def test_a_refusal(operation: str, body: Any, code: str) -> None:
    answered = ask(operation, body)
    assert answered.json["error"] == code
    check(operation, answered)


@pytest.mark.parametrize("operation", PATHS)
@pytest.mark.parametrize(
    "error",
    [
        oauth_errors.InvalidClient,
        oauth_errors.SignInIncomplete,
        oauth_errors.Throttled,
        oauth_errors.Unavailable,
    ],
)
def test_a_refusal_of_the_identity_provider(operation: str, error: type[OAuthError]) -> None:
    provider = Provider()
    provider.fails_with = error()
    answered = ask(operation, ANN if operation == "login" else REFRESH, provider)
    assert (answered.status, answered.json["error"]) == (error.status, error.error)
    check(operation, answered)


@pytest.mark.parametrize("operation", PATHS)
def test_a_fault_of_ours(operation: str) -> None:
    provider = Provider()
    provider.claims = {"scope": 1}
    answered = ask(operation, ANN if operation == "login" else REFRESH, provider)
    assert answered.json["error"] == "server_error"
    check(operation, answered)


def test_every_error_is_listed_for_one_of_them() -> None:
    listed = {
        (status, code)
        for operation in PATHS
        for status, response in responses(operation).items()
        if status >= 400
        for code in codes(response)
    }
    of_other_methods = oauth_errors.MethodNotAllowed
    ours = {(error.status, error.error) for error in OAuthError.__subclasses__() if error is not of_other_methods}
    assert listed == ours | {(500, "server_error")}


def test_a_form_is_as_good_as_json() -> None:
    for operation in PATHS:
        content = OPERATIONS[operation]["requestBody"]["content"]
        assert content["application/x-www-form-urlencoded"] == content["application/json"]
        assert content["application/json"]["examples"].keys() == examples.REQUESTS[operation].keys()
