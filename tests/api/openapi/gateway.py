"""The functions as a WSGI application, for tools that speak HTTP: requests become the gateway's events.

Every request is the user's of `tests.world`; the token endpoints stand before the identity provider of the auth tests.
"""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from functions.auth.app import respond
from interactor.api.routes.route import BASE_PATH
from interactor.auth.oauth import TokenEndpoints
from tests.auth.providers import LOGIN_CLIENT, Provider
from tests.gateway_events import gateway_event
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
        method, query = environ["REQUEST_METHOD"], environ["QUERY_STRING"]
        event = gateway_event(method, path, headers=headers, query=query, body=body, at=self.world.clock())
        if path.removeprefix(BASE_PATH) in ("/auth/login", "/oauth/token"):
            answer = respond(event, TokenEndpoints(Provider(), LOGIN_CLIENT), lambda: "req_1")
        else:
            event["headers"]["authorization"] = "Bearer user"
            answer = self.world.handle(event)
        status = HTTPStatus(answer["statusCode"])
        start_response(f"{status.value} {status.phrase}", list(answer["headers"].items()))
        return [answer["body"].encode()]
