"""The one plain address of the API: HTTP on any host name, straight into the emulator's HTTP API.

Does what API Gateway does before a function is asked: holds the sizes of headers and body, and the time a call may
take, to its limits. Requests go to the API and to nothing else of the emulator, which answers on an address of its own.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from ministack.app import app as emulator
from ministack.core.sigv4 import decode_header_value
from ministack.services import apigateway

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Answer = tuple[int, dict[str, Any], bytes]

_LARGEST_HEADERS = 10_240
_LARGEST_BODY = 10 * 1024 * 1024
_TIMEOUT = 30.0
"""https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""


class Front:
    """An ASGI application: the API on `port`, the emulator on every other port that the server listens on."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.api_id: str | None = None
        self.last_request = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.last_request = time.monotonic()
        if scope["type"] == "lifespan" or scope["server"][1] != self._port:
            await emulator(scope, receive, send)
        elif scope["type"] == "http":
            await _reply(send, await self._answer(scope, receive))

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        if self.api_id is None:
            return _message(503, "The stack is starting")
        if _size_of_headers(scope) > _LARGEST_HEADERS:
            return _message(431, "Request Header Fields Too Large")
        body = await _body(receive)
        if body is None:
            return _message(413, "Request Entity Too Large")
        headers = _headers(scope)
        if not _is_text(body):  # the emulator would replace what is not UTF-8; as binary it is passed on as it is
            headers["content-type"] = "application/octet-stream"
        raw_query = scope["query_string"].decode("latin-1")
        path = apigateway.decode_http_api_path(scope["raw_path"].decode("latin-1"))
        query = parse_qs(raw_query, keep_blank_values=True)
        call = apigateway.handle_execute(
            self.api_id, "$default", path, scope["method"], headers, body, query, raw_query_string=raw_query
        )
        try:
            answer: Answer = await asyncio.wait_for(call, _TIMEOUT)
        except TimeoutError:
            return _message(503, "Service Unavailable")
        return answer


def _size_of_headers(scope: Scope) -> int:
    """Bytes of the request line and the headers' values."""
    line = len(scope["method"]) + len(scope["raw_path"]) + len(scope["query_string"])
    return line + sum(len(value) for _, value in scope["headers"])


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None when it is larger than API Gateway takes."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > _LARGEST_BODY:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


def _is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _headers(scope: Scope) -> dict[str, str]:
    """Names in lower case; values of one name joined with commas, as API Gateway's payload 2.0 has them."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), decode_header_value(raw_value)
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers


def _message(status: int, text: str) -> Answer:
    return status, {"content-type": "application/json"}, f'{{"message":"{text}"}}'.encode()


async def _reply(send: Send, answer: Answer) -> None:
    status, headers, body = answer
    lines = [
        (name.lower().encode("latin-1"), str(value).encode("utf-8"))
        for name, given in headers.items()
        for value in (given if isinstance(given, list | tuple) else [given])
        if name.lower() != "content-length"
    ]
    if status != 204:
        lines.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body})
