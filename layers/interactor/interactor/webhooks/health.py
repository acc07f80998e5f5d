"""How a subscription's receiver has been doing: counts and latencies of the last 24 hours, and since when all fails.

Pure. Latencies are counted in classes, each √2 times the one before, so that a percentile is right to within 20 %
however many tries there were.
"""

import math
from dataclasses import dataclass, field, replace

from interactor.clock import Millis
from interactor.json_text import Json

_HOUR: Millis = 60 * 60 * 1000
_HOURS_KEPT = 24
_CLASSES_PER_DOUBLING = 2


@dataclass(frozen=True, slots=True)
class Hour:
    """The tries that ended in one hour; `latencies` are how many took how long, by class."""

    tries: int = 0
    successes: int = 0
    latencies: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    """`hours` are keyed by the hour since 1970; they are statistics, and a crash may lose some."""

    hours: dict[int, Hour] = field(default_factory=dict)
    last_success: Millis | None = None
    last_failure: Millis | None = None
    last_error: str | None = None
    failing_since: Millis | None = None
    """The first try that failed since one succeeded."""

    def noted(self, at: Millis, duration: Millis, error: str | None) -> "Health":
        """With one more try, which ended at `at`; `error` is None where it succeeded."""
        number = at // _HOUR
        kept = {hour: counts for hour, counts in self.hours.items() if hour > number - _HOURS_KEPT}
        before = kept.get(number, Hour())
        place = _class_of(duration)
        latencies = before.latencies | {place: before.latencies.get(place, 0) + 1}
        hours = kept | {number: Hour(before.tries + 1, before.successes + (error is None), latencies)}
        if error is None:
            return replace(self, hours=hours, last_success=at, failing_since=None)
        since = self.failing_since if self.failing_since is not None else at
        return replace(self, hours=hours, last_failure=at, last_error=error, failing_since=since)

    def success_rate(self, now: Millis) -> float | None:
        """Of the tries of the last 24 hours; None without any."""
        recent = self._recent(now)
        tries = sum(hour.tries for hour in recent)
        return sum(hour.successes for hour in recent) / tries if tries else None

    def latency(self, percentile: int, now: Millis) -> Millis | None:
        """How long so many per cent of the tries of the last 24 hours took at most; None without any."""
        counts: dict[int, int] = {}
        for hour in self._recent(now):
            for place, count in hour.latencies.items():
                counts[place] = counts.get(place, 0) + count
        wanted = math.ceil(sum(counts.values()) * percentile / 100)
        for place in sorted(counts):
            wanted -= counts[place]
            if wanted <= 0:
                return _middle_of(place)
        return None

    def _recent(self, now: Millis) -> list[Hour]:
        return [counts for hour, counts in self.hours.items() if hour > now // _HOUR - _HOURS_KEPT]


def to_json(health: Health) -> Json:
    hours = {
        str(number): [hour.tries, hour.successes, {str(place): count for place, count in hour.latencies.items()}]
        for number, hour in health.hours.items()
    }
    return [hours, health.last_success, health.last_failure, health.last_error, health.failing_since]


def from_json(document: Json) -> Health:
    """The inverse of `to_json`."""
    hours, *others = document
    return Health(
        {
            int(number): Hour(tries, successes, {int(place): count for place, count in latencies.items()})
            for number, (tries, successes, latencies) in hours.items()
        },
        *others,
    )


def _class_of(duration: Millis) -> int:
    return round(math.log2(max(duration, 1)) * _CLASSES_PER_DOUBLING)


def _middle_of(place: int) -> Millis:
    return round(2 ** (place / _CLASSES_PER_DOUBLING))
