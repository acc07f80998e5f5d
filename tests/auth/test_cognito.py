"""Each grant makes one call to Cognito, and each of Cognito's refusals has one meaning."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from interactor.auth.cognito import Cognito
from interactor.auth.issuer import IssuerUnavailable
from interactor.auth.oauth import IssuedTokens
from interactor.auth.oauth_errors import (
    InvalidClient,
    InvalidScope,
    OAuthError,
    SignInIncomplete,
    Throttled,
    UnauthorizedClient,
    Unavailable,
    WrongLogin,
    WrongRefreshToken,
)

ENDPOINT = "https://example.auth.eu-west-1.amazoncognito.com/oauth2/token"
RESULT = {"AccessToken": "access", "IdToken": "id", "ExpiresIn": 3600, "TokenType": "Bearer"}
NOT_A_PRINCIPAL = "PreTokenGeneration failed with error unknown principal."

REFUSALS: list[tuple[str, str, type[OAuthError] | None]] = [
    ("NotAuthorizedException", "Incorrect username or password.", None),
    ("UserNotFoundException", "User does not exist.", None),
    ("UserNotConfirmedException", "User is not confirmed.", None),
    ("PasswordResetRequiredException", "Password reset required for the user", None),
    ("InvalidParameterException", "1 validation error detected", None),
    ("RefreshTokenReuseException", "Refresh token reuse", None),
    ("UserLambdaValidationException", NOT_A_PRINCIPAL, None),
    ("UserLambdaValidationException", "PreTokenGeneration failed with error Timed out.", Unavailable),
    ("ResourceNotFoundException", "User pool client nobody does not exist.", InvalidClient),
    ("TooManyRequestsException", "Rate exceeded", Throttled),
    ("ForbiddenException", "Request not allowed due to WAF block.", Unavailable),
    ("InternalErrorException", "", Unavailable),
    ("500", "", Unavailable),
]


class UserPools:
    """Cognito's API: answers with what it is given, or raises it, and records the calls."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def initiate_auth(self, **arguments: Any) -> Any:
        return self._called("InitiateAuth", arguments)

    def get_tokens_from_refresh_token(self, **arguments: Any) -> Any:
        return self._called("GetTokensFromRefreshToken", arguments)

    def _called(self, operation: str, arguments: dict[str, Any]) -> Any:
        self.calls.append((operation, arguments))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def no_post(url: str, form: Mapping[str, str]) -> tuple[int, bytes]:
    raise AssertionError("The token endpoint is not for this grant")


def cognito(answer: Any) -> Cognito:
    return Cognito(UserPools(answer), ENDPOINT, no_post)


def token_endpoint(status: int, answer: Any) -> Cognito:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return Cognito(UserPools(None), ENDPOINT, lambda url, form: (status, body))


def client_error(code: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "InitiateAuth")


def sign_in(provider: Cognito) -> IssuedTokens:
    return provider.sign_in("people", "ann", "right")


def refresh(provider: Cognito) -> IssuedTokens:
    return provider.refresh("people", "refresh-1", None)


def test_a_login_is_a_password_sign_in() -> None:
    pools = UserPools({"AuthenticationResult": {**RESULT, "RefreshToken": "refresh-1"}})
    assert sign_in(Cognito(pools, ENDPOINT, no_post)) == IssuedTokens("access", 3600, "refresh-1")
    arguments = {
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": "people",
        "AuthParameters": {"USERNAME": "ann", "PASSWORD": "right"},
    }
    assert pools.calls == [("InitiateAuth", arguments)]


def test_a_sign_in_that_is_not_finished_says_so() -> None:
    with pytest.raises(SignInIncomplete):
        sign_in(cognito({"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "s"}))


@pytest.mark.parametrize(
    ("scopes", "metadata"),
    [(None, {}), (frozenset({"workflows:write", "workflows:read"}), {"scope": "workflows:read workflows:write"})],
)
def test_a_refresh_tells_the_trigger_the_requested_scopes(
    scopes: frozenset[str] | None, metadata: dict[str, str]
) -> None:
    pools = UserPools({"AuthenticationResult": RESULT})
    assert Cognito(pools, ENDPOINT, no_post).refresh("people", "refresh-1", scopes) == IssuedTokens(
        "access", 3600, None
    )
    arguments = {"ClientId": "people", "RefreshToken": "refresh-1", "ClientMetadata": metadata}
    assert pools.calls == [("GetTokensFromRefreshToken", arguments)]


@pytest.mark.parametrize(("call", "wrong"), [(sign_in, WrongLogin), (refresh, WrongRefreshToken)])
@pytest.mark.parametrize(("code", "message", "meaning"), REFUSALS, ids=[f"{r[0]} {r[1][:45]}" for r in REFUSALS])
def test_each_refusal_of_the_api_has_its_meaning(
    call: Callable[[Cognito], IssuedTokens],
    wrong: type[OAuthError],
    code: str,
    message: str,
    meaning: type[OAuthError] | None,
) -> None:
    with pytest.raises(meaning or wrong):
        call(cognito(client_error(code, message)))


@pytest.mark.parametrize("fault", [EndpointConnectionError(endpoint_url="x"), ReadTimeoutError(endpoint_url="x")])
def test_an_unreachable_api_is_unavailable(fault: Exception) -> None:
    with pytest.raises(Unavailable):
        sign_in(cognito(fault))


@pytest.mark.parametrize(
    ("scopes", "asked"),
    [
        (None, {}),
        (
            frozenset({"workflows:write", "workflows:read"}),
            {"scope": "interactor/workflows:read interactor/workflows:write"},
        ),
    ],
)
def test_client_credentials_go_to_the_token_endpoint_with_cognitos_names_of_the_scopes(
    scopes: frozenset[str] | None, asked: dict[str, str]
) -> None:
    posted = []

    def post(url: str, form: Mapping[str, str]) -> tuple[int, bytes]:
        posted.append((url, form))
        return 200, b'{"access_token":"access","expires_in":3600,"token_type":"Bearer"}'

    issued = Cognito(UserPools(None), ENDPOINT, post).client_token("service", "secret", scopes)
    assert issued == IssuedTokens("access", 3600, None)
    form = {"grant_type": "client_credentials", "client_id": "service", "client_secret": "secret", **asked}
    assert posted == [(ENDPOINT, form)]


@pytest.mark.parametrize(
    ("status", "answer", "scopes", "meaning"),
    [
        (400, {"error": "invalid_client"}, None, InvalidClient),
        (401, {"error": "invalid_client"}, None, InvalidClient),
        (400, {"error": "invalid_request", "error_description": NOT_A_PRINCIPAL}, None, InvalidClient),
        (400, {"error": "invalid_scope"}, frozenset({"workflows:read"}), InvalidScope),
        (400, {"error": "invalid_grant"}, frozenset({"workflows:read"}), InvalidScope),
        (400, {"error": "invalid_grant"}, None, UnauthorizedClient),
        (400, {"error": "unauthorized_client"}, None, UnauthorizedClient),
        (400, {"error": "invalid_request"}, None, Unavailable),
        (400, [], None, Unavailable),
        (429, b"Too many requests", None, Throttled),
        (500, {"message": "Internal error"}, None, Unavailable),
        (502, b"<html>", None, Unavailable),
        (200, b"<html>", None, Unavailable),
    ],
)
def test_each_refusal_of_the_token_endpoint_has_its_meaning(
    status: int, answer: Any, scopes: frozenset[str] | None, meaning: type[OAuthError]
) -> None:
    with pytest.raises(meaning):
        token_endpoint(status, answer).client_token("service", "secret", scopes)


def test_an_unreachable_token_endpoint_is_unavailable() -> None:
    def post(url: str, form: Mapping[str, str]) -> tuple[int, bytes]:
        raise IssuerUnavailable("ConnectTimeoutError")

    with pytest.raises(Unavailable):
        Cognito(UserPools(None), ENDPOINT, post).client_token("service", "secret", None)


@pytest.mark.parametrize("failure", [client_error(code, message) for code, message, _ in REFUSALS], ids=repr)
def test_no_credential_is_ever_logged(failure: ClientError, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    provider = cognito(failure)
    for call in (
        lambda: provider.sign_in("people", "ann-name", "pass-word"),
        lambda: provider.refresh("people", "r-1", None),
    ):
        with pytest.raises(OAuthError):
            call()
    assert not any(secret in caplog.text for secret in ("ann-name", "pass-word", "r-1"))
