"""An answer becomes data: status, headers in lower case, and a body that is decoded, parsed and cut to size."""

import gzip
import json
import socket
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactor.egress.answers import MAX_BODY_BYTES, MalformedAnswer, read_body
from interactor.egress.caller import GuardedHttpCaller
from interactor.engine.work import HttpAnswered

JSON = {"content-type": "application/json"}
BODIES = {
    "an object": (JSON, b'{"a": [1, 2.5, null]}', {"a": [1, 2.5, None]}),
    "JSON by suffix, in capitals": ({"content-type": "Application/Problem+JSON; charset=utf-8"}, b'{"a":1}', {"a": 1}),
    "a JSON scalar": (JSON, b"42", 42),
    "a JSON null": (JSON, b"null", None),
    "JSON that is none": (JSON, b"{oops", "{oops"),
    "NaN": (JSON, b"[NaN]", "[NaN]"),
    "a repeated key": (JSON, b'{"a":1,"a":2}', '{"a":1,"a":2}'),
    "invalid UTF-8 in JSON": (JSON, b'"\xff"', '"\ufffd"'),
    "deep JSON": (JSON, b"[" * 501 + b"]" * 501, "[" * 501 + "]" * 501),
    "bottomless JSON": (JSON, b"[" * 100_000, "[" * 100_000),
    "empty JSON": (JSON, b"", None),
    "JSON that says it is text": ({"content-type": "text/plain"}, b'{"a":1}', '{"a":1}'),
    "no content type": ({}, b"caf\xc3\xa9", "café"),
    "invalid UTF-8": ({"content-type": "text/plain; charset=utf-8"}, b"\xff", "\ufffd"),
    "Latin-1": ({"content-type": 'text/plain; charset="ISO-8859-1"'}, b"caf\xe9", "café"),
    "Shift JIS": ({"content-type": "text/html;charset=Shift_JIS"}, b"\x83e\x83X\x83g", "テスト"),
    "a charset nobody knows": ({"content-type": "text/plain; charset=klingon"}, b"a", "a"),
    "a charset that is a decompressor": ({"content-type": "text/plain; charset=zlib"}, b"x\x9c", "x\ufffd"),
    "a charset that is slow": ({"content-type": "text/plain; charset=punycode"}, b"a-b", "a-b"),
    "gzip": ({**JSON, "content-encoding": "GZIP"}, gzip.compress(b'{"a":1}'), {"a": 1}),
    "identity": ({**JSON, "content-encoding": "identity"}, b"1", 1),
    "an empty body that says it is gzip": ({"content-encoding": "gzip"}, b"", None),
}
NO_BODIES = {
    "not gzip": ("gzip", b"plain text"),
    "half a gzip": ("gzip", gzip.compress(b"a" * 1000)[:-9]),
    "two gzips": ("gzip", gzip.compress(b"a") * 2),
    "brotli": ("br", b"\x0b\x02\x80a\x03"),
    "gzip twice": ("gzip, gzip", gzip.compress(gzip.compress(b"a"))),
    "an endless name": ("x" * 100_000, b"a"),
}


@pytest.mark.parametrize("case", BODIES)
def test_a_body_is_data(case):
    headers, received, body = BODIES[case]
    assert read_body(headers, received) == body


@pytest.mark.parametrize("case", NO_BODIES)
def test_an_encoding_that_cannot_be_undone_is_an_error(case):
    encoding, received = NO_BODIES[case]
    with pytest.raises(MalformedAnswer) as caught:
        read_body({"content-encoding": encoding}, received)
    assert len(str(caught.value)) < 150


@pytest.mark.parametrize("over", [0, 1])
def test_256_kb_are_kept_and_what_was_cut_is_text(over):
    text = json.dumps("x" * (MAX_BODY_BYTES - 2 + over))
    body = read_body(JSON, text.encode())
    assert body == (text[:MAX_BODY_BYTES] if over else json.loads(text))


def test_a_gzip_bomb_costs_no_more_than_what_is_kept():
    bomb = gzip.compress(b"0" * 100_000_000)
    tracemalloc.start()
    body = read_body({**JSON, "content-encoding": "gzip"}, bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert body == "0" * MAX_BODY_BYTES
    assert peak < 8 * MAX_BODY_BYTES


CHARSETS = [
    "utf-8",
    "iso-8859-1",
    "iso-8859-15",
    "windows-1252",
    "shift_jis",
    "euc-jp",
    "euc-kr",
    "gbk",
    "big5",
    "utf-16",
    "?",
]


@given(st.binary(max_size=200), st.sampled_from(CHARSETS))
def test_no_charset_makes_the_text_smaller_than_what_was_received(received, charset):
    body = read_body({"content-type": f"text/plain; charset={charset}"}, received)
    assert len((body or "").encode()) >= len(received)


@given(
    st.binary(max_size=200),
    st.sampled_from(["", "gzip", "br"]),
    st.text(max_size=20) | st.sampled_from(["application/json"]),
)
def test_any_bytes_are_data_or_malformed(received, encoding, content_type):
    try:
        body = read_body({"content-encoding": encoding, "content-type": content_type}, received)
    except MalformedAnswer:
        return
    json.dumps(body)


@pytest.fixture
def answered(call, receive):
    def answer(sent: bytes, **request) -> HttpAnswered:
        outcome = call(receive(sent).url, **request)
        assert isinstance(outcome, HttpAnswered), outcome
        return outcome

    return answer


@pytest.mark.parametrize("status", [200, 201, 204, 301, 302, 304, 307, 308, 400, 404, 429, 500, 503, 599, 999])
def test_every_final_status_is_an_answer_and_redirects_are_not_followed(answered, receive, status):
    elsewhere = receive(b"HTTP/1.1 200 OK\r\n\r\n")
    sent = f"HTTP/1.1 {status} Whatever\r\nLocation: {elsewhere.url}\r\nContent-Length: 0\r\n\r\n".encode()
    outcome = answered(sent)
    assert (outcome.status, outcome.headers["location"], outcome.body) == (status, elsewhere.url, None)
    assert elsewhere.connections == 0


def test_headers_are_lower_case_and_repeated_ones_joined(answered):
    sent = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nSet-Cookie: a=1\r\nx-a:2\r\nSET-COOKIE: b=2\r\nX-Folded: a\r\n b\r\n\r\n"
    assert answered(sent).headers == {"x-a": "1, 2", "set-cookie": "a=1, b=2", "x-folded": "a b"}


BODY_FRAMES = {
    "counted": b'Content-Length: 9\r\n\r\n{"a": 10}and more',
    "chunked": b'Transfer-Encoding: chunked\r\n\r\n4;x=y\r\n{"a"\r\n5\r\n: 10}\r\n0\r\nTrailer: x\r\n\r\n',
    "until the end": b'\r\n{"a": 10}',
}


@pytest.mark.parametrize("frame", BODY_FRAMES)
def test_a_body_may_be_framed_in_every_way_of_http_1_1(answered, frame):
    assert answered(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + BODY_FRAMES[frame]).body == {"a": 10}


def test_an_http_1_0_answer_is_read(answered):
    assert answered(b"HTTP/1.0 200 OK\n\nhello").body == "hello"


def test_100_continue_is_passed_over(answered):
    assert answered(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").body == "ok"


def test_a_head_answer_has_no_body_whatever_its_length_says(answered):
    assert answered(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", method="HEAD").body is None


@pytest.mark.parametrize(
    "frame", [b"Content-Length: 400000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n61a80\r\n", b"\r\n"]
)
def test_a_long_answer_is_cut_and_the_rest_not_waited_for(call, receive, frame):
    def answer(connection, over):
        connection.recv(65536)
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + frame + b"x" * (MAX_BODY_BYTES + 1)
        )
        over.wait(30)

    outcome = call(receive(answer).url)
    assert (outcome.status, outcome.body) == (200, "x" * MAX_BODY_BYTES)


def test_a_gzip_bomb_over_the_wire_is_cut(answered):
    bomb = gzip.compress(b"0" * 50_000_000)
    outcome = answered(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb)
    assert outcome.body == "0" * MAX_BODY_BYTES


@pytest.mark.parametrize("orderly", [True, False])
def test_an_answer_to_a_long_request_counts_although_the_rest_was_not_read(call, receive, orderly):
    def refuse(connection, over):
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        if orderly:
            connection.shutdown(socket.SHUT_WR)

    outcome = call(receive(refuse).url, method="POST", body="x" * 20_000_000)
    assert isinstance(outcome, HttpAnswered), outcome
    assert outcome.status == 413


def test_how_long_it_took_is_told(call):
    moments = iter([100.0, 101.5])
    assert call("ftp://example.com/", GuardedHttpCaller(monotonic=lambda: next(moments))).duration_ms == 1500
