"""Wall time of the flow on the local stack, over HTTP: one client's median, and flows a second of eight; beside it the
same flow on the Step Functions of the same emulator.
"""

import json
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import urllib3

from benchmarks.flow import ANSWER, DEFINITION, NAME, START
from benchmarks.rows import Row, at_least, at_most
from benchmarks.step_functions import StepFunctions

FLOWS_ALONE = 150
CLIENTS = 8
FLOWS_TOGETHER = 400


def measure(stack: dict[str, Any], token: str) -> list[Row]:
    """Rows of the table. `stack` is the content of `stack.json`."""
    http = urllib3.PoolManager(maxsize=CLIENTS, headers={"Authorization": f"Bearer {token}"}, retries=False)
    api = f"{stack['base_url']}/api/v1/workflows"

    def call(method: str, url: str, body: object = None) -> dict[str, str]:
        answer = http.request(method, url, body=None if body is None else json.dumps(body))
        if answer.status >= 300:
            raise RuntimeError(answer.data.decode())
        data: dict[str, str] = answer.json()["data"]
        return data

    version = call("POST", api, DEFINITION)["version_id"]
    call("POST", f"{api}/{NAME}/versions/{version}/publish")

    def flow(_: int) -> tuple[float, float, float]:
        moments = [time.perf_counter()]
        instance = call("POST", f"{api}/{NAME}/instances", START)["id"]
        moments.append(time.perf_counter())
        call("GET", f"{api}/instances/{instance}")
        moments.append(time.perf_counter())
        call("POST", f"{api}/instances/{instance}/resume", ANSWER)
        moments.append(time.perf_counter())
        create, get, resume = (later - earlier for earlier, later in pairwise(moments))
        return create, get, resume

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(flow, range(CLIENTS * 10)))
        alone = [flow(number) for number in range(FLOWS_ALONE)]
        began = time.perf_counter()
        list(pool.map(flow, range(FLOWS_TOGETHER)))
        together = FLOWS_TOGETHER / (time.perf_counter() - began)
    theirs, theirs_together = StepFunctions(stack["settings"], CLIENTS).measure()
    rows = [
        Row(f"{name}, 1 client, p50 / p95", f"{_ms(times, 50)} / {_ms(times, 95)} ms")
        for name, times in zip(("create", "get", "resume"), zip(*alone, strict=True), strict=True)
    ]
    ours = statistics.median(create + resume for create, _, resume in alone)
    ratio = Row("Step Functions on the same emulator: p50 at 1 client; flows a second, 8 clients",
                f"{theirs * 1000:.0f} ms ({theirs / ours:.1f} times ours); {theirs_together:.0f} "
                f"({together / theirs_together:.1f} times that are ours)")  # fmt: skip
    return [
        *rows,
        at_most("create and resume together, 1 client, p50", round(ours * 1000, 1), 30, " ms"),
        at_least("flows a second (create, get, resume), 8 clients", together, 70),
        ratio,
    ]


def _ms(times: tuple[float, ...] | list[float], percentile: int) -> str:
    return f"{statistics.quantiles(times, n=100)[percentile - 1] * 1000:.1f}"
