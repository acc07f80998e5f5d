"""Called by API Gateway: `POST /auth/login` and `POST /oauth/token`, with or without `/api/v1` before them.

Turns the event into a token request and the answer into a response. These two answer bare JSON as RFC 6749 says, so the
envelope of the other handlers is not used; the request id is.
"""

import base64
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from interactor import json_text
from interactor.auth import issuer
from interactor.auth.cognito import Cognito
from interactor.auth.oauth import Answer, TokenEndpoints, refused
from interactor.auth.oauth_errors import MethodNotAllowed
from interactor.auth.oauth_request import TokenRequest
from interactor.clock import system_clock
from interactor.ids import Ids
from interactor.settings import Settings
from interactor.storage.clients import client

_OPERATIONS = {"/auth/login": TokenEndpoints.login, "/oauth/token": TokenEndpoints.token}
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")

logger = Logger()


def respond(event: dict[str, Any], endpoints: TokenEndpoints, new_request_id: Callable[[], str]) -> dict[str, Any]:
    """The response to an HTTP API event (payload 2.0). A fault of ours is a `server_error` and says no more."""
    request_id = event["headers"].get("x-request-id", "")
    if not _REQUEST_ID.fullmatch(request_id):
        request_id = new_request_id()
    try:
        answer = _answer(event, endpoints)
    except Exception:
        logger.exception("unexpected error", extra={"request_id": request_id, "path": event["rawPath"]})
        answer = Answer(500, {"error": "server_error"}, {"Cache-Control": "no-store"})
    return {
        "statusCode": answer.status,
        "headers": {"Content-Type": "application/json", "X-Request-Id": request_id, **answer.headers},
        "body": json_text.dump(answer.body),
    }


def _answer(event: dict[str, Any], endpoints: TokenEndpoints) -> Answer:
    if event["requestContext"]["http"]["method"] != "POST":
        return refused(MethodNotAllowed())
    operation = _OPERATIONS[event["rawPath"].removeprefix("/api/v1")]
    return operation(endpoints, _token_request(event))


def _token_request(event: dict[str, Any]) -> TokenRequest:
    body = event.get("body") or ""
    content = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode("utf-8", "surrogatepass")
    return TokenRequest(event["headers"].get("content-type"), event["headers"].get("authorization"), content)


@cache
def _endpoints() -> TokenEndpoints:
    settings = Settings.from_environment()
    cognito = Cognito(client("cognito-idp"), settings.token_endpoint, issuer.post_form)
    return TokenEndpoints(cognito, settings.user_pool_client_id)


def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    return respond(event, _endpoints(), lambda: Ids().new("req", system_clock()))
