"""What operations answer: their success, and one response for each status of their errors, with all of its codes."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from interactor.api import examples
from interactor.api.examples import errors as error_examples
from interactor.api.openapi.parts import Object, header_refs, json_content, ref
from interactor.api.routes.route import Route
from interactor.errors import (
    ActionFailed,
    Forbidden,
    InteractorError,
    InvalidRequest,
    PayloadTooLarge,
    RateLimited,
    Unauthorized,
)
from interactor.json_text import Json


def success(route: Route, answer: Object | None) -> Object:
    headers = header_refs(
        "X-Request-Id",
        *(_RATE_LIMIT_HEADERS if route.scope else ()),
        *(["Idempotent-Replayed"] if route.idempotent else []),
    )
    if answer is None:
        return {"description": HTTPStatus(route.status).phrase, "headers": headers}
    is_bare = route.answer == "OpenApi"
    shown = examples.ANSWERS.get(route.operation, {})
    schema = answer if is_bare else _envelope(answer)
    return {
        "description": HTTPStatus(route.status).phrase,
        "headers": headers,
        "content": json_content(schema, {name: {"data": data} for name, data in shown.items()}),
    }


def _envelope(data: Object) -> Object:
    return {"type": "object", "properties": {"data": data}, "required": ["data"]}


def failures(route: Route) -> Object:
    """One response for each status, with all codes that come with it."""
    found: dict[int, dict[str, Json]] = {}
    for error in (*_common_errors(route), *route.errors):
        found.setdefault(error.status, {}).update(_told(error))
    return {str(status): _failure(status, found[status]) for status in sorted(found)}


def _common_errors(route: Route) -> Iterable[type[InteractorError]]:
    yield InteractorError
    if route.scope:
        yield from (InvalidRequest, Unauthorized, Forbidden, RateLimited)
    if route.body:
        yield PayloadTooLarge


def _told(error: type[InteractorError]) -> dict[str, Json]:
    """The answer to each code of the error."""
    if error is ActionFailed:
        details = error_examples.ACTION_FAILURE_DETAILS
        return {code: _error(code, message, details) for code, message in error_examples.ACTION_FAILURES.items()}
    return {error.code: _error(error.code, *error_examples.ERRORS[error.code])}


def _error(code: str, message: str, details: Json) -> Json:
    request_id = error_examples.REQUEST_ID
    return {"error": {"code": code, "message": message, "details": details, "request_id": request_id}}


def _failure(status: int, shown: Mapping[str, Json]) -> Object:
    code, *others = shown
    return ref("responses", code) if code in SHARED_FAILURES and not others else _full_failure(status, shown)


def _full_failure(status: int, shown: Mapping[str, Json]) -> Object:
    code = {"properties": {"error": {"properties": {"code": {"enum": list(shown)}}}}}
    headers = ["X-Request-Id"]
    if status == HTTPStatus.UNAUTHORIZED:
        headers.append("WWW-Authenticate")
    else:
        headers += _RATE_LIMIT_HEADERS
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        headers.append("Retry-After")
    if "script_error" in shown:  # a failed action is the stored answer to its key
        headers.append("Idempotent-Replayed")
    return {
        "description": phrase(status, shown),
        "headers": header_refs(*headers),
        "content": json_content({"allOf": [ref("schemas", "Error"), code]}, shown),
    }


def phrase(status: int, codes: Iterable[str]) -> str:
    return f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in codes)}"


_RATE_LIMIT_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
HEADERS = {
    "X-RateLimit-Limit": {
        "description": "Calls of this category that the account may make in a minute.",
        "schema": {"type": "integer"},
    },
    "X-RateLimit-Remaining": {
        "description": "How many of them are left; of limits of 2,000 and more, as far as the answering process knows.",
        "schema": {"type": "integer"},
    },
    "X-RateLimit-Reset": {
        "description": "When the next minute begins, in seconds since 1970.",
        "schema": {"type": "integer"},
    },
    "X-Request-Id": {
        "description": "The request's id, as in the error body and the logs.",
        "schema": {"type": "string"},
    },
    "Idempotent-Replayed": {
        "description": "`true` on the stored answer to an earlier request with the same `Idempotency-Key`.",
        "schema": {"const": "true"},
    },
    "WWW-Authenticate": {"description": "RFC 9110, 11.6.1.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
    "Cache-Control": {"description": "RFC 6749, 5.1.", "schema": {"const": "no-store"}},
}

SHARED_FAILURES = {
    error.code: _full_failure(error.status, _told(error))
    for error in (InteractorError, InvalidRequest, Unauthorized, Forbidden, RateLimited, PayloadTooLarge)
}
"""What operations answer where these are the only code of their status."""
