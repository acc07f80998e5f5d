"""What the trigger writes into a token: account, namespaces and, of the requested scopes, those the principal has."""

from typing import Any

import pytest

from interactor.auth.claims import access_token_of, subject_of
from interactor.auth.principals import Principal

PRINCIPAL = Principal(
    "user-1", "acme", frozenset({"workflows:read", "workflows:write"}), frozenset({"user_1", "org_1"})
)
SIGN_IN = "aws.cognito.signin.user.admin"


def event(scopes: list[str], source: str = "Authentication", metadata: dict[str, str] | None = None) -> dict[str, Any]:
    request: dict[str, Any] = {"userAttributes": {"sub": "user-1"}, "scopes": scopes}
    if metadata is not None:
        request["clientMetadata"] = metadata
    return {
        "version": "3",
        "triggerSource": f"TokenGeneration_{source}",
        "callerContext": {"clientId": "client-1"},
        "request": request,
    }


def access_token(of: dict[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = access_token_of(of, PRINCIPAL)["claimsAndScopeOverrideDetails"]["accessTokenGeneration"]
    return changes


def test_the_token_names_account_and_namespaces_and_the_client_as_audience() -> None:
    assert access_token(event([SIGN_IN]))["claimsToAddOrOverride"] == {
        "aud": "client-1",
        "account": "acme",
        "namespaces": ["org_1", "user_1"],
    }


SCOPES = {
    "an API sign-in, which cannot ask, gets all": (
        event([SIGN_IN]),
        ["workflows:read", "workflows:write"],
    ),
    "a client gets what it asks for": (
        event(["interactor/workflows:read"], "ClientCredentials"),
        ["workflows:read"],
    ),
    "a client gets nothing that it does not have": (
        event(["interactor/workflows:read", "interactor/webhooks:manage"], "ClientCredentials"),
        ["workflows:read"],
    ),
    "metadata does not widen what a client asks for": (
        event(["interactor/workflows:read"], "ClientCredentials", {"scope": "workflows:write"}),
        [],
    ),
    "a client that asks for other things gets nothing": (
        event(["other/workflows:read", "openid"], "ClientCredentials"),
        [],
    ),
    "a refresh without a wish gets all": (
        event([SIGN_IN], "RefreshTokens"),
        ["workflows:read", "workflows:write"],
    ),
    "a refresh is narrowed": (
        event([SIGN_IN], "RefreshTokens", {"scope": "workflows:write"}),
        ["workflows:write"],
    ),
    "a refresh is not widened": (
        event([SIGN_IN], "RefreshTokens", {"scope": "workflows:write webhooks:manage"}),
        ["workflows:write"],
    ),
    "a refresh for nothing gets nothing": (
        event([SIGN_IN], "RefreshTokens", {"scope": ""}),
        [],
    ),
    "other metadata changes nothing": (
        event([SIGN_IN], "RefreshTokens", {"theme": "dark"}),
        ["workflows:read", "workflows:write"],
    ),
    "a sign-in at the hosted pages gets what it asks for": (
        event(["openid", "interactor/workflows:read"], "HostedAuth"),
        ["workflows:read"],
    ),
}


@pytest.mark.parametrize(("of", "granted"), SCOPES.values(), ids=SCOPES)
def test_scopes(of: dict[str, Any], granted: list[str]) -> None:
    assert access_token(of)["scopesToAdd"] == granted


def test_none_of_cognitos_own_scopes_stays_in_the_token() -> None:
    scopes = ["openid", SIGN_IN, "interactor/workflows:read"]
    assert access_token(event(scopes))["scopesToSuppress"] == scopes


def test_the_subject_is_the_user_or_where_there_is_none_the_client() -> None:
    assert subject_of(event([SIGN_IN])) == "user-1"
    assert subject_of(event([], "ClientCredentials")) == "client-1"
