"""What the tests of egress share: servers on loopback that answer as badly as a test wants, and calls to them."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_network
from threading import Event, Thread

import pytest

from interactor.egress.caller import GuardedHttpCaller
from interactor.engine.work import CallHttp, HttpOutcome

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))

Answer = bytes | Callable[[socket.socket, Event], None]
"""What to send once a request has come, or what to do with the connection; the event is set when the test is over."""


@dataclass
class Receiver:
    """A server; `requests` are the bytes of each request that came, `connections` counts also those that sent none."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


@pytest.fixture
def receive() -> Iterator[Callable[..., Receiver]]:
    """Start servers: `receive(answer, tls=None)`."""
    over = Event()
    listeners: list[socket.socket] = []
    threads: list[Thread] = []

    def start(answer: Answer = b"", tls: ssl.SSLContext | None = None) -> Receiver:
        listener = socket.create_server(("127.0.0.1", 0))
        receiver = Receiver(listener.getsockname()[1])
        listeners.append(listener)
        threads.append(Thread(target=_serve, args=(listener, receiver, answer, tls, over), daemon=True))
        threads[-1].start()
        return receiver

    yield start
    over.set()
    for listener in listeners:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    for thread in threads:
        thread.join(5)


@pytest.fixture
def call() -> Callable[..., HttpOutcome]:
    """Make one call to a URL with a caller that may reach loopback: `call(url, method="POST", …)`."""

    def make(
        url: str,
        caller: GuardedHttpCaller | None = None,
        *,
        method: str = "GET",
        headers: dict[str, str] | None = None,
        body: str | None = None,
        timeout: int = 10_000,
        trace_parent: str | None = None,
        own_headers: dict[str, str] | None = None,
    ) -> HttpOutcome:
        work = CallHttp("thread_main", "notify", 1, method, url, headers or {}, body, timeout, "key-1")
        return (caller or GuardedHttpCaller(LOOPBACK)).call(work, trace_parent, own_headers or {})

    return make


def _serve(
    listener: socket.socket, receiver: Receiver, answer: Answer, tls: ssl.SSLContext | None, over: Event
) -> None:
    while not over.is_set():
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        receiver.connections += 1
        # The client may leave at any point: that is what many of these tests are about.
        with connection, suppress(OSError):
            connection.settimeout(5)
            secured = tls.wrap_socket(connection, server_side=True) if tls else connection
            with secured:
                if callable(answer):
                    answer(secured, over)
                else:
                    receiver.requests.append(read_request(secured))
                    secured.sendall(answer)


def read_request(connection: socket.socket) -> bytes:
    request = bytearray()
    while (end := request.find(b"\r\n\r\n")) < 0:
        if not (part := connection.recv(65536)):
            return bytes(request)
        request += part
    lines = bytes(request[:end]).lower().split(b"\r\n")
    length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
    while len(request) < end + 4 + length and (part := connection.recv(65536)):
        request += part
    return bytes(request)
