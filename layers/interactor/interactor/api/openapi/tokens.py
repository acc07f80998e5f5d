"""The two operations of `functions/auth`, in the form of RFC 6749 and so without the envelope of all others."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from interactor.api import examples
from interactor.api.openapi.parts import Object, header_refs, json_content, ref
from interactor.api.openapi.responses import phrase
from interactor.api.schemas import tokens
from interactor.auth import oauth_errors
from interactor.auth.oauth_errors import OAuthError
from interactor.json_text import Json


class TokenOperation(NamedTuple):
    """An operation of `functions/auth`. `security` as OpenAPI has it: one of these, `{}` being none."""

    operation: str
    path: str
    summary: str
    body: Any
    security: list[Object]
    errors: tuple[type[OAuthError], ...]


_TOKEN_ERRORS = (
    oauth_errors.InvalidRequest, oauth_errors.InvalidScope, oauth_errors.InvalidClient, oauth_errors.WrongLogin,
    oauth_errors.RequestTooLarge, oauth_errors.Throttled, oauth_errors.Unavailable,
)  # fmt: skip
TOKEN_OPERATIONS = (
    TokenOperation(
        "login", "/auth/login", "Sign in with a user name and a password", tokens.Login, [], _TOKEN_ERRORS
    ),
    TokenOperation(
        "token", "/oauth/token", "Get a token for a refresh token or a service account", tokens.Grant,
        [{}, {"client": []}],
        (*_TOKEN_ERRORS, oauth_errors.UnauthorizedClient, oauth_errors.UnsupportedGrantType),
    ),
)  # fmt: skip


def described(operation: TokenOperation, schema_of: Mapping[str, Object]) -> Object:
    body = json_content(schema_of[operation.operation], examples.REQUESTS[operation.operation])
    return {
        "operationId": operation.operation,
        "tags": ["Tokens"],
        "summary": operation.summary,
        "security": operation.security,
        "parameters": [ref("parameters", "RequestId")],
        "requestBody": {
            "required": True,
            "content": body | {"application/x-www-form-urlencoded": body["application/json"]},
        },
        "responses": {
            "200": {
                "description": "OK",
                "headers": header_refs("X-Request-Id", "Cache-Control"),
                "content": json_content(schema_of["Tokens"], examples.ANSWERS[operation.operation]),
            },
            **_failures(operation.errors),
        },
    }


def _failures(errors: Iterable[type[OAuthError]]) -> Object:
    found: dict[int, list[type[OAuthError]]] = {}
    for error in errors:
        found.setdefault(error.status, []).append(error)
    failures = {str(status): _failure(status, found[status]) for status in sorted(found)}
    return failures | {"500": _answer(500, {"server_error": {"error": "server_error"}}, [])}


def _failure(status: int, errors: list[type[OAuthError]]) -> Object:
    shown = {
        error.error: {"error": error.error, "error_description": error.text or "'username' is required"}
        for error in errors
    }
    return _answer(status, shown, errors[0].headers)


def _answer(status: int, shown: Mapping[str, Json], headers: Iterable[str]) -> Object:
    code = {"properties": {"error": {"enum": list(shown)}}}
    return {
        "description": phrase(status, shown),
        "headers": header_refs("X-Request-Id", "Cache-Control", *headers),
        "content": json_content({"allOf": [ref("schemas", "TokenError"), code]}, shown),
    }
