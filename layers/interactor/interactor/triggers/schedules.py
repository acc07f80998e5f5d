"""Schedule expressions: `cron(…)`, `rate(…)` and `at(…)`, as EventBridge Scheduler reads them.

Owns what is well-formed, so that a mistake is told in our words before AWS is asked; when a schedule is due is
Scheduler's to know. Pure. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from interactor.clock import Millis

_EXPRESSION = re.compile(r"(cron|rate|at)\(([ -~]*)\)")
"""Printable ASCII: Python also splits at a line end or U+00A0, and in capitals a long s (U+017F) is an S."""
_RATE = re.compile(r"([1-9][0-9]{0,5}) (minute|hour|day)s?")
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
_NUMBER = re.compile(r"[0-9]{1,4}")

_MONTHS = {
    "JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6,
    "JUL": 7, "AUG": 8, "SEP": 9, "OCT": 10, "NOV": 11, "DEC": 12,
}  # fmt: skip
_WEEKDAYS = {"SUN": 1, "MON": 2, "TUE": 3, "WED": 4, "THU": 5, "FRI": 6, "SAT": 7}


class InvalidSchedule(ValueError):
    """The expression or its time zone is malformed; the message says why, for its author."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When to fire: an expression that `read` has taken, in an IANA time zone."""

    expression: str
    timezone: str

    @property
    def once_at(self) -> Millis | None:
        """The moment of an `at(…)`; None for those that recur. A time that a clock change skips or repeats is the
        first that it can mean.
        """
        if not self.expression.startswith("at("):
            return None
        local = datetime.fromisoformat(self.expression[3:-1]).replace(tzinfo=ZoneInfo(self.timezone))
        return int(local.timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a cron expression: its range, and which signs it takes beside `* , - /`."""

    name: str
    lowest: int
    highest: int
    names: dict[str, int]
    signs: str = ""


_FIELDS = (
    _Field("minutes", 0, 59, {}),
    _Field("hours", 0, 23, {}),
    _Field("day-of-month", 1, 31, {}, "?LW"),
    _Field("month", 1, 12, _MONTHS),
    _Field("day-of-week", 1, 7, _WEEKDAYS, "?L#"),
    _Field("year", 1970, 2199, {}),
)


def read(expression: str, timezone: str) -> Schedule:
    """The schedule that these say. Raises InvalidSchedule."""
    if timezone not in _timezones():
        raise InvalidSchedule(f"timezone: '{timezone[:60]}' is no IANA time zone such as 'Europe/Berlin'")
    found = _EXPRESSION.fullmatch(expression)
    if not found:
        raise InvalidSchedule(
            f"'{expression[:60]}' is none of 'rate(5 minutes)', 'cron(0 9 ? * MON-FRI *)', 'at(2026-01-20T12:00:00)'"
        )
    {"cron": _check_cron, "rate": _check_rate, "at": _check_at}[found[1]](found[2])
    return Schedule(expression, timezone)


def _check_rate(text: str) -> None:
    if not _RATE.fullmatch(text):
        raise InvalidSchedule(f"rate({text[:60]}): write a whole number and minutes, hours or days: 'rate(5 minutes)'")


def _check_at(text: str) -> None:
    try:
        if not _AT.fullmatch(text):
            raise ValueError(text)
        datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidSchedule(f"at({text[:60]}): write a date and time such as 'at(2026-01-20T12:00:00)'") from error


def _check_cron(text: str) -> None:
    values = text.split()
    if len(values) != len(_FIELDS):
        names = " ".join(field.name for field in _FIELDS)
        raise InvalidSchedule(f"cron({text[:60]}): has {len(values)} fields and needs six: {names}")
    for field, value in zip(_FIELDS, values, strict=True):
        if not _is_value(field, value):
            raise InvalidSchedule(f"cron({text[:60]}): '{value[:40]}' is not a value of {field.name}")
    if (values[2] == "?") == (values[4] == "?"):
        raise InvalidSchedule(f"cron({text[:60]}): exactly one of day-of-month and day-of-week must be '?'")


def _is_value(field: _Field, text: str) -> bool:
    if text == "?":
        return "?" in field.signs
    return all(_is_item(field, item) for item in text.split(","))


def _is_item(field: _Field, item: str) -> bool:
    """One item of a list: `*`, `5`, `MON-FRI`, `*/5`, `0-30/5`, and `L`, `LW`, `15W`, `6L`, `2#1` where they belong."""
    if "L" in field.signs and item == "L":
        return True
    if "W" in field.signs and item.endswith("W"):
        return item == "LW" or _number(field, item[:-1]) is not None
    if "#" in field.signs and (item.endswith("L") or "#" in item):
        day, _, which = item.removesuffix("L").partition("#")
        return _number(field, day) is not None and (item.endswith("L") or which in {"1", "2", "3", "4", "5"})
    value, slash, step = item.partition("/")
    if slash and not (_NUMBER.fullmatch(step) and 1 <= int(step) <= field.highest):
        return False
    if value == "*":
        return True
    first, dash, last = value.partition("-")
    start, end = _number(field, first), _number(field, last)
    return start is not None and (not dash or (end is not None and start <= end))


def _number(field: _Field, text: str) -> int | None:
    if text.upper() in field.names:
        return field.names[text.upper()]
    if _NUMBER.fullmatch(text) and field.lowest <= int(text) <= field.highest:
        return int(text)
    return None


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())
