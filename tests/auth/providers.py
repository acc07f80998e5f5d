"""An identity provider for the tests: it knows one user and one service account, and records its calls."""

import json
from typing import Any

from interactor.auth.oauth import Answer, IssuedTokens, TokenEndpoints
from interactor.auth.oauth_errors import InvalidClient, OAuthError, WrongLogin, WrongRefreshToken
from interactor.auth.oauth_request import TokenRequest
from tests.auth.minting import token

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
LOGIN_CLIENT = "people"


class Provider:
    """Grants what the user or client has of what is asked for. The next token can be made another, or an error."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.has = frozenset({"workflows:read", "workflows:write"})
        self.narrows = True
        self.claims: dict[str, Any] = {}
        self.rotated_refresh_token: str | None = None
        self.fails_with: OAuthError | None = None

    def sign_in(self, client_id: str, username: str, password: str) -> IssuedTokens:
        self._record("sign_in", client_id, username, password)
        if (username, password) != ("ann", "right"):
            raise WrongLogin
        return self._issued(None, "refresh-1")

    def refresh(self, client_id: str, refresh_token: str, scopes: frozenset[str] | None) -> IssuedTokens:
        self._record("refresh", client_id, refresh_token, scopes)
        if refresh_token != "refresh-1":
            raise WrongRefreshToken
        return self._issued(scopes, self.rotated_refresh_token)

    def client_token(self, client_id: str, client_secret: str, scopes: frozenset[str] | None) -> IssuedTokens:
        self._record("client_token", client_id, client_secret, scopes)
        if (client_id, client_secret) != ("service", "s+cret/"):
            raise InvalidClient
        return self._issued(scopes, None)

    def _record(self, *call: Any) -> None:
        self.calls.append(call)
        if self.fails_with is not None:
            raise self.fails_with

    def _issued(self, scopes: frozenset[str] | None, refresh_token: str | None) -> IssuedTokens:
        granted = self.has if scopes is None or not self.narrows else self.has & scopes
        access_token = token({"scope": " ".join(sorted(granted)), **self.claims})
        return IssuedTokens(access_token, 3600, refresh_token)


def login(provider: Provider, body: Any, content_type: str | None = JSON) -> Answer:
    return TokenEndpoints(provider, LOGIN_CLIENT).login(TokenRequest(content_type, None, _bytes(body)))


def ask_token(
    provider: Provider, body: Any, content_type: str | None = JSON, authorization: str | None = None
) -> Answer:
    return TokenEndpoints(provider, LOGIN_CLIENT).token(TokenRequest(content_type, authorization, _bytes(body)))


def _bytes(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()
