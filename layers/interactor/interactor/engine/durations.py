"""ISO 8601 durations as workflows use them: weeks, days, hours, minutes and seconds; a month has no length."""

import re

from interactor.clock import Millis

SHORTEST: Millis = 60 * 1000
LONGEST: Millis = 90 * 24 * 60 * 60 * 1000
"""A minute to 90 days (docs/workflows.md, 'Halts')."""

_DURATION = re.compile(r"P(?=.)(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?=.)(?:(\d{1,5})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?")
_UNITS: tuple[Millis, ...] = (604_800_000, 86_400_000, 3_600_000, 60_000, 1_000)


def milliseconds(text: str) -> Millis | None:
    """The length of a duration, or None for any other text (https://www.iso.org/iso-8601-date-and-time-format.html)."""
    match = _DURATION.fullmatch(text)
    if match is None or not text.isascii():
        return None
    return sum(int(count) * unit for count, unit in zip(match.groups(default="0"), _UNITS, strict=True))
