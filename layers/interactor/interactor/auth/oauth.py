"""The token endpoints: `POST /auth/login` and `POST /oauth/token` in the form of RFC 6749.

Owns the grants and the form of their answers (RFC 6749, 4.4, 5, 6). Requests are read by `oauth_request.py`,
credentials are checked by the identity provider behind a protocol (`cognito.py`), HTTP events are the function's.
Nothing here logs a credential or a token.
"""

import base64
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from interactor import json_text
from interactor.auth.oauth_errors import (
    InvalidClient,
    InvalidScope,
    OAuthError,
    Unavailable,
    UnsupportedGrantType,
    WrongLogin,
    WrongRefreshToken,
)
from interactor.auth.oauth_request import (
    TokenRequest,
    client_credentials,
    read_parameters,
    requested_scopes,
    required,
)
from interactor.json_text import Json

_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer of a token endpoint. Its body is bare JSON (RFC 6749, 5)."""

    status: int
    body: Json
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """What the identity provider issued; no `refresh_token` where the grant has none or the old one stays good."""

    access_token: str
    expires_in: int
    refresh_token: str | None


class IdentityProvider(Protocol):
    """Who checks credentials and issues tokens. Each method raises an `OAuthError` when it does not."""

    def sign_in(self, client_id: str, username: str, password: str) -> IssuedTokens: ...

    def refresh(self, client_id: str, refresh_token: str, scopes: frozenset[str] | None) -> IssuedTokens: ...

    def client_token(self, client_id: str, client_secret: str, scopes: frozenset[str] | None) -> IssuedTokens: ...


class TokenEndpoints:
    """`login_client_id` is the public client in whose name people sign in at `/auth/login`."""

    def __init__(self, provider: IdentityProvider, login_client_id: str) -> None:
        self._provider = provider
        self._login_client_id = login_client_id

    def login(self, request: TokenRequest) -> Answer:
        """`{username, password, scope?}` → tokens. Never raises for anything that a client sends."""
        try:
            parameters = read_parameters(request)
            username, password = required(parameters, "username"), required(parameters, "password")
            scopes = requested_scopes(parameters)
            issued = self._provider.sign_in(self._login_client_id, username, password)
            if scopes is not None and issued.refresh_token is not None:  # a sign-in cannot be narrowed, a refresh can
                return self._refreshed(self._login_client_id, issued.refresh_token, scopes)
            return _granted(issued, scopes, issued.refresh_token, WrongLogin())
        except OAuthError as error:
            return refused(error)

    def token(self, request: TokenRequest) -> Answer:
        """The grants `refresh_token` and `client_credentials`. Never raises for anything that a client sends."""
        try:
            parameters = read_parameters(request)
            grant_type = required(parameters, "grant_type")
            if grant_type == "refresh_token":
                return self._refresh(request, parameters)
            if grant_type == "client_credentials":
                return self._client_credentials(request, parameters)
            raise UnsupportedGrantType
        except OAuthError as error:
            return refused(error)

    def _refresh(self, request: TokenRequest, parameters: Mapping[str, str]) -> Answer:
        refresh_token, scopes = required(parameters, "refresh_token"), requested_scopes(parameters)
        client_id, client_secret = client_credentials(request, parameters)
        # Only public clients get refresh tokens, since the client credentials grant issues none: a secret is a mistake.
        if client_secret is not None:
            raise InvalidClient
        return self._refreshed(client_id or self._login_client_id, refresh_token, scopes)

    def _refreshed(self, client_id: str, refresh_token: str, scopes: frozenset[str] | None) -> Answer:
        issued = self._provider.refresh(client_id, refresh_token, scopes)
        return _granted(issued, scopes, issued.refresh_token or refresh_token, WrongRefreshToken())

    def _client_credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Answer:
        scopes = requested_scopes(parameters)
        client_id, client_secret = client_credentials(request, parameters)
        if client_id is None or client_secret is None:
            raise InvalidClient
        issued = self._provider.client_token(client_id, client_secret, scopes)
        return _granted(issued, scopes, None, InvalidClient())


def _granted(
    issued: IssuedTokens, requested: frozenset[str] | None, refresh_token: str | None, not_a_principal: OAuthError
) -> Answer:
    """The answer that carries the tokens, if they are what was asked for.

    The access token came straight from the identity provider, so its claims are read without checking the signature.
    One that carries no account was not made for this API, and none is let out that can do more than was asked for.
    """
    claims = _claims(issued.access_token)
    if not claims.get("account"):
        _logger.error("The identity provider issued a token without an account")
        raise not_a_principal
    granted = frozenset(claims.get("scope", "").split())
    if requested is not None and not requested <= granted:
        raise InvalidScope
    if requested is not None and granted != requested:
        _logger.error("The identity provider did not narrow a token to the requested scopes")
        raise Unavailable
    body = {
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
        "scope": " ".join(sorted(granted)),
    }
    if refresh_token is not None:
        body["refresh_token"] = refresh_token
    return Answer(200, body, _NO_STORE)


def refused(error: OAuthError) -> Answer:
    """The answer that tells a client of an error."""
    body = {"error": error.error, "error_description": str(error)}
    return Answer(error.status, body, {**_NO_STORE, **error.headers})


def _claims(token: str) -> Json:
    payload = token.split(".")[1]
    return json_text.parse(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
