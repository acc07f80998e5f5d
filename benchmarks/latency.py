"""Wall time of the flow on the local stack, over HTTP: one client's median, and flows a second of eight."""

import json
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import urllib3

from benchmarks.flow import ANSWER, DEFINITION, NAME, START

FLOWS_ALONE = 150
CLIENTS = 8
FLOWS_TOGETHER = 400


def measure(base_url: str, token: str) -> dict[str, str]:
    """Rows of the table."""
    http = urllib3.PoolManager(maxsize=CLIENTS, headers={"Authorization": f"Bearer {token}"}, retries=False)
    api = f"{base_url}/api/v1/workflows"

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
    rows = {}
    for name, times in zip(("create", "get", "resume"), zip(*alone, strict=True), strict=True):
        rows[f"{name}, 1 client, p50 / p95"] = f"{_ms(times, 50)} / {_ms(times, 95)} ms"
    approval = [create + resume for create, _, resume in alone]
    rows["create and resume together, 1 client, p50"] = f"{_ms(approval, 50)} ms"
    rows["flows a second (create, get, resume), 8 clients"] = f"{together:.0f}"
    return rows


def _ms(times: tuple[float, ...] | list[float], percentile: int) -> str:
    return f"{statistics.quantiles(times, n=100)[percentile - 1] * 1000:.1f}"
