"""What the gateway hands to the API's functions: events of HTTP APIs, payload format 2.0
(https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
"""

import base64
from typing import Any


def gateway_event(
    method: str, path: str, *, headers: dict[str, str], query: str = "", body: str | bytes | None = None, at: int = 0
) -> dict[str, Any]:
    """A request that arrived `at` a moment, its headers' names in lower case; a body of bytes comes encoded."""
    event: dict[str, Any] = {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {"http": {"method": method, "path": path}, "stage": "$default", "timeEpoch": at},
        "isBase64Encoded": isinstance(body, bytes),
    }
    if body is not None:
        event["body"] = base64.b64encode(body).decode() if isinstance(body, bytes) else body
    return event
