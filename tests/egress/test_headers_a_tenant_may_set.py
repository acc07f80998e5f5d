"""Tenants set their own headers, never those that frame a message or speak for the product, and never a line break."""

import pytest

from interactor.egress.headers import forbidden_header, header_refusal
from interactor.engine.work import HttpAnswered, HttpFailed

OURS = [
    *("Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade", "TE", "Trailer", "Expect"),
    *("Proxy-Authorization", "Proxy-Connection", "Proxy-Anything", "HTTP2-Settings", "Accept-Encoding"),
    *("X-Interactor-Signature", "X-Interactor-", "traceparent", "Idempotency-Key"),
]
NO_VALUES = {
    "a\r\nX-Admin: 1": "U+000D at position 1",
    "a\nX-Admin: 1": "U+000A",
    "a\r\n b": "U+000D",
    "a\0": "U+0000",
    "a\x0bb": "U+000B",
    "a\x7f": "U+007F",
    "a\x85b": "U+0085",
    "a\u2028b": "U+2028",
    "naïve €": "U+20AC",
    "\ud800": "U+D800",
}


@pytest.mark.parametrize("name", OURS)
def test_ours_are_refused_in_any_case(name):
    for spelling in (name, name.lower(), name.upper()):
        assert forbidden_header(spelling)
        assert header_refusal(spelling, "x") == f"The header {spelling} is set by the service"


@pytest.mark.parametrize(
    "name", ["Authorization", "Content-Type", "User-Agent", "Accept", "X-Api-Key", "tracestate", "Hosts", "Cookie"]
)
def test_theirs_are_not(name):
    assert header_refusal(name, "Bearer ${secrets.API_KEY}") is None


@pytest.mark.parametrize("name", ["", " ", "a b", "a:", "Host ", "a\r\nb", "é", "a\0", "(a)", "x\n"])
def test_a_name_is_a_token(name):
    assert "is not a header name" in header_refusal(name, "x")


@pytest.mark.parametrize("value", NO_VALUES)
def test_control_characters_and_what_latin_1_lacks_are_no_value(value):
    assert NO_VALUES[value] in header_refusal("X-Note", value)


@pytest.mark.parametrize("value", ["", "a\tb", "naïve £", "~!@#", "x" * 5000])
def test_everything_else_is(value):
    assert header_refusal("X-Note", value) is None


@pytest.mark.parametrize("headers", [{"X-Note": value} for value in NO_VALUES] + [{"Host": "a"}, {"a b": "c"}])
def test_a_call_with_a_refused_header_never_leaves(call, receive, headers):
    receiver = receive(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    outcome = call(receiver.url, headers=headers)
    assert isinstance(outcome, HttpFailed)
    assert (outcome.code, outcome.retriable) == ("http_error", False)
    assert receiver.connections == 0


def test_a_reason_does_not_quote_the_value_which_may_be_a_secret():
    assert "hunter2" not in header_refusal("X-Note", "hunter2\n")


@pytest.mark.parametrize("trace_parent", ["00-a\r\nX-Admin: 1", "\u2028"])
def test_nor_does_a_trace_parent_smuggle_one_in(call, receive, trace_parent):
    receiver = receive()
    assert isinstance(call(receiver.url, trace_parent=trace_parent), HttpFailed)
    assert receiver.connections == 0


def test_the_product_may_set_its_own(call, receive):
    receiver = receive(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    outcome = call(receiver.url, own_headers={"X-Interactor-Event": "workflow.instance.halted"})
    assert isinstance(outcome, HttpAnswered)
    assert b"X-Interactor-Event: workflow.instance.halted" in receiver.requests[0].split(b"\r\n")
