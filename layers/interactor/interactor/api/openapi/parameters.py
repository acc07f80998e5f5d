"""What operations take beside their bodies: names in the path, the query models, headers."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel

from interactor.api.openapi.parts import Generator, Object, ref
from interactor.api.routes.route import Route
from interactor.json_text import Json


def parameters(route: Route, schema_of: Mapping[str, Object]) -> list[Object]:
    in_path = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    # Those that take a key are those that run an instance, so that the other two headers mean something as well.
    headers = ["IdempotencyKey", "Prefer", "TraceParent"] if route.idempotent else []
    return [
        *(_parameter(name, "path", schema_of[name], required=True) for name in in_path),
        *_query_parameters(route.query),
        *(ref("parameters", header) for header in [*headers, "RequestId"]),
    ]


def _query_parameters(model: type[BaseModel]) -> Iterable[Object]:
    properties = model.model_json_schema(schema_generator=Generator).get("properties", {})
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


HEADER_PARAMETERS = {
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
