"""An address that is not public is refused in every place where it can turn up, and nothing is sent to it."""

from ipaddress import ip_address, ip_network

import pytest

from interactor.egress.addresses import refusal
from interactor.egress.caller import GuardedHttpCaller
from interactor.egress.urls import template_url_refusal, url_refusal
from interactor.engine.work import HttpFailed

NOT_PUBLIC = [
    *("127.0.0.1", "127.255.255.254", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "169.254.170.2", "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.0.192"),
    *("0.0.0.0", "0.1.2.3"),  # noqa: S104
    *("198.18.0.1", "198.19.255.255", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("168.63.129.16", "100.100.100.200", "192.0.2.1", "198.51.100.1", "203.0.113.1", "192.88.99.1"),
    *("::", "::1", "fc00::1", "fd00:ec2::254", "fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8", "::127.0.0.1", "::7f00:1", "::8.8.8.8"),
    *("::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::8.8.8.8", "64:ff9b:1::10.0.0.1", "64:ff9b:1:ffff::1"),
    *("2002:7f00:1::1", "2002:808:808::1", "2001::1", "2001:0:53aa:64c::1", "2001:db8::1", "2001:10::1", "2001:20::1"),
    *("3fff::1", "3ffe::1", "100::1", "1fff::1", "4000::1", "5f00::1", "8000::1", "e000::1"),
]
PUBLIC = [
    *(
        "8.8.8.8",
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "100.63.255.255",
        "100.128.0.0",
    ),
    *("192.167.255.255", "169.253.255.255", "223.255.255.255"),
    *("2606:4700::1111", "2a00:1450:4001::200e", "2001:4860::8888"),
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_it_is_refused_by_itself(address):
    assert refusal(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_one_is_not(address):
    assert refusal(ip_address(address)) is None


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_it_is_refused_in_a_url(address):
    host = f"[{address}]" if ":" in address else address
    assert "not a public address" in url_refusal(f"https://{host}:8443/path")
    assert "not a public address" in template_url_refusal(f"https://{host}/${{input.path}}")


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_one_may_stand_in_a_url(address):
    host = f"[{address}]" if ":" in address else address
    assert url_refusal(f"https://{host}/") is None


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_a_name_that_resolves_to_it_is_refused(call, address):
    outcome = call("http://api.example.com/", GuardedHttpCaller(resolver=lambda host: [address]))
    assert isinstance(outcome, HttpFailed)
    assert (outcome.code, outcome.retriable) == ("http_error", False)
    assert outcome.message.startswith("url_not_allowed: api.example.com resolves to an address that is not public")
    assert address not in outcome.message


@pytest.mark.parametrize("answers", [["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"], ["2606:4700::1111", "::1"]])
def test_one_refused_address_refuses_its_public_neighbours(call, answers):
    outcome = call("http://api.example.com/", GuardedHttpCaller(resolver=lambda host: answers))
    assert outcome.message.startswith("url_not_allowed")


def test_a_scoped_address_from_the_resolver_is_refused(call):
    outcome = call("http://api.example.com/", GuardedHttpCaller(resolver=lambda host: ["fe80::1%eth0"]))
    assert outcome.message.startswith("url_not_allowed")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "api.example.com"])
def test_nothing_is_sent_to_it(call, receive, host):
    receiver = receive(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    caller = GuardedHttpCaller(resolver=lambda name: ["127.0.0.1"])
    assert isinstance(call(f"http://{host}:{receiver.port}/", caller), HttpFailed)
    assert receiver.connections == 0


def test_operators_allow_exactly_the_networks_they_name():
    allowed = (ip_network("127.0.0.0/8"), ip_network("fd00::/8"))
    assert refusal(ip_address("127.0.0.1"), allowed) is None
    assert refusal(ip_address("fd00::1"), allowed) is None
    assert url_refusal("http://localhost:8080/", allowed) is None
    for address in ("::ffff:127.0.0.1", "::1", "10.0.0.1", "fe80::1"):
        assert refusal(ip_address(address), allowed)


def test_a_name_is_resolved_once_so_that_a_second_answer_cannot_differ(call, receive):
    receiver = receive(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    caller = GuardedHttpCaller((ip_network("127.0.0.0/8"),), resolver=lambda host: next(answers))
    assert call(f"http://rebinding.example.com:{receiver.port}/", caller).status == 200
    assert next(answers) == ["169.254.169.254"]


def test_a_literal_address_is_not_resolved(call, receive):
    receiver = receive(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    caller = GuardedHttpCaller((ip_network("127.0.0.0/8"),), resolver=lambda host: pytest.fail(f"resolved {host}"))
    assert call(receiver.url, caller).status == 200
