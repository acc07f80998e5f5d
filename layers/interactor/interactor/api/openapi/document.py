"""The OpenAPI 3.1 document, generated from the route table, the models that validate, and the errors.

Owns how these become a document (https://spec.openapis.org/oas/v3.1.0.html), a file for each of its sections. What
answers look like is in `schemas/`, examples are in `examples/`.
"""

from collections.abc import Mapping
from functools import cache

from pydantic import TypeAdapter

from interactor.api import examples, schemas
from interactor.api.openapi import tokens
from interactor.api.openapi.parameters import HEADER_PARAMETERS, parameters
from interactor.api.openapi.parts import Generator, Object, json_content, ref
from interactor.api.openapi.responses import HEADERS, SHARED_FAILURES, failures, success
from interactor.api.routes.route import BASE_PATH, Route
from interactor.api.routes.table import ROUTES

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

_SECURITY_SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token. What an operation needs stands beside it as the name of a scope.",
    },
    "client": {"type": "http", "scheme": "basic", "description": "A service account's client id and secret."},
}


@cache
def document() -> Object:
    """The document, as JSON. Every call gives the same object: it is not to be changed."""
    schema_of, components = _schemas()
    paths: dict[str, Object] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schema_of)
    for token_operation in tokens.TOKEN_OPERATIONS:
        paths[token_operation.path] = {"post": tokens.described(token_operation, schema_of)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Interactor", "version": BASE_PATH.rpartition("/")[2], "description": _ABOUT},
        "servers": [{"url": BASE_PATH}],
        "tags": [{"name": name, "description": description} for name, description in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": SHARED_FAILURES,
            "parameters": HEADER_PARAMETERS,
            "headers": HEADERS,
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }


def _schemas() -> tuple[dict[str, Object], dict[str, Object]]:
    """(the schema of each body, answer and path parameter by its name, the components they refer to)."""
    types = dict(schemas.PATH_PARAMETERS)
    types |= {route.answer: schemas.NAMED[route.answer] for route in ROUTES if route.answer}
    types |= {route.operation: route.body for route in ROUTES if route.body}
    types |= {operation.operation: operation.body for operation in tokens.TOKEN_OPERATIONS}
    types |= {name: schemas.NAMED[name] for name in ("Error", "Tokens", "TokenError")}
    generated, definitions = TypeAdapter.json_schemas(
        [(name, "validation", TypeAdapter(type_)) for name, type_ in types.items()],
        ref_template=_REF,
        schema_generator=Generator,
    )
    components = definitions["$defs"]
    components["NextDefinition"] = _next_definition(components["Definition"])
    schema_of = {name: schema for (name, _), schema in generated.items()}
    return schema_of | {"create_version": ref("schemas", "NextDefinition")}, components


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
        "parameters": parameters(route, schema_of),
    }
    if route.body:
        operation["requestBody"] = {
            "required": any(field.is_required() for field in route.body.model_fields.values()),
            "content": json_content(schema_of[route.operation], examples.REQUESTS.get(route.operation)),
        }
    operation["responses"] = {str(route.status): success(route, schema_of.get(route.answer))} | failures(route)
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
