"""`POST /auth/login`: a name and a password for an access token and a refresh token."""

import pytest

from interactor.auth.oauth_errors import OAuthError, SignInIncomplete, Throttled, Unavailable, WrongLogin
from tests.auth.providers import FORM, LOGIN_CLIENT, Provider, login


def test_the_answer_is_bare_json_with_both_tokens() -> None:
    answer = login(Provider(), {"username": "ann", "password": "right"})
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.body.pop("access_token").count(".") == 2
    assert answer.body == {
        "token_type": "Bearer",
        "expires_in": 3600,
        "refresh_token": "refresh-1",
        "scope": "workflows:read workflows:write",
    }


def test_people_sign_in_in_the_name_of_the_public_client() -> None:
    provider = Provider()
    login(provider, b"username=ann&password=right", FORM)
    assert provider.calls == [("sign_in", LOGIN_CLIENT, "ann", "right")]


def test_an_unknown_user_and_a_wrong_password_get_the_same_answer() -> None:
    wrong_password = login(Provider(), {"username": "ann", "password": "wrong"})
    unknown_user = login(Provider(), {"username": "bob", "password": "right"})
    assert wrong_password == unknown_user
    assert wrong_password.status == 400
    assert wrong_password.body["error"] == "invalid_grant"


def test_a_user_who_is_no_principal_gets_that_answer_too() -> None:
    provider = Provider()
    provider.claims = {"account": None, "namespaces": None}
    assert login(provider, {"username": "ann", "password": "right"}) == login(
        Provider(), {"username": "ann", "password": "wrong"}
    )


@pytest.mark.parametrize(
    ("failure", "status", "error"),
    [
        (WrongLogin(), 400, "invalid_grant"),
        (SignInIncomplete(), 400, "invalid_grant"),
        (Throttled(), 429, "temporarily_unavailable"),
        (Unavailable(), 503, "temporarily_unavailable"),
    ],
)
def test_each_failure_of_the_provider_has_its_answer(failure: OAuthError, status: int, error: str) -> None:
    provider = Provider()
    provider.fails_with = failure
    answer = login(provider, {"username": "ann", "password": "right"})
    assert (answer.status, answer.body["error"]) == (status, error)
    assert ("Retry-After" in answer.headers) == (status in (429, 503))


def test_a_login_for_fewer_scopes_gets_a_token_with_no_more() -> None:
    provider = Provider()
    answer = login(provider, {"username": "ann", "password": "right", "scope": "workflows:read"})
    assert answer.body["scope"] == "workflows:read"
    assert answer.body["refresh_token"] == "refresh-1"
    assert provider.calls == [
        ("sign_in", LOGIN_CLIENT, "ann", "right"),
        ("refresh", LOGIN_CLIENT, "refresh-1", frozenset({"workflows:read"})),
    ]


@pytest.mark.parametrize("scope", ["webhooks:manage", "workflows:reads"])
def test_a_login_for_scopes_beyond_the_users_is_refused(scope: str) -> None:
    answer = login(Provider(), {"username": "ann", "password": "right", "scope": scope})
    assert (answer.status, answer.body["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize("missing", ["username", "password"])
def test_name_and_password_are_both_required(missing: str) -> None:
    answer = login(Provider(), {"username": "ann", "password": "right", missing: ""})
    assert answer.status == 400
    assert answer.body == {"error": "invalid_request", "error_description": f"'{missing}' is required"}


def test_a_password_may_have_any_character_that_people_type() -> None:
    provider = Provider()
    login(provider, {"username": "ann", "password": "pä ss\t🔑"})
    assert provider.calls == [("sign_in", LOGIN_CLIENT, "ann", "pä ss\t🔑")]
