"""Durations as counts in logarithmic buckets: any percentile within 5 %, in a few hundred bytes, and two add up.

Bucket n holds what is in (G^(n-1), G^n], whose ends are no further than 4.5 % from its middle: DDSketch (Masson, Rim,
Lee, VLDB 2019), section 2.
"""

import math
from collections.abc import Mapping

from interactor.clock import Millis

_HALF_WIDTH = 0.045
"""What rounding adds to it keeps within the 5 %. A stay of 90 days is in bucket 253."""
_G = (1 + _HALF_WIDTH) / (1 - _HALF_WIDTH)
_ROUNDED_OFF = 1e-9
AT_ONCE = -1
"""The bucket of what took less than a millisecond; bucket 0 is of exactly one."""


def bucket(duration: Millis) -> int:
    """The number of the bucket that a duration is counted in."""
    return math.ceil(math.log(duration, _G) - _ROUNDED_OFF) if duration >= 1 else AT_ONCE


def percentile(counts: Mapping[int, int], share: float) -> float | None:
    """Milliseconds at rank ceil(share x n) of what was counted, with a decimal below 100; None where nothing was."""
    rank = math.ceil(share * sum(counts.values()))
    for number in sorted(counts):
        rank -= counts[number]
        if rank <= 0:
            return _middle(number) if counts[number] else None
    return None


def _middle(number: int) -> float:
    """Of the whole milliseconds in a bucket: the value whose relative distance to the first and last is the same."""
    if number == AT_ONCE:
        return 0
    first, last = math.floor(_G ** (number - 1) + _ROUNDED_OFF) + 1, math.floor(_G**number + _ROUNDED_OFF)
    if first >= last:
        return last
    middle = 2 * first * last / (first + last)
    return round(middle) if middle >= 100 else round(middle, 1)
