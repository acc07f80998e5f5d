"""Which request headers a tenant may set, and which values may leave.

Pure. Definitions are checked with it when they are posted, calls again when they are made, as values come from data by
then. What the product itself sends is put together in `caller.py`.
"""

import re

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A field name (RFC 9110, 5.1 and 5.6.2)."""

_NEVER_IN_A_VALUE = re.compile(r"[^\t\x20-\x7e\xa1-\xff]")
"""What is no field value (RFC 9110, 5.5), and control characters from U+0080, which some take for line ends."""

_OURS = frozenset(
    {
        # The message's framing and the connection (RFC 9110, 7.6.1; RFC 9112).
        *("connection", "content-length", "expect", "host", "http2-settings", "keep-alive", "te", "trailer"),
        *("transfer-encoding", "upgrade"),
        # What the product promises about each call.
        *("accept-encoding", "idempotency-key", "traceparent"),
    }
)
_OUR_PREFIXES = ("proxy-", "x-interactor-")


def forbidden_header(name: str) -> bool:
    """Whether only the product sets this header: it frames or traces the message, or ends at the next hop."""
    lower = name.lower()
    return lower in _OURS or lower.startswith(_OUR_PREFIXES)


def value_refusal(name: str, value: str) -> str | None:
    """Why `value` must not leave, or None. The reason does not quote it: it may be secret."""
    if found := _NEVER_IN_A_VALUE.search(value):
        return f"The header {name} contains the character U+{ord(found[0]):04X} at position {found.start()}"
    return None


def header_refusal(name: str, value: str) -> str | None:
    """Why a tenant may not send this header, fit for a client, or None. The value may still be a template."""
    if not _TOKEN.fullmatch(name):
        return f"{name[:80]!a} is not a header name"
    if forbidden_header(name):
        return f"The header {name} is set by the service"
    return value_refusal(name, value)
