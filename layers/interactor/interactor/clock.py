"""Time as the product sees it: milliseconds since 1970 inside, ISO 8601 with milliseconds and `Z` at the edges.

Only this file asks the machine for the time. Everything else is handed a `Clock` or a moment, so that tests own both.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

Millis: TypeAlias = int
"""A moment (milliseconds since 1970-01-01 UTC) or a span, as the name it is bound to says."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OFFSET_AFTER_SPACE = re.compile(r"(T.*) (\d\d:?\d\d)$")

Clock: TypeAlias = Callable[[], Millis]


def system_clock() -> Millis:
    """The machine's wall time."""
    return time.time_ns() // 1_000_000


def from_iso(text: str) -> Millis:
    """The moment of an ISO 8601 text, with `Z`, with an offset, or without either, which means UTC; a day is its
    beginning.

    A `+` that a query string has turned into a space is one again. Raises ValueError.
    """
    try:
        moment = datetime.fromisoformat(_OFFSET_AFTER_SPACE.sub(r"\1+\2", text))
    except ValueError as error:
        raise ValueError("must be an ISO 8601 time such as 2026-01-20T12:00:00Z") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def to_iso(moment: Millis) -> str:
    """`1768910400000` → `2026-01-20T12:00:00.000Z`, the one form of times outside."""
    seconds, millis = divmod(moment, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{millis:03d}Z"
