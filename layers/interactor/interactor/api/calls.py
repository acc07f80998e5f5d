"""A call as the handlers see it: the gateway's event, read strictly and once.

Owns the reading of body, query, headers and request id, and what a client is told when they cannot be read. Knows
nothing of routes; `api.py` does.
"""

import base64
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError

from interactor import json_text
from interactor.auth.principals import Principal
from interactor.clock import Millis
from interactor.engine.signals import Origin
from interactor.engine.wording import shown
from interactor.errors import InvalidRequest, PayloadTooLarge, WorkflowNotFound
from interactor.json_text import InvalidJson, Json

MAX_BODY_BYTES = 2 * 1024 * 1024
"""Twice the largest definition, so that one written with indentation fits; a Lambda could take 6 MB."""

_PROBLEMS_TOLD = 20
"""Of a body's problems; a body of 2 MB can have a hundred thousand, and an answer holds 6 MB."""

_WORKFLOW_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")
_TRACE_PARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

_Body = TypeVar("_Body", bound=BaseModel)


def request_id_of(event: Mapping[str, Any], fallback: str) -> str:
    """The client's own id if it is well-formed, else `fallback` (docs/api.md)."""
    own = event.get("headers", {}).get("x-request-id", "")
    return own if _REQUEST_ID.fullmatch(own) else fallback


class Call:
    """One request of an authenticated caller. `arrived_at` is when the gateway took it."""

    def __init__(
        self,
        event: Mapping[str, Any],
        path_parameters: Mapping[str, str],
        request_id: str,
        arrived_at: Millis,
        endpoint: str,
        caller: Principal | None,
    ) -> None:
        self._event = event
        self.path_parameters = path_parameters
        self.request_id = request_id
        self.arrived_at = arrived_at
        self.endpoint = endpoint
        """Method and path, for idempotency."""
        self._caller = caller

    @cached_property
    def headers(self) -> Mapping[str, str]:
        return self._event.get("headers") or {}

    @property
    def principal(self) -> Principal:
        if self._caller is None:
            raise ValueError("this operation takes no token")
        return self._caller

    @property
    def workflow_name(self) -> str:
        """The workflow that the path names. Raises WorkflowNotFound for what cannot be a name, without asking the
        database.
        """
        name = self.path_parameters["workflow_name"]
        if not _WORKFLOW_NAME.fullmatch(name):
            raise WorkflowNotFound(f"Workflow '{name}' not found")
        return name

    @property
    def origin(self) -> Origin:
        return Origin(self.principal.subject, self.request_id, self.trace_parent)

    @property
    def trace_parent(self) -> str | None:
        """The W3C trace context; a malformed one is ignored (https://www.w3.org/TR/trace-context/#traceparent-header)."""
        value = self.headers.get("traceparent", "")
        return value if _TRACE_PARENT.fullmatch(value) else None

    @property
    def idempotency_key(self) -> str | None:
        key = self.headers.get("idempotency-key")
        if key is not None and not _IDEMPOTENCY_KEY.fullmatch(key):
            raise InvalidRequest(
                "'Idempotency-Key' must be 1 to 255 printable ASCII characters", {"header": "Idempotency-Key"}
            )
        return key

    @property
    def prefers_async(self) -> bool:
        """`Prefer: respond-async` (RFC 7240, 4.1)."""
        preferences = self.headers.get("prefer", "").lower().split(",")
        return any(preference.split(";")[0].strip() == "respond-async" for preference in preferences)

    @cached_property
    def json(self) -> Json:
        """The body as JSON; None where there is none. Raises InvalidRequest, PayloadTooLarge."""
        body = self._event.get("body") or ""
        raw = base64.b64decode(body) if self._event.get("isBase64Encoded") else body.encode("utf-8", "surrogatepass")
        if len(raw) > MAX_BODY_BYTES:
            message = f"The body has {len(raw)} bytes, the limit is {MAX_BODY_BYTES}"
            raise PayloadTooLarge(message, {"limit": MAX_BODY_BYTES})
        if not raw:
            return None
        try:
            return json_text.parse(raw)
        except InvalidJson as error:
            raise InvalidRequest(f"The body is not valid JSON: {error}") from error

    @property
    def object(self) -> dict[str, Json]:
        """The body as a JSON object. Raises InvalidRequest, PayloadTooLarge."""
        document = self.json
        if not isinstance(document, dict):
            found = shown(document) if self._event.get("body") else "empty"
            raise InvalidRequest(f"The body must be a JSON object, not {found}")
        return document

    def body(self, model: type[_Body]) -> _Body:
        """The body as its model; no body counts as `{}`. Raises InvalidRequest naming each property that is wrong."""
        document = self.object if self._event.get("body") else {}
        return _checked(model, document, "property")

    def query(self, model: type[_Body]) -> _Body:
        """The query parameters as their model. Raises InvalidRequest."""
        try:
            pairs = parse_qsl(self._event.get("rawQueryString", ""), keep_blank_values=True, errors="strict")
        except (UnicodeDecodeError, ValueError) as error:
            raise InvalidRequest("The query string is not valid UTF-8") from error
        parameters: dict[str, Json] = {}
        for name, value in pairs:
            if name in parameters:
                raise InvalidRequest.of(((name,), "is given twice"))
            parameters[name] = value
        return _checked(model, parameters, "parameter")


def _checked(model: type[_Body], values: dict[str, Json], called: str) -> _Body:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        from interactor.engine import shape  # only for what is wrong: not for a cold start

        raise InvalidRequest.of(*shape.findings(model, values, error, _PROBLEMS_TOLD, called)) from error
