"""The errors of the token endpoints (RFC 6749, 5.2): one class a situation, with its code, its status and its headers.

These are not `interactor.errors`: the token endpoints answer in the form of RFC 6749, the rest of the API in its own.
"""

from collections.abc import Mapping
from typing import ClassVar


class OAuthError(Exception):
    """`error` is the code of the RFC; the text, the class's own unless one is given, is for a person."""

    error: ClassVar[str]
    status: ClassVar[int] = 400
    headers: ClassVar[Mapping[str, str]] = {}
    text: ClassVar[str] = ""

    def __init__(self, text: str = "") -> None:
        super().__init__(text or self.text)


class InvalidRequest(OAuthError):
    error = "invalid_request"


class RequestTooLarge(OAuthError):
    error, status = "invalid_request", 413
    text = "The body is too large"


class MethodNotAllowed(OAuthError):
    error, status = "invalid_request", 405
    headers: ClassVar[Mapping[str, str]] = {"Allow": "POST"}
    text = "The token endpoints take POST only"


class InvalidClient(OAuthError):
    error, status = "invalid_client", 401
    headers: ClassVar[Mapping[str, str]] = {"WWW-Authenticate": 'Basic realm="interactor"'}
    text = "The client is unknown or its credentials are wrong"


class WrongLogin(OAuthError):
    """An unknown user, a wrong password and an account that may not sign in are one situation to the caller."""

    error = "invalid_grant"
    text = "The user name or the password is wrong"


class SignInIncomplete(OAuthError):
    error = "invalid_grant"
    text = "The identity provider first asks for a new password or a second factor, which this endpoint does not offer"


class WrongRefreshToken(OAuthError):
    error = "invalid_grant"
    text = "The refresh token is invalid, expired or revoked"


class UnauthorizedClient(OAuthError):
    error = "unauthorized_client"
    text = "The client may not use this grant"


class UnsupportedGrantType(OAuthError):
    error = "unsupported_grant_type"
    text = "'grant_type' must be refresh_token or client_credentials"


class InvalidScope(OAuthError):
    error = "invalid_scope"
    text = "The requested scopes are more than the client or user has"


class Throttled(OAuthError):
    error, status = "temporarily_unavailable", 429
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "1"}
    text = "Too many token requests"


class Unavailable(OAuthError):
    error, status = "temporarily_unavailable", 503
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "5"}
    text = "The identity provider is unavailable"
