"""One HTTP/1.1 connection for one exchange: to addresses already judged, on time, and with an end to what is read.

Built on `http.client`, whose time-outs are per read: here every read and write gets what is left of one deadline. Owns
sockets, TLS and resolving. What may be called is decided by `caller.py`, what the body means by `answers.py`.
"""

import io
import socket
import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from http.client import HTTPConnection
from threading import Thread
from typing import Any, TypeAlias

from interactor.egress.addresses import Address
from interactor.egress.answers import MAX_BODY_BYTES, MalformedAnswer
from interactor.egress.urls import Target

MAX_WIRE_BYTES = 4 * MAX_BODY_BYTES
"""What is read in all, status lines, headers and chunk sizes included, so that none of them can go on for ever."""

Monotonic: TypeAlias = Callable[[], float]
"""Seconds since some moment, never going back."""

Resolver: TypeAlias = Callable[[str], Sequence[str]]
"""The addresses of a host name, as text. Raises OSError when there is none."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment by which an exchange is over."""

    moment: float
    monotonic: Monotonic

    def remaining(self) -> float:
        """Seconds left, more than zero. Raises TimeoutError when none are."""
        seconds = self.moment - self.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


def system_resolver(host: str) -> list[str]:
    """Ask the machine's resolver."""
    return [str(answer[4][0]) for answer in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


def resolve(resolver: Resolver, host: str, deadline: Deadline) -> Sequence[str]:
    """Resolve once, on time. Raises TimeoutError, or what the resolver raises."""
    answers: Future[Sequence[str]] = Future()

    def ask() -> None:
        try:
            answers.set_result(resolver(host))
        except Exception as error:
            answers.set_exception(error)

    # getaddrinfo cannot be interrupted: past the deadline its thread is left to end by itself.
    Thread(target=ask, daemon=True).start()
    return answers.result(deadline.remaining())


class PinnedConnection(HTTPConnection):
    """Connects to the given addresses only, in order; with `tls` the certificate must be for the target's name."""

    def __init__(
        self, target: Target, addresses: Sequence[Address], tls: ssl.SSLContext | None, deadline: Deadline
    ) -> None:
        super().__init__(target.host, target.port)
        self._addresses = addresses
        self._tls = tls
        self._deadline = deadline

    def connect(self) -> None:
        connected = self._first_that_answers()
        try:
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls:
                connected.settimeout(self._deadline.remaining())
                connected = self._tls.wrap_socket(connected, server_hostname=self.host)
        except OSError:
            connected.close()
            raise
        self.sock = _TimedSocket(connected, self._deadline)

    def _first_that_answers(self) -> socket.socket:
        failure = OSError("no address")
        for index, address in enumerate(self._addresses):
            # An address that swallows packets leaves time for the next one.
            share = self._deadline.remaining() / (len(self._addresses) - index)
            try:
                return socket.create_connection((str(address), self.port), share)
            except OSError as error:
                failure = error
        raise failure


class _TimedSocket:
    """As much of a socket as `http.client` uses."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        # Not the socket's own `sendall`: TLS sockets start their time-out anew with every record.
        unsent = memoryview(data)
        while unsent:
            self._socket.settimeout(self._deadline.remaining())
            unsent = unsent[self._socket.send(unsent) :]

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._socket, self._deadline))

    def close(self) -> None:
        self._socket.close()


class _TimedReader(io.RawIOBase):
    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self._file = connected.makefile("rb", buffering=0)
        self._deadline = deadline
        self._left = MAX_WIRE_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._socket.settimeout(self._deadline.remaining())
        count = self._file.readinto(buffer)
        self._left -= count or 0
        if self._left < 0:
            raise MalformedAnswer(f"sent more than {MAX_WIRE_BYTES // 1024} KB of HTTP around its answer")
        return count

    def close(self) -> None:
        self._file.close()
        super().close()
