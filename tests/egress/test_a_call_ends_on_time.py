"""The time-out covers the whole exchange, so a server cannot stretch it by staying busy."""

import socket
import time
from ipaddress import ip_network
from itertools import count
from threading import Event

import pytest

from interactor.egress.caller import GuardedHttpCaller
from interactor.engine.work import HttpAnswered, HttpFailed

TIMEOUT = 300
GENEROUS = 3.0
"""Seconds: what a busy machine may add. A call that is not ended takes ten."""


def drip(*parts: bytes):
    """Send what `parts` say, the last of them over and over, a byte at a time."""

    def answer(connection, over):
        connection.recv(65536)
        for part in parts[:-1]:
            connection.sendall(part)
        for _ in range(1000):
            for byte in parts[-1]:
                connection.send(bytes([byte]))
                if over.wait(0.01):
                    return

    return answer


def silent(connection, over):
    over.wait(10)


OK = b"HTTP/1.1 200 OK\r\n"
SLOW = {
    "that never answers": silent,
    "that drips its status line": drip(OK),
    "that drips headers": drip(OK, b"X-Slow: yes\r\n"),
    "that drips interim answers": drip(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "that drips a counted body": drip(OK + b"Content-Length: 5000\r\n\r\n", b"x"),
    "that drips chunks": drip(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "that drips until the end": drip(OK + b"\r\n", b"x"),
}


def assert_timed_out(call, url, **request):
    started = time.monotonic()
    outcome = call(url, timeout=TIMEOUT, **request)
    assert time.monotonic() - started < GENEROUS
    assert isinstance(outcome, HttpFailed)
    assert (outcome.code, outcome.retriable) == ("http_timeout", True)
    assert outcome.message.endswith(f"did not answer within {TIMEOUT} ms")
    assert outcome.duration_ms >= TIMEOUT


@pytest.mark.parametrize("server", SLOW)
def test_with_a_server(call, receive, server):
    assert_timed_out(call, receive(SLOW[server]).url)


def test_with_a_server_that_does_not_read_a_long_request(call, receive):
    assert_timed_out(call, receive(silent).url, method="POST", body="x" * 20_000_000)


def test_with_a_server_that_reads_a_long_request_bit_by_bit(call, receive):
    # On this clock every look takes 150 ms: a request that is sent in many parts runs out of time, one in few does not.
    looks = count()
    caller = GuardedHttpCaller((ip_network("127.0.0.0/8"),), monotonic=lambda: next(looks) * 0.15)
    receiver = receive(OK + b"Content-Length: 0\r\n\r\n")
    assert isinstance(call(receiver.url, caller, method="POST", body="x", timeout=1000), HttpAnswered)
    outcome = call(receiver.url, caller, method="POST", body="x" * 40_000_000, timeout=1000)
    assert isinstance(outcome, HttpFailed)
    assert outcome.code == "http_timeout"


def test_with_a_server_that_accepts_no_connection(call):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        assert_timed_out(call, f"http://127.0.0.1:{address[1]}/")
        for filler in fillers:
            filler.close()


def test_with_a_server_that_does_not_shake_hands(call, receive):
    receiver = receive(silent)
    assert_timed_out(call, f"https://127.0.0.1:{receiver.port}/")


def test_with_a_resolver_that_does_not_answer(call):
    over = Event()

    def resolver(host):
        over.wait(10)
        return []

    assert_timed_out(call, "http://api.example.com/", caller=GuardedHttpCaller(resolver=resolver))
    over.set()
