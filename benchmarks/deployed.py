"""What the deployed functions ask of AWS for approvals over HTTP, from the emulator's call record alone.

It shows that the handlers in this process, whose units are counted, make the requests of the deployed ones, and what
else the deployment does for an approval: the functions behind the table's stream, counters, what processes read once.
"""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from benchmarks.call_record import FUNCTIONS, Call, CallRecord, kind
from benchmarks.counting import Done
from benchmarks.http_api import HttpApi
from benchmarks.rows import Row
from benchmarks.units import Operations

_FLOWS = 25
_QUIET_SECONDS = 3
"""Longer than the local stack lets commits gather before they are measured."""
_SWEEP = {"sweep", "timers", "accounts", "by_account"}
"""What only the sweep of every minute asks for, which has nothing to do with approvals."""


def measure(stack: dict[str, Any], api: HttpApi, done: Operations) -> list[Row]:
    """Rows of the table. Raises RuntimeError when a request that every approval makes in this process is not made by
    every approval that is deployed, or the other way round.
    """
    record = CallRecord(stack["settings"]["aws_endpoint_url"])
    with record.kept():
        for _ in range(3):
            api.resume(api.create())
        _wait_until_quiet(record)
        since = time.time()
        for _ in range(_FLOWS):
            api.resume(api.create())
        _wait_until_quiet(record)
        recorded = record.since(since, FUNCTIONS)
    seen = _kinds(recorded)
    each = _in_every(list(zip(done["create"], done["resume"], strict=True)))
    for what, times in each.items():
        if seen[what] != times * _FLOWS:
            raise RuntimeError(f"{_FLOWS} approvals made {seen[what]} requests {what}, not {times} each")
    others = (f"{times / _FLOWS:.2g} {what}" for what, times in sorted(seen.items()) if what not in each)
    return [
        Row("in the calls, as in this process", ", ".join(f"{times} {what}" for what, times in sorted(each.items()))),
        Row("beside them, on the average", ", ".join(others)),
    ]


def _in_every(approvals: Sequence[tuple[Done, Done]]) -> dict[str, int]:
    """The requests that all approvals have in common, and how many times."""
    counts = [Counter(one.kind for call in calls for one in call.requests) for calls in approvals]
    return {what: times for what, times in counts[0].items() if all(count[what] == times for count in counts)}


def _wait_until_quiet(record: CallRecord) -> None:
    """Until the functions have asked for nothing for a while, but for the sweep."""
    while _kinds(record.since(time.time() - _QUIET_SECONDS, FUNCTIONS)):
        time.sleep(0.5)


def _kinds(calls: Sequence[Call]) -> Counter[str]:
    """How many requests of each kind there are, without the sweep's."""
    kinds = Counter(kind(call.service, call.operation, call.asked) for call in calls)
    return Counter({what: times for what, times in kinds.items() if what.split()[-1] not in _SWEEP})
