"""The grant `refresh_token`: a new access token, on request with fewer scopes."""

import pytest

from tests.auth.providers import FORM, LOGIN_CLIENT, Provider, ask_token

REFRESH = {"grant_type": "refresh_token", "refresh_token": "refresh-1"}


def test_the_answer_has_a_new_access_token_and_the_refresh_token_that_stays_good() -> None:
    answer = ask_token(Provider(), {**REFRESH, "client_id": "people"})
    assert answer.status == 200
    assert answer.body["refresh_token"] == "refresh-1"
    assert answer.body["scope"] == "workflows:read workflows:write"


def test_a_refresh_token_that_the_provider_replaces_is_passed_on() -> None:
    provider = Provider()
    provider.rotated_refresh_token = "refresh-2"
    assert ask_token(provider, REFRESH).body["refresh_token"] == "refresh-2"


@pytest.mark.parametrize(("given", "used"), [("console", "console"), ("", LOGIN_CLIENT)])
def test_without_a_client_id_the_refresh_is_that_of_a_login(given: str, used: str) -> None:
    provider = Provider()
    ask_token(provider, f"grant_type=refresh_token&refresh_token=refresh-1&client_id={given}".encode(), FORM)
    assert provider.calls == [("refresh", used, "refresh-1", None)]


def test_the_token_is_narrowed_to_the_requested_scopes() -> None:
    answer = ask_token(Provider(), {**REFRESH, "scope": "workflows:read"})
    assert answer.status == 200
    assert answer.body["scope"] == "workflows:read"


@pytest.mark.parametrize(
    "scope",
    [
        "webhooks:manage",
        "workflows:read webhooks:manage",
        "workflows:reads",
        "workflows:*",
        "interactor/workflows:read",
        "workflows:read  workflows:write",
        " workflows:read",
        "aws.cognito.signin.user.admin",
    ],
)
def test_scopes_beyond_the_users_are_refused(scope: str) -> None:
    answer = ask_token(Provider(), {**REFRESH, "scope": scope})
    assert (answer.status, answer.body["error"]) == (400, "invalid_scope")


def test_a_token_that_the_provider_did_not_narrow_is_not_let_out() -> None:
    provider = Provider()
    provider.narrows = False
    answer = ask_token(provider, {**REFRESH, "scope": "workflows:read"})
    assert answer.status == 503
    assert "access_token" not in answer.body


def test_a_wrong_refresh_token_is_an_invalid_grant() -> None:
    answer = ask_token(Provider(), {**REFRESH, "refresh_token": "refresh-0"})
    assert (answer.status, answer.body["error"]) == (400, "invalid_grant")


def test_the_refresh_token_is_required() -> None:
    answer = ask_token(Provider(), {"grant_type": "refresh_token"})
    assert (answer.status, answer.body["error"]) == (400, "invalid_request")


def test_a_secret_with_a_refresh_is_an_invalid_client() -> None:
    answer = ask_token(Provider(), {**REFRESH, "client_id": "people", "client_secret": "any"})
    assert (answer.status, answer.body["error"]) == (401, "invalid_client")
