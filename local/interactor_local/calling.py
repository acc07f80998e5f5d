"""Calls a local stack's API over HTTP, as any client would: logs in, and sends JSON."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any


class CallFailed(Exception):
    """The API did not answer, or with an error; the message shows it."""


@dataclass(frozen=True, slots=True)
class Caller:
    """`stack` is the content of `stack.json`."""

    stack: dict[str, Any]

    def token(self, name: str, scopes: str | None = None) -> str:
        """An access token of a principal, with all of its scopes or with `scopes`, separated by spaces. Raises
        CallFailed.
        """
        principal = self.stack["principals"].get(name)
        if principal is None:
            raise CallFailed(f"there is no principal {name}; choose one of {', '.join(self.stack['principals'])}")
        if "username" in principal:
            path, body = "/api/v1/auth/login", {key: principal[key] for key in ("username", "password")}
        else:
            path, body = "/api/v1/oauth/token", {"grant_type": "client_credentials", **principal}
        token: str = self.send("POST", path, {**body, **({"scope": scopes} if scopes else {})})["access_token"]
        return token

    def send(self, method: str, path: str, body: Any = None, token: str | None = None) -> Any:
        """Send a request; `body` and the answer are JSON values. Raises CallFailed for every status but 2xx."""
        url = f"{self.stack['base_url']}{path}"
        request = urllib.request.Request(url, method=method)  # noqa: S310  # the stack's own address
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
                return json.load(response)
        except urllib.error.HTTPError as error:
            answer = error.read().decode(errors="replace")
            raise CallFailed(f"{method} {path} answers {error.code}: {answer}") from error
        except urllib.error.URLError as error:
            raise CallFailed(f"nothing answers at {self.stack['base_url']}: {error.reason}") from error
