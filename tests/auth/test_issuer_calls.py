"""The calls to the issuer end in its answer or in `IssuerUnavailable`, and follow no redirect."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from interactor.auth.issuer import IssuerUnavailable, get, post_form


class Handler(BaseHTTPRequestHandler):
    received: ClassVar[list[tuple[str, str, str]]] = []

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        self.received.append((self.command, self.headers.get("Content-Type", ""), body))
        self.send_response(int(self.path[1:]))
        self.send_header("Location", "/200")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *arguments: object) -> None:
        """Keeps the test's output clean."""


@pytest.fixture
def issuer() -> Iterator[str]:
    Handler.received.clear()
    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_document_is_what_the_issuer_sends(issuer: str) -> None:
    assert get(f"{issuer}/200") == b"{}"


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_document_with_another_status_is_none(issuer: str, status: int) -> None:
    with pytest.raises(IssuerUnavailable, match=f"status {status}"):
        get(f"{issuer}/{status}")
    assert len(Handler.received) == 1


def test_a_form_is_posted_encoded(issuer: str) -> None:
    assert post_form(f"{issuer}/400", {"grant_type": "client_credentials", "client_secret": "a+/&="}) == (400, b"{}")
    body = "grant_type=client_credentials&client_secret=a%2B%2F%26%3D"
    assert Handler.received == [("POST", "application/x-www-form-urlencoded", body)]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/jwks.json", "http://["])
def test_an_issuer_that_cannot_be_reached_is_unavailable(url: str) -> None:
    with pytest.raises(IssuerUnavailable):
        get(url)
