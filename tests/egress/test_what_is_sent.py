"""A request leaves as the workflow wrote it, with the headers that the product promises on every call."""

from ipaddress import ip_network

import pytest

from interactor.egress.caller import GuardedHttpCaller
from interactor.engine.work import HttpAnswered

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
TRACE_PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def parts_of(request: bytes) -> tuple[str, dict[str, str], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    line, *fields = head.decode("latin-1").split("\r\n")
    pairs = [field.split(": ", 1) for field in fields]
    names = [name.lower() for name, _ in pairs]
    assert len(names) == len(set(names)), f"a header is sent twice: {names}"
    return line, {name.lower(): value for name, value in pairs}, body


@pytest.fixture
def sent(call, receive):
    def send(path: str = "", **request):
        receiver = receive(OK)
        assert isinstance(call(receiver.url + path, **request), HttpAnswered)
        return parts_of(receiver.requests[0])

    return send


def test_a_get_has_no_body_and_our_headers(call, receive):
    receiver = receive(OK)
    call(f"{receiver.url}orders?id=ä#top", trace_parent=TRACE_PARENT)
    line, headers, body = parts_of(receiver.requests[0])
    assert line == "GET /orders?id=%C3%A4 HTTP/1.1"
    assert body == b""
    assert headers == {
        "host": f"127.0.0.1:{receiver.port}",
        "user-agent": "Interactor/1",
        "accept-encoding": "gzip",
        "connection": "close",
        "idempotency-key": "key-1",
        "traceparent": TRACE_PARENT,
    }


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "GET"])
def test_a_body_is_sent_as_utf_8_and_counted_in_bytes(sent, method):
    line, headers, body = sent(method=method, body='{"name":"Žofie"}')
    assert line == f"{method} / HTTP/1.1"
    assert body == '{"name":"Žofie"}'.encode()
    assert headers["content-length"] == str(len(body))
    assert headers["content-type"] == "application/json"


def test_a_post_without_a_body_says_so(sent):
    _, headers, _ = sent(method="POST")
    assert headers["content-length"] == "0"
    assert "content-type" not in headers


def test_the_tenants_content_type_and_user_agent_win_in_any_case(sent):
    _, headers, _ = sent(method="POST", body="a=b", headers={"CONTENT-TYPE": "text/plain", "user-agent": "Acme/2"})
    assert (headers["content-type"], headers["user-agent"]) == ("text/plain", "Acme/2")


def test_a_lone_surrogate_in_a_body_becomes_a_question_mark(sent):
    assert sent(method="POST", body="a\ud800b")[2] == b"a?b"


def test_the_host_header_is_the_name_and_not_the_address_it_resolved_to(call, receive):
    receiver = receive(OK)
    caller = GuardedHttpCaller((ip_network("127.0.0.0/8"),), resolver=lambda host: ["127.0.0.1"])
    assert isinstance(call(f"http://API.example.com:{receiver.port}/", caller), HttpAnswered)
    assert parts_of(receiver.requests[0])[1]["host"] == f"api.example.com:{receiver.port}"


def test_the_next_address_is_tried_when_one_refuses_the_connection(call, receive):
    receiver = receive(OK)
    caller = GuardedHttpCaller((ip_network("127.0.0.0/8"),), resolver=lambda host: ["127.0.0.2", "127.0.0.1"])
    assert isinstance(call(f"http://api.example.com:{receiver.port}/", caller), HttpAnswered)


def test_environment_proxies_are_not_asked(call, receive, monkeypatch):
    proxy, receiver = receive(OK), receive(OK)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    assert isinstance(call(receiver.url), HttpAnswered)
    assert (proxy.connections, len(receiver.requests)) == (0, 1)


def test_each_call_has_a_connection_of_its_own(call, receive):
    receiver = receive(OK)
    call(receiver.url)
    call(receiver.url)
    assert receiver.connections == 2
