"""What a piece of work uses of the things that are paid for, from what was counted of it."""

import statistics
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Self

from benchmarks.counting import Done

VCPU_MB = 1769
"""Memory with which a function has one whole vCPU (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html)."""
ROUND_TRIP_SECONDS = 0.005
"""An assumption, on the safe side: a small DynamoDB request takes single-digit milliseconds
(https://aws.amazon.com/dynamodb/).
"""
_ROUND = 25


@dataclass(frozen=True, slots=True)
class Usage:
    """`calls` are those of the API; each is an invocation as well."""

    calls: float = 0
    invocations: float = 0
    gb_seconds: float = 0
    write_units: float = 0
    read_units: float = 0
    queue_requests: float = 0

    def __add__(self, other: Self) -> "Usage":
        return Usage(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    def times(self, factor: float) -> "Usage":
        return Usage(*(figure * factor for figure in astuple(self)))


def usage_of(runs: Sequence[Done], *, calls: int = 0, waits: float = 0, messages: int = 0) -> Usage:
    """What one invocation of a function uses, as the mean of several alike. It waits for others than AWS for `waits`
    seconds, and takes `messages` from a queue, each of which Lambda receives and deletes.
    """
    memory = runs[0].memory
    busy = calm_cpu(runs) / min(1, memory / VCPU_MB)
    seconds = busy + least_depth(runs) * ROUND_TRIP_SECONDS + waits
    return Usage(
        calls=calls,
        invocations=1,
        gb_seconds=seconds * memory / 1024,
        write_units=statistics.mean(run.write_units for run in runs),
        read_units=statistics.mean(run.read_units for run in runs),
        queue_requests=statistics.mean(sum(one.service == "sqs" for one in run.requests) for run in runs)
        + 2 * messages,
    )


def calm_cpu(runs: Sequence[Done]) -> float:
    """Seconds of CPU: the median of the calmest of several rounds.

    Other programs take caches and clock speed away, which makes a round slower and never faster. A low quantile of all
    runs would leave out what belongs to the work, such as the collection of garbage.
    """
    rounds = [runs[start : start + _ROUND] for start in range(0, len(runs), _ROUND)]
    return min(statistics.median(run.cpu for run in calls) for calls in rounds)


def least_depth(runs: Sequence[Done]) -> int:
    """Round trips one after the other. Requests of several threads overlap or not as it happens: the least of all."""
    return min(run.depth for run in runs)
