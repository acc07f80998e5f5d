"""Whatever a server sends that is not HTTP, or not all of it, is a failure that says so and can be tried again."""

import socket
import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interactor.engine.work import HttpAnswered, HttpFailed

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
NOT_HTTP = "did not answer in HTTP/1.1"
CUT_SHORT = "closed the connection before its answer was complete"
MALFORMED = {
    "nothing": (b"", CUT_SHORT),
    "a bare line end": (b"\r\n", NOT_HTTP),
    "text": (b"hello\r\n\r\n", NOT_HTTP),
    "half a status line": (b"HTTP/1.1", NOT_HTTP),
    "no status": (b"HTTP/1.1 OK\r\n\r\n", NOT_HTTP),
    "a status of two digits": (b"HTTP/1.1 99 Low\r\n\r\n", NOT_HTTP),
    "a status of four digits": (b"HTTP/1.1 2000 High\r\n\r\n", NOT_HTTP),
    "HTTP/2": (b"HTTP/2 200 OK\r\n\r\n", NOT_HTTP),
    "an HTTP/2 frame": (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00", NOT_HTTP),
    "TLS": (b"\x15\x03\x01\x00\x02\x02\x50", NOT_HTTP),
    "a switch of protocols": (
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "sent the interim status 101 and no final one",
    ),
    "early hints alone": (b"HTTP/1.1 103 Early Hints\r\n\r\n", "sent the interim status 103 and no final one"),
    "a body that ends early": (OK + b"Content-Length: 10\r\n\r\nhello", CUT_SHORT),
    "a body that never starts": (OK + b"Content-Length: 10\r\n\r\n", CUT_SHORT),
    "chunks that end early": (CHUNKED + b"a\r\nhello", CUT_SHORT),
    "no last chunk": (CHUNKED + b"5\r\nhello\r\n", CUT_SHORT),
    "a chunk size that is no number": (CHUNKED + b"five\r\nhello\r\n0\r\n\r\n", CUT_SHORT),
    "a negative chunk size": (CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n", NOT_HTTP),
    "a line without end": (b"HTTP/1.1 200 " + b"x" * 70_000, NOT_HTTP),
    "a header without end": (OK + b"X-Long: " + b"x" * 70_000, NOT_HTTP),
    "too many headers": (OK + b"X-Many: x\r\n" * 200 + b"\r\n", NOT_HTTP),
    "huge headers": (
        OK + b"".join(b"X-%d: %s\r\n" % (n, b"x" * 10_000) for n in range(7)) + b"\r\n",
        "sent more than 64 KB of headers",
    ),
    "a body that is not the gzip it says": (
        OK + b"Content-Encoding: gzip\r\n\r\nplain",
        "sent an answer that is not gzip, as it says",
    ),
}
ENDLESS = {
    "a chunk of size -1": (CHUNKED + b"-1\r\n", b"x" * 65536),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "trailers": (CHUNKED + b"0\r\n", b"X: y\r\n" * 1000),
    "chunk extensions": (CHUNKED, b"1;" + b"x" * 30_000 + b"\r\na\r\n"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_it_is_a_failure_that_says_what_is_wrong(call, receive, case):
    sent, reason = MALFORMED[case]
    outcome = call(receive(sent).url)
    assert isinstance(outcome, HttpFailed)
    assert (outcome.code, outcome.message, outcome.retriable) == ("http_error", f"127.0.0.1 {reason}", True)


@pytest.mark.parametrize("case", ENDLESS)
def test_what_goes_on_for_ever_ends_at_a_megabyte(call, receive, case):
    start, more = ENDLESS[case]
    sent = 0

    def answer(connection, over):
        nonlocal sent
        connection.recv(65536)
        connection.sendall(start)
        while not over.is_set():
            connection.sendall(more)
            sent += len(more)

    outcome = call(receive(answer).url, timeout=30_000)
    assert outcome.message == "127.0.0.1 sent more than 1024 KB of HTTP around its answer"
    assert sent < 20_000_000


def test_a_connection_reset_is_a_failure_that_can_be_tried_again(call, receive):
    def answer(connection, over):
        connection.recv(65536)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    outcome = call(receive(answer).url)
    assert (outcome.code, outcome.message, outcome.retriable) == ("http_error", f"127.0.0.1 {CUT_SHORT}", True)


HTTP_LIKE = st.lists(
    st.sampled_from(
        [
            *(b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 404\r\n", b"Content-Length: 5\r\n", b"Content-Length: -1\r\n"),
            *(b"Content-Length: 1_0, 5\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n"),
            *(
                b"Content-Type: application/json\r\n",
                b"\r\n",
                b"5\r\nhello\r\n",
                b"0\r\n\r\n",
                b"-1\r\n",
                b"+5\r\n",
                b": x\r\n",
            ),
            *(b"\0", b"\xff\r\n", b" folded\r\n", b"no colon\r\n", b"Content-Type: text/x; charset=idna\r\n"),
        ]
    ),
    max_size=12,
).map(b"".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=HTTP_LIKE | HTTP_LIKE.map(lambda more: OK + more) | st.binary(max_size=60))
def test_whatever_is_sent_there_is_an_outcome(call, receive, sent):
    outcome = call(receive(sent).url)
    assert isinstance(outcome, HttpAnswered) or (outcome.code, outcome.retriable) == ("http_error", True)
