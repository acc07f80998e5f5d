"""The OpenAPI 3.1 document, generated from the route table, the models that validate, and the errors.

Owns how these become a document (https://spec.openapis.org/oas/v3.1.0.html). What answers look like is in `schemas/`,
examples are in `examples/`. All three are slow to import, so only `GET /openapi.json` does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any, TypeAlias

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from interactor.api import examples, schemas
from interactor.api.examples import errors as error_examples
from interactor.api.routes.route import BASE_PATH, Route
from interactor.api.routes.table import ROUTES
from interactor.api.schemas import tokens
from interactor.auth import oauth_errors
from interactor.auth.oauth_errors import OAuthError
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

Object: TypeAlias = dict[str, Any]

_REF = "#/components/schemas/{model}"

_ABOUT = """\
Workflows with people in them: post a state machine, start instances of it, answer when one halts.

Success is `{"data": …}`, failure `{"error": {"code", "message", "details", "request_id"}}`; `GET /openapi.json` and the
two token endpoints answer without this envelope. Unknown properties and query parameters are errors, 400
`invalid_request`. A path that does not exist is 404 `not_found`, a method that it does not take is 405
`method_not_allowed`. What belongs to another account, or to a namespace that the token does not own, is not found.

Calls are counted by account and minute, in three categories: reads (`GET`), instance creation, and all other writes.
"""

_TAGS = {
    "Workflows": "Definitions and their versions.",
    "Instances": "Running executions of a workflow.",
    "Files": "What people upload for a form.",
    "Triggers": "Events and schedules that start instances.",
    "Webhooks": "Subscriptions to what happens to instances, and every delivery that was tried.",
    "Secrets": "Values that workflows use and nobody sees.",
    "Tokens": "Access tokens, in the form of RFC 6749.",
    "Service": "The API itself.",
}

_RUNS = """

Runs the instance in the call until it waits for somebody or ends, for up to 20 seconds; what remains then goes on
without the caller, and `status` is `running`. An action that fails in the call answers 500 with its code, and the
instance is `failed`."""


@dataclass(frozen=True, slots=True)
class _TokenOperation:
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
_TOKEN_OPERATIONS = (
    _TokenOperation(
        "login", "/auth/login", "Sign in with a user name and a password", tokens.Login, [], _TOKEN_ERRORS
    ),
    _TokenOperation(
        "token", "/oauth/token", "Get a token for a refresh token or a service account", tokens.Grant,
        [{}, {"client": []}],
        (*_TOKEN_ERRORS, oauth_errors.UnauthorizedClient, oauth_errors.UnsupportedGrantType),
    ),
)  # fmt: skip


@cache
def document() -> Object:
    """The document, as JSON. Every call gives the same object: it is not to be changed."""
    schema_of, components = _schemas()
    paths: dict[str, Object] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schema_of)
    for token_operation in _TOKEN_OPERATIONS:
        paths[token_operation.path] = {"post": _token_operation(token_operation, schema_of)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Interactor", "version": BASE_PATH.rpartition("/")[2], "description": _ABOUT},
        "servers": [{"url": BASE_PATH}],
        "tags": [{"name": name, "description": description} for name, description in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": _SHARED_FAILURES,
            "parameters": _HEADER_PARAMETERS,
            "headers": _HEADERS,
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }


class _Generator(GenerateJsonSchema):
    """In the order in which the models were written, and without titles that only repeat names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def sort(self, value: Any, parent_key: str | None = None) -> Any:
        return value


def _schemas() -> tuple[dict[str, Object], dict[str, Object]]:
    """(the schema of each body, answer and path parameter by its name, the components they refer to)."""
    types = dict(schemas.PATH_PARAMETERS)
    types |= {route.answer: schemas.NAMED[route.answer] for route in ROUTES if route.answer}
    types |= {route.operation: route.body for route in ROUTES if route.body}
    types |= {operation.operation: operation.body for operation in _TOKEN_OPERATIONS}
    types |= {name: schemas.NAMED[name] for name in ("Error", "Tokens", "TokenError")}
    generated, definitions = TypeAdapter.json_schemas(
        [(name, "validation", TypeAdapter(type_)) for name, type_ in types.items()],
        ref_template=_REF,
        schema_generator=_Generator,
    )
    components = definitions["$defs"]
    components["NextDefinition"] = _next_definition(components["Definition"])
    schema_of = {name: schema for (name, _), schema in generated.items()}
    return schema_of | {"create_version": _ref("schemas", "NextDefinition")}, components


def _next_definition(definition: Object) -> Object:
    required = [name for name in definition["required"] if name != "name"]
    return definition | {
        "title": "NextDefinition",
        "description": f"{definition['description']} The name is that of the path, and may be left out.",
        "required": required,
    }


def _operation(route: Route, schema_of: Mapping[str, Object]) -> Object:
    operation: Object = {
        "operationId": route.operation,
        "tags": [_tag(route)],
        "summary": route.summary,
        "description": _description(route),
        "security": [{"token": [route.scope]}] if route.scope else [],
        "parameters": _parameters(route, schema_of),
    }
    if route.body:
        operation["requestBody"] = {
            "required": any(field.is_required() for field in route.body.model_fields.values()),
            "content": _json(schema_of[route.operation], examples.REQUESTS.get(route.operation)),
        }
    operation["responses"] = {str(route.status): _success(route, schema_of.get(route.answer))} | _failures(route)
    return operation


def _tag(route: Route) -> str:
    if "/files" in route.path:
        return "Files"
    if "/instances" in route.path:
        return "Instances"
    resource = route.path.split("/")[1]
    return "Service" if resource == "openapi.json" else resource.capitalize()


def _description(route: Route) -> str:
    scope = f"Needs the scope `{route.scope}`." if route.scope else "Needs no token."
    return scope + _RUNS if route.idempotent else scope


# Parameters


def _parameters(route: Route, schema_of: Mapping[str, Object]) -> list[Object]:
    in_path = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    # Those that take a key are those that run an instance, so that the other two headers mean something as well.
    headers = ["IdempotencyKey", "Prefer", "TraceParent"] if route.idempotent else []
    return [
        *(_parameter(name, "path", schema_of[name], required=True) for name in in_path),
        *_query_parameters(route.query),
        *(_ref("parameters", header) for header in [*headers, "RequestId"]),
    ]


def _query_parameters(model: type[BaseModel]) -> Iterable[Object]:
    properties = model.model_json_schema(schema_generator=_Generator).get("properties", {})
    for name, schema in properties.items():
        yield _parameter(name, "query", _without_null(schema), required=False)


def _without_null(schema: Object) -> Object:
    """A query parameter is there or it is not; the models say `None` for the latter."""
    if "anyOf" not in schema:
        return schema
    kept = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    (given,) = (choice for choice in schema["anyOf"] if choice != {"type": "null"})
    return {**kept, **given}


def _parameter(name: str, place: str, schema: Object, *, required: bool) -> Object:
    described = {key: value for key, value in schema.items() if key != "description"}
    return {
        "name": name,
        "in": place,
        "required": required,
        "description": schema["description"],
        "schema": described,
    }


def _header(name: str, description: str, **schema: Json) -> Object:
    return _parameter(name, "header", {"type": "string", "description": description, **schema}, required=False)


_HEADER_PARAMETERS = {
    "RequestId": _header(
        "X-Request-Id",
        "The caller's own id for this request; anything of another form is replaced.",
        pattern="^[A-Za-z0-9._-]{1,128}$",
    ),
    "IdempotencyKey": _header(
        "Idempotency-Key",
        "For 24 hours, another request with the same key and body does nothing and gets the first one's answer.",
        pattern="^[!-~]([ -~]{0,253}[!-~])?$",
        examples=["order_123_approval_v1"],
    ),
    "Prefer": _header(
        "Prefer",
        "`respond-async`: answer at once, and run the instance afterwards (RFC 7240, 4.1).",
        examples=["respond-async"],
    ),
    "TraceParent": _header(
        "traceparent",
        "W3C Trace Context, handed on to the servers that HTTP actions call.",
        examples=["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
    ),
}


# Responses


def _success(route: Route, answer: Object | None) -> Object:
    headers = _headers(
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
        "content": _json(schema, {name: {"data": data} for name, data in shown.items()}),
    }


def _envelope(data: Object) -> Object:
    return {"type": "object", "properties": {"data": data}, "required": ["data"]}


def _failures(route: Route) -> Object:
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
    return _ref("responses", code) if code in _SHARED_FAILURES and not others else _full_failure(status, shown)


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
        "description": _phrase(status, shown),
        "headers": _headers(*headers),
        "content": _json({"allOf": [_ref("schemas", "Error"), code]}, shown),
    }


def _phrase(status: int, codes: Iterable[str]) -> str:
    return f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in codes)}"


_RATE_LIMIT_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
_HEADERS = {
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

_SECURITY_SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token. What an operation needs stands beside it as the name of a scope.",
    },
    "client": {"type": "http", "scheme": "basic", "description": "A service account's client id and secret."},
}


# Tokens


def _token_operation(operation: _TokenOperation, schema_of: Mapping[str, Object]) -> Object:
    body = _json(schema_of[operation.operation], examples.REQUESTS[operation.operation])
    return {
        "operationId": operation.operation,
        "tags": ["Tokens"],
        "summary": operation.summary,
        "security": operation.security,
        "parameters": [_ref("parameters", "RequestId")],
        "requestBody": {
            "required": True,
            "content": body | {"application/x-www-form-urlencoded": body["application/json"]},
        },
        "responses": {
            "200": {
                "description": "OK",
                "headers": _headers("X-Request-Id", "Cache-Control"),
                "content": _json(schema_of["Tokens"], examples.ANSWERS[operation.operation]),
            },
            **_token_failures(operation.errors),
        },
    }


def _token_failures(errors: Iterable[type[OAuthError]]) -> Object:
    found: dict[int, list[type[OAuthError]]] = {}
    for error in errors:
        found.setdefault(error.status, []).append(error)
    failures = {str(status): _token_failure(status, found[status]) for status in sorted(found)}
    return failures | {"500": _token_answer(500, {"server_error": {"error": "server_error"}}, [])}


def _token_failure(status: int, errors: list[type[OAuthError]]) -> Object:
    shown = {
        error.error: {"error": error.error, "error_description": error.text or "'username' is required"}
        for error in errors
    }
    return _token_answer(status, shown, errors[0].headers)


def _token_answer(status: int, shown: Mapping[str, Json], headers: Iterable[str]) -> Object:
    code = {"properties": {"error": {"enum": list(shown)}}}
    return {
        "description": _phrase(status, shown),
        "headers": _headers("X-Request-Id", "Cache-Control", *headers),
        "content": _json({"allOf": [_ref("schemas", "TokenError"), code]}, shown),
    }


# Parts


def _json(schema: Object, shown: Mapping[str, Json] | None) -> Object:
    content: Object = {"schema": schema}
    if shown:
        content["examples"] = {name: {"value": value} for name, value in shown.items()}
    return {"application/json": content}


def _headers(*names: str) -> Object:
    return {name: _ref("headers", name) for name in names}


def _ref(kind: str, name: str) -> Object:
    return {"$ref": f"#/components/{kind}/{name}"}


_SHARED_FAILURES = {
    error.code: _full_failure(error.status, _told(error))
    for error in (InteractorError, InvalidRequest, Unauthorized, Forbidden, RateLimited, PayloadTooLarge)
}
"""What operations answer where these are the only code of their status."""
