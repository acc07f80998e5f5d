"""Which URLs the product may call, and the one reading of them that every later step uses.

Pure. Only the plain form of a URL is taken, so that no two parsers see different hosts in it: no user info, backslash
or control character, no percent-encoded or non-ASCII host, no IPv4 address but four decimal numbers. What a name
resolves to is judged by `caller.py`, on each call.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote

from interactor.egress.addresses import Address, Network, refusal

MAX_URL_LENGTH = 8192

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LOOPBACK = IPv4Address("127.0.0.1")

_ASCII_CASE = re.IGNORECASE | re.ASCII
"""Without `re.ASCII` the long s (U+017F) is an s, and the Kelvin sign a k."""

_NEVER_IN_A_URL = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\ud800-\udfff]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")
_URL = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<target>[^#]*)(?:#.*)?", _ASCII_CASE)
_AUTHORITY = re.compile(r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<name>[^:\[\]]+))(?::(?P<port>[0-9]{1,5}))?")
_NAME = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
# A host whose last label is a number is an IPv4 address to a resolver (URL Standard, 'ends in a number checker').
_ENDS_IN_A_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_PLACEHOLDER = re.compile(r"\$\{[^{}]*\}")
_AUTHORITY_IS_COMPLETE = re.compile(r"https?://[^/?#]*[/?#]", _ASCII_CASE)


class InvalidUrl(ValueError):
    """The text is no URL that this service calls; the message says why, quoting no more than scheme, host and port."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart. `host` is lower case and has no brackets; `request_target` is ASCII and has no fragment."""

    scheme: str
    host: str
    address: Address | None
    port: int
    request_target: str

    @property
    def authority(self) -> str:
        """The value of the `Host` header (RFC 9110, 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def parse_url(url: str) -> Target:
    """Take a URL apart. Raises `InvalidUrl`; does not judge addresses."""
    if len(url) > MAX_URL_LENGTH:
        raise InvalidUrl(f"The URL is longer than {MAX_URL_LENGTH} characters")
    if found := _NEVER_IN_A_URL.search(url):
        raise InvalidUrl(f"The URL contains the character U+{ord(found[0]):04X} at position {found.start()}")
    parts = _URL.fullmatch(url)
    if parts is None:
        other = _SCHEME.match(url)
        raise InvalidUrl(f"The URL must start with http:// or https://{f', not {other[0][:20]}:' if other else ''}")
    scheme = parts["scheme"].lower()
    host, address, port = _host_and_port(parts["authority"])
    target = quote(parts["target"], safe="".join(map(chr, range(0x21, 0x7F))))
    return Target(
        scheme=scheme,
        host=host,
        address=address,
        port=_DEFAULT_PORTS[scheme] if port is None else port,
        request_target=target if target.startswith("/") else f"/{target}",
    )


def url_refusal(url: str, allowed_networks: Sequence[Network] = (), *, https_only: bool = False) -> str | None:
    """Why `url` must not be called as far as its text tells, fit for a client, or None.

    For definitions and subscriptions, and for every call before its host is resolved. `localhost` counts as the address
    it stands for (RFC 6761, 6.3); any other name is judged by what it resolves to. With `https_only`, http may still go
    to an address in the allowed networks, such as the local stack's loopback.
    """
    try:
        target = parse_url(url)
    except InvalidUrl as error:
        return str(error)
    address = target.address
    if target.host == "localhost" or target.host.endswith(".localhost"):
        address = _LOOPBACK
    is_allowed = address is not None and any(address in network for network in allowed_networks)
    if https_only and target.scheme != "https" and not is_allowed:
        return "The URL must start with https://"
    reason = address and refusal(address, allowed_networks)
    return f"{target.host} is not a public address ({reason})" if reason else None


def template_url_refusal(template: str, allowed_networks: Sequence[Network] = ()) -> str | None:
    """As `url_refusal` for a URL with placeholders (`${path}`), which may stand in path, query and fragment only.

    An expanded value can therefore never choose the host. The expanded URL is judged again by the caller.
    """
    first = _PLACEHOLDER.search(template)
    if first and not _AUTHORITY_IS_COMPLETE.match(template[: first.start()]):
        return (
            f"The placeholder {first[0][:80]} stands in the URL's scheme or host; it may stand in path and query only"
        )
    return url_refusal(_PLACEHOLDER.sub("0", template), allowed_networks)


def _host_and_port(authority: str) -> tuple[str, Address | None, int | None]:
    if "@" in authority:
        raise InvalidUrl("The URL contains user info; send credentials in a header")
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        raise InvalidUrl(f"The URL's host and port {authority[:80]!a} are malformed")
    port = None if parts["port"] is None else int(parts["port"])
    if port is not None and not 1 <= port <= 65535:
        raise InvalidUrl(f"The URL's port {port} is not in 1 to 65535")
    if parts["ipv6"]:
        return parts["ipv6"].lower(), _ipv6(parts["ipv6"]), port
    if not parts["name"].isascii():
        raise InvalidUrl(f"The URL's host {parts['name'][:80]!a} is not ASCII; write an international name as xn--…")
    name = parts["name"].lower()
    if _ENDS_IN_A_NUMBER.fullmatch(name):
        return name, _ipv4(name), port
    if not _NAME.fullmatch(name):
        raise InvalidUrl(f"The URL's host {name[:80]!a} is not a host name")
    return name, None, port


def _ipv4(text: str) -> IPv4Address:
    try:
        return IPv4Address(text)
    except AddressValueError as error:
        raise InvalidUrl(f"The URL's host {text[:80]!a} is not an IPv4 address of four decimal numbers") from error


def _ipv6(text: str) -> IPv6Address:
    try:
        return IPv6Address(text)
    except AddressValueError as error:
        raise InvalidUrl(f"The URL's host [{text[:80]}] is not an IPv6 address") from error
