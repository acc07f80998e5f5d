"""A call that reaches nobody fails with the host's name and the reason, and nothing that only we should know."""

import socket
from ipaddress import ip_network

from interactor.egress.caller import GuardedHttpCaller
from interactor.engine.work import HttpFailed


def test_a_name_that_cannot_be_resolved(call):
    def resolver(host):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    outcome = call("http://nowhere.example.com/", GuardedHttpCaller(resolver=resolver))
    assert (outcome.code, outcome.message, outcome.retriable) == (
        "http_error",
        "nowhere.example.com cannot be resolved",
        True,
    )


def test_a_name_without_addresses(call):
    outcome = call("http://nowhere.example.com/", GuardedHttpCaller(resolver=lambda host: []))
    assert (outcome.code, outcome.message) == ("http_error", "nowhere.example.com cannot be reached")


def test_a_port_where_nobody_listens(call):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        caller = GuardedHttpCaller((ip_network("127.0.0.0/8"),), resolver=lambda host: ["127.0.0.1"])
        outcome = call(f"http://api.example.com:{port}/?secret", caller)
    assert (outcome.code, outcome.message, outcome.retriable) == (
        "http_error",
        "api.example.com refused the connection",
        True,
    )


def test_a_url_that_may_not_be_called(call):
    outcome = call("ftp://example.com/?secret")
    assert isinstance(outcome, HttpFailed)
    assert outcome.message == "url_not_allowed: The URL must start with http:// or https://, not ftp:"
    assert not outcome.retriable
