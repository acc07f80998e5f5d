"""Time as the product sees it: milliseconds since 1970 inside, ISO 8601 with milliseconds and `Z` at the edges.

Only this file asks the machine for the time. Everything else is handed a `Clock` or a moment, so that tests own both.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Millis: TypeAlias = int
"""A moment (milliseconds since 1970-01-01 UTC) or a span, as the name it is bound to says."""

Clock: TypeAlias = Callable[[], Millis]


def system_clock() -> Millis:
    """The machine's wall time."""
    return time.time_ns() // 1_000_000


def to_iso(moment: Millis) -> str:
    """`1768910400000` → `2026-01-20T12:00:00.000Z`, the one form of times outside (CONTRACT, Envelope)."""
    seconds, millis = divmod(moment, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{millis:03d}Z"
