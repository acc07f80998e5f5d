"""The functions as a WSGI application, for tools that speak HTTP: requests become the gateway's events.

Every request is the user's of `tests.world`; the token endpoints stand before the identity provider of the auth tests.
"""

import base64
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from functions.auth.app import respond
from interactor.api.routes.route import BASE_PATH
from interactor.auth.oauth import TokenEndpoints
from tests.auth.providers import LOGIN_CLIENT, Provider
from tests.world import World

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class Gateway:
    """Hands requests to whichever world it has been given."""

    world: World

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_") or name == "CONTENT_TYPE"
        }
        event = {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": environ["QUERY_STRING"],
            "headers": headers,
            "requestContext": {
                "http": {"method": environ["REQUEST_METHOD"], "path": path},
                "stage": "$default",
                "timeEpoch": self.world.clock(),
            },
            "isBase64Encoded": True,
            "body": base64.b64encode(body).decode(),
        }
        if path.removeprefix(BASE_PATH) in ("/auth/login", "/oauth/token"):
            answer = respond(event, TokenEndpoints(Provider(), LOGIN_CLIENT), lambda: "req_1")
        else:
            event["headers"]["authorization"] = "Bearer user"
            answer = self.world.handle(event)
        status = HTTPStatus(answer["statusCode"])
        start_response(f"{status.value} {status.phrase}", list(answer["headers"].items()))
        return [answer["body"].encode()]
