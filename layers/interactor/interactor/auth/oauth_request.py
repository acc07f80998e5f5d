"""Reading a request to a token endpoint: its parameters from JSON or a form, its scopes, its client's credentials.

Everything a client can get wrong in the form of a request is found here and raised as one of `oauth_errors`. What the
values are worth is for the identity provider to say.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from interactor import json_text
from interactor.auth.oauth_errors import InvalidClient, InvalidRequest, InvalidScope, RequestTooLarge
from interactor.auth.principals import SCOPES
from interactor.json_text import Json

MAX_BODY_BYTES = 16_384
"""Room for a refresh token of any provider; nothing else in a request for a token is long."""

_MAX_PARAMETERS = 50

# The characters that RFC 6749, appendix A, allows in each parameter. NUL, line ends and lone surrogates are in none.
_TEXT = re.compile("[\t\x20-\x7e\x80-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")
_VISIBLE = re.compile("[\x20-\x7e]+")
_GRAMMAR = {
    "grant_type": _VISIBLE,
    "username": _TEXT,
    "password": _TEXT,
    "refresh_token": _VISIBLE,
    "client_id": _VISIBLE,
    "client_secret": _VISIBLE,
    "scope": _VISIBLE,
}


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """An HTTP request to a token endpoint, its header values as they came."""

    content_type: str | None
    authorization: str | None
    body: bytes


def read_parameters(request: TokenRequest) -> dict[str, str]:
    """The known parameters of the body. Empty ones count as absent, unknown ones do not count (RFC 6749, 3.2).

    Raises `InvalidRequest` and `RequestTooLarge`.
    """
    if len(request.body) > MAX_BODY_BYTES:
        raise RequestTooLarge
    media_type = (request.content_type or "").partition(";")[0].strip().lower()
    if media_type == "application/json":
        document = _json_object(request.body)
    elif media_type == "application/x-www-form-urlencoded":
        document = _form(request.body)
    else:
        raise InvalidRequest("The content type must be application/json or application/x-www-form-urlencoded")
    known = {name: document[name] for name in _GRAMMAR if document.get(name, "") != ""}
    for name, value in known.items():
        if not isinstance(value, str):
            raise InvalidRequest(f"'{name}' must be a string")
        if _GRAMMAR[name].fullmatch(value) is None:
            raise InvalidRequest(f"'{name}' contains a character that it may not contain")
    return known


def required(parameters: Mapping[str, str], name: str) -> str:
    """The parameter of this name. Raises `InvalidRequest` when it is absent."""
    if name not in parameters:
        raise InvalidRequest(f"'{name}' is required")
    return parameters[name]


def requested_scopes(parameters: Mapping[str, str]) -> frozenset[str] | None:
    """The scopes asked for, `None` for all that the caller has. Raises `InvalidScope` for one that does not exist."""
    if "scope" not in parameters:
        return None
    scopes = frozenset(parameters["scope"].split(" "))
    if not scopes <= SCOPES:
        raise InvalidScope(f"'scope' may contain {', '.join(sorted(SCOPES))}, separated by single spaces")
    return scopes


def client_credentials(request: TokenRequest, parameters: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The client's id and secret, from the body or by HTTP Basic, not from both (RFC 6749, 2.3).

    Raises `InvalidClient` for a header that is not one, `InvalidRequest` for a request that says two things.
    """
    client_id, client_secret = parameters.get("client_id"), parameters.get("client_secret")
    if request.authorization is None:
        return client_id, client_secret
    if client_secret is not None:
        raise InvalidRequest("The client's secret is given both in the body and in the Authorization header")
    basic_id, basic_secret = _basic_credentials(request.authorization)
    if client_id not in (None, basic_id):
        raise InvalidRequest("The body and the Authorization header name different clients")
    return basic_id, basic_secret


def _json_object(body: bytes) -> dict[str, Json]:
    try:
        document = json_text.parse(body)
    except json_text.InvalidJson as error:
        raise InvalidRequest("The body is not JSON, or has a key twice") from error
    if not isinstance(document, dict):
        raise InvalidRequest("The body must be a JSON object")
    return document


def _form(body: bytes) -> dict[str, Json]:
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MAX_PARAMETERS,
        )
    except ValueError as error:
        raise InvalidRequest("The body is not a form") from error
    document: dict[str, Json] = dict(pairs)
    if len(document) != len(pairs):
        raise InvalidRequest("A parameter appears twice")
    return document


def _basic_credentials(authorization: str) -> tuple[str, str]:
    """Id and secret, each form-encoded before they were joined (RFC 6749, 2.3.1).

    A plus sign stays one: no id or secret contains a space, and many clients send them as they are.
    """
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise InvalidClient
    try:
        joined = base64.b64decode(encoded, validate=True).decode("ascii")
        client_id, _, client_secret = (unquote(part, errors="strict") for part in joined.partition(":"))
    except ValueError as error:
        raise InvalidClient from error
    if not (_VISIBLE.fullmatch(client_id) and _VISIBLE.fullmatch(client_secret)):
        raise InvalidClient
    return client_id, client_secret
