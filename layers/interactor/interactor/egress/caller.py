"""The guarded HTTP caller: makes one try of a tenant's call, and turns whatever happens into an outcome.

Judges the URL and every address its host resolves to, connects to one of those (`wire.py`), follows no redirect, uses
no proxy, ends by the deadline and keeps a bounded answer (`answers.py`). Retrying is the engine's part.
"""

import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from functools import cached_property
from http.client import HTTPException, HTTPResponse, IncompleteRead
from ipaddress import ip_address
from socket import gaierror

from interactor.egress.addresses import Address, Network, refusal
from interactor.egress.answers import MAX_BODY_BYTES, MalformedAnswer, read_body
from interactor.egress.headers import header_refusal, value_refusal
from interactor.egress.protocol import NO_HEADERS
from interactor.egress.urls import Target, parse_url, url_refusal
from interactor.egress.wire import Deadline, Monotonic, PinnedConnection, Resolver, resolve, system_resolver
from interactor.engine.work import CallHttp, HttpAnswered, HttpFailed, HttpOutcome

MAX_HEADER_BYTES = 64 * 1024
"""Names and values of an answer's headers together."""


class _Refused(Exception):
    """Nothing may leave; the message is fit for a client."""


class GuardedHttpCaller:
    """The `HttpCaller` of production. One is made per process; it keeps nothing of a call."""

    def __init__(
        self,
        allowed_networks: Sequence[Network] = (),
        resolver: Resolver = system_resolver,
        tls: ssl.SSLContext | None = None,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        """`allowed_networks` are those of the settings; without `tls` the machine's authorities are trusted."""
        self._allowed_networks = allowed_networks
        self._resolver = resolver
        self._given_tls = tls
        self._monotonic = monotonic

    def call(
        self, work: CallHttp, trace_parent: str | None, own_headers: Mapping[str, str] = NO_HEADERS
    ) -> HttpOutcome:
        """Make one try. Whatever the other side does, this returns by `work.timeout` and raises nothing."""
        started = self._monotonic()
        deadline = Deadline(started + work.timeout / 1000, self._monotonic)
        try:
            outcome = self._attempt(work, trace_parent, own_headers, deadline)
        except _Refused as refused:
            outcome = HttpFailed("http_error", str(refused), retriable=False)
        return outcome._replace(duration_ms=round((self._monotonic() - started) * 1000))

    def _attempt(
        self, work: CallHttp, trace_parent: str | None, own_headers: Mapping[str, str], deadline: Deadline
    ) -> HttpOutcome:
        if reason := url_refusal(work.url, self._allowed_networks):
            raise _Refused(f"url_not_allowed: {reason}")
        target = parse_url(work.url)
        request_headers = _request_headers(work, target, trace_parent, own_headers)
        try:
            addresses = self._judged_addresses(target, deadline)
            tls = self._tls if target.scheme == "https" else None
            with closing(PinnedConnection(target, addresses, tls, deadline)) as connection:
                status, headers, received = _exchange(connection, work, target, request_headers)
            return HttpAnswered(status, headers, read_body(headers, received))
        except TimeoutError:
            return HttpFailed("http_timeout", f"{target.host} did not answer within {work.timeout} ms")
        except (OSError, HTTPException, MalformedAnswer) as error:
            return HttpFailed("http_error", f"{target.host} {_what_went_wrong(error)}")

    def _judged_addresses(self, target: Target, deadline: Deadline) -> list[Address]:
        if target.address:
            return [target.address]
        addresses = [ip_address(text) for text in resolve(self._resolver, target.host, deadline)]
        # One refused address refuses them all: a name that mixes public and private ones is meant to deceive.
        for address in addresses:
            if reason := refusal(address, self._allowed_networks):
                raise _Refused(f"url_not_allowed: {target.host} resolves to an address that is not public ({reason})")
        return addresses

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        if self._given_tls:
            return self._given_tls
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        return context


def _request_headers(
    work: CallHttp, target: Target, trace_parent: str | None, own_headers: Mapping[str, str]
) -> dict[str, str]:
    for name, value in work.headers.items():
        if reason := header_refusal(name, value):
            raise _Refused(reason)
    given = {name.lower() for name in work.headers}
    headers = {"Host": target.authority, **work.headers}
    if work.body is not None and "content-type" not in given:
        headers["Content-Type"] = "application/json"
    if "user-agent" not in given:
        headers["User-Agent"] = "Interactor/1"
    headers |= {
        "Accept-Encoding": "gzip",
        "Connection": "close",
        "Idempotency-Key": work.idempotency_key,
        **own_headers,
    }
    if trace_parent:
        headers["traceparent"] = trace_parent
    for name, value in headers.items():
        if reason := value_refusal(name, value):
            raise _Refused(reason)
    return headers


def _exchange(
    connection: PinnedConnection, work: CallHttp, target: Target, headers: dict[str, str]
) -> tuple[int, dict[str, str], bytes]:
    # Lone surrogates, which JSON can carry and UTF-8 cannot, become question marks.
    body = None if work.body is None else work.body.encode("utf-8", "replace")
    connection.connect()
    # A server that refuses a long body answers and closes before it has read all: its answer is what counts.
    with suppress(ConnectionError):
        connection.request(work.method, target.request_target, body, headers)
    try:
        with connection.getresponse() as response:
            return response.status, _headers_of(response), _body_of(response)
    except ValueError as error:
        raise MalformedAnswer("did not answer in HTTP/1.1") from error


def _headers_of(response: HTTPResponse) -> dict[str, str]:
    if response.status < 200:
        raise MalformedAnswer(f"sent the interim status {response.status} and no final one")
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        lower = name.lower()
        # A folded value is one line (RFC 9112, 5.2).
        line = " ".join(part.strip() for part in value.splitlines())
        headers[lower] = f"{headers[lower]}, {line}" if lower in headers else line
    if sum(len(name) + len(value) for name, value in headers.items()) > MAX_HEADER_BYTES:
        raise MalformedAnswer(f"sent more than {MAX_HEADER_BYTES // 1024} KB of headers")
    return headers


def _body_of(response: HTTPResponse) -> bytes:
    received = response.read(MAX_BODY_BYTES + 1)
    if len(received) <= MAX_BODY_BYTES and response.length:
        raise IncompleteRead(received, response.length)
    return received


def _what_went_wrong(error: Exception) -> str:
    """The rest of a sentence that starts with the host: fit for clients, so nothing of our insides."""
    match error:
        case MalformedAnswer():
            return str(error)
        case gaierror():
            return "cannot be resolved"
        case ssl.SSLCertVerificationError():
            return f"has a certificate that is not valid: {error.verify_message}"
        case ssl.SSLError():
            return "does not speak TLS as it should"
        case ConnectionRefusedError():
            return "refused the connection"
        case ConnectionError() | IncompleteRead():
            return "closed the connection before its answer was complete"
        case OSError():
            return "cannot be reached"
    return "did not answer in HTTP/1.1"
