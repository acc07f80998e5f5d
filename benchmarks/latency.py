"""Wall time of the approval on the local stack, over HTTP: one client's median, and flows a second of eight; beside it
the same approval on the Step Functions of the same emulator.

An approval is a create and a resume: the question is in the answer of the one, the end in that of the other. Clients
that ask in between for the instance are measured as well.
"""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

from benchmarks.http_api import HttpApi
from benchmarks.rows import Row, at_least, at_most
from benchmarks.step_functions import StepFunctions

FLOWS_ALONE = 150
CLIENTS = 8
FLOWS_TOGETHER = 400
_ROUNDS = 3
"""Of the flows of all clients; the best counts, because a busy machine makes a round slower and never faster."""


def measure(stack: dict[str, Any], api: HttpApi) -> list[Row]:
    """Rows of the table. `stack` is the content of `stack.json`."""

    def approval(_: int) -> tuple[float, ...]:
        return _moments(api.create, api.resume)

    def watched_approval(_: int) -> tuple[float, ...]:
        return _moments(api.create, api.get, api.resume)

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(watched_approval, range(CLIENTS * 10)))
        watched = [watched_approval(number) for number in range(FLOWS_ALONE)]
        alone = [sum(approval(number)) for number in range(FLOWS_ALONE)]
        together = _flows_a_second(pool, approval)
        watched_together = _flows_a_second(pool, watched_approval)
    step_functions = StepFunctions(stack["settings"], CLIENTS)
    theirs, theirs_together = step_functions.measure(_ROUNDS)
    ours = statistics.median(alone)
    return [
        *(Row(f"{name}, 1 client, p50 / p95", f"{_ms(times, 50)} / {_ms(times, 95)} ms")
          for name, times in zip(("create", "get", "resume"), zip(*watched, strict=True), strict=True)),
        at_most("approval, 1 client, p50", round(ours * 1000, 1), 30, " ms"),
        at_least(f"approvals a second, {CLIENTS} clients", together, 70),
        Row("with a get in between", f"{watched_together:.0f} a second"),
        Row("Step Functions on the same emulator", f"{theirs * 1000:.0f} ms ({theirs / ours:.1f} times ours); "
            f"{theirs_together:.0f} a second (ours {together / theirs_together:.1f} times that); "
            f"{step_functions.transitions()} transitions"),
    ]  # fmt: skip


def _moments(create: Callable[[], str], *steps: Callable[[str], None]) -> tuple[float, ...]:
    """The seconds that each step takes."""
    moments = [time.perf_counter()]
    instance_id = create()
    moments.append(time.perf_counter())
    for step in steps:
        step(instance_id)
        moments.append(time.perf_counter())
    return tuple(later - earlier for earlier, later in pairwise(moments))


def _flows_a_second(pool: ThreadPoolExecutor, flow: Callable[[int], object]) -> float:
    rates = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        list(pool.map(flow, range(FLOWS_TOGETHER)))
        rates.append(FLOWS_TOGETHER / (time.perf_counter() - began))
    return max(rates)


def _ms(times: tuple[float, ...] | list[float], percentile: int) -> str:
    return f"{statistics.quantiles(times, n=100)[percentile - 1] * 1000:.1f}"
