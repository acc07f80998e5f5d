"""When a delivery is tried again, and when it is given up (reference, 'Webhook Retry Policy'). Pure."""

import hashlib
from datetime import UTC
from email.utils import parsedate_to_datetime

from interactor.clock import Millis

_SECOND: Millis = 1000
_MINUTE: Millis = 60 * _SECOND
_HOUR: Millis = 60 * _MINUTE

_WAITS: tuple[Millis, ...] = (30 * _SECOND, 2 * _MINUTE, 8 * _MINUTE, 30 * _MINUTE, 2 * _HOUR)
"""After the first try, the second, and so on; each counts from the end of the try before."""
MAX_TRIES = len(_WAITS) + 1
_LONGEST_RETRY_AFTER: Millis = 2 * _HOUR
_RETRY_AFTER_STATUSES = (429, 503)
_SPREAD = 0.1
"""Waits are up to this much longer or shorter, so that what failed together does not come back together."""


def next_try(
    delivery_id: str, tries: int, now: Millis, status_code: int | None = None, retry_after: str | None = None
) -> Millis | None:
    """When to try again after `tries` tries that failed, the last at `now`; None when that was the last.

    `retry_after` is the header of the last answer: on 429 and 503 it puts the next try off, by up to two hours. The
    same arguments give the same moment.
    """
    if tries >= MAX_TRIES:
        return None
    moment = now + round(_WAITS[tries - 1] * (1 + _SPREAD * _deviation(delivery_id, tries)))
    if status_code in _RETRY_AFTER_STATUSES and retry_after is not None:
        wanted = _moment_of(retry_after, now)
        moment = max(moment, min(wanted, now + _LONGEST_RETRY_AFTER))
    return moment


def _deviation(delivery_id: str, tries: int) -> float:
    """Between -1 and 1."""
    digest = hashlib.sha256(f"{delivery_id}#{tries}".encode()).digest()
    return int.from_bytes(digest[:4]) / 0xFFFFFFFF * 2 - 1


def _moment_of(retry_after: str, now: Millis) -> Millis:
    """Seconds or a date (RFC 9110, 10.2.3); anything else asks for nothing."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return now + min(int(text[:10]) * 1000, _LONGEST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return now
    return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() * 1000)
