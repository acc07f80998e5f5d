"""Percentiles from buckets are within 5 % of the exact ones, from a millisecond to 90 days."""

import math

from hypothesis import given
from hypothesis import strategies as st

from interactor.metrics.histogram import bucket, percentile

DAYS_90 = 90 * 24 * 3600 * 1000
durations = st.one_of(st.integers(0, 300), st.integers(0, 600_000), st.integers(0, DAYS_90))


@given(st.lists(durations, min_size=1, max_size=200), st.sampled_from((0.5, 0.95, 1.0)))
def test_within_five_percent(values: list[int], share: float) -> None:
    counts: dict[int, int] = {}
    for value in values:
        counts[bucket(value)] = counts.get(bucket(value), 0) + 1
    exact = sorted(values)[math.ceil(share * len(values)) - 1]
    found = percentile(counts, share)
    assert found is not None
    assert abs(found - exact) <= 0.05 * exact


def test_the_first_ten_milliseconds_are_exact() -> None:
    assert [percentile({bucket(value): 1}, 0.5) for value in range(11)] == list(range(11))


def test_of_nothing_there_is_none() -> None:
    assert percentile({}, 0.5) is None


def test_there_are_few_buckets() -> None:
    assert bucket(DAYS_90) < 260
