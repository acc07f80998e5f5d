"""What each operation asks of DynamoDB, and its CPU time: counted in the functions' handlers, in this process.

CPU time is this process's own, so the emulator's is not in it.
"""

import statistics
import time
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from benchmarks.counting import Done
from benchmarks.flow import ANSWER, DEFINITION, NAME, PURCHASE, START
from benchmarks.handlers import Handlers
from benchmarks.rows import Row, at_most
from benchmarks.usage import Usage, calm_cpu, least_depth, usage_of

_RUNS = 175
_DEPTHS = {"create": 2, "resume": 2, "get": 1, "list, two namespaces": 1, "history": 1}
_CPU_MS = {"create": 7, "resume": 5, "get": 2}
Operations = dict[str, list[Done]]


def record(handlers: Handlers) -> Operations:
    """Many calls of each operation, `create` and `resume` in the order of their instances."""
    name = f"{NAME}_units"
    handlers.publish({**DEFINITION, "name": name})
    start = f"/workflows/{name}/instances"
    for _ in range(10):  # imports, the definition and the script engine are paid for once per process
        first = f"/workflows/instances/{handlers.call('POST', start, START).data['id']}"
        handlers.call("POST", f"{first}/resume", ANSWER)
        handlers.call("GET", f"{first}/history")
    done: Operations = {"create": [], "get": [], "resume": [], "history": []}
    for _ in range(_RUNS):
        done["create"].append(handlers.call("POST", start, START))
        one = f"/workflows/instances/{done['create'][-1].data['id']}"
        done["get"].append(handlers.call("GET", one))
        done["resume"].append(handlers.call("POST", f"{one}/resume", ANSWER))
        done["history"].append(handlers.call("GET", f"{one}/history"))
    with handlers.counter.latency_of(0.02):
        done["list, two namespaces"] = [handlers.call("GET", "/workflows/instances") for _ in range(5)]
    done["create, Idempotency-Key"] = [
        handlers.call("POST", start, START, **{"idempotency-key": f"bench_{time.time_ns()}"}) for _ in range(15)
    ]
    return done


def rows(done: Operations) -> list[Row]:
    """Requests, round trips, units and CPU of each operation, and of the approval what its calls write."""
    written = approval(done).write_units
    return [
        *(Row(operation, told(runs)) for operation, runs in done.items()),
        *(at_most(f"{operation}: round trips in a row", least_depth(done[operation]), limit)
          for operation, limit in _DEPTHS.items()),
        *(at_most(f"CPU of a warm {operation}", calm_cpu(done[operation]) * 1000, limit, " ms")
          for operation, limit in _CPU_MS.items()),
        at_most("write units of an approval's calls", round(written, 1), 14),
    ]  # fmt: skip


def told(runs: Sequence[Done]) -> str:
    """Of several calls alike: the requests of most of them, the least depth, and the mean of the units to a tenth: a
    write of every 50th call, or of one a minute, is in it.
    """
    usual = statistics.mode(frozenset(Counter(one.kind for one in run.requests).items()) for run in runs)
    requests = ", ".join(kind if times == 1 else f"{times} {kind}" for kind, times in sorted(usual))
    written = statistics.mean(run.write_units for run in runs)
    read = statistics.mean(run.read_units for run in runs)
    return f"{requests}; {least_depth(runs)} in a row; {round(written, 1):g} WRU, {round(read, 1):g} RRU"


def approval(done: Operations) -> Usage:
    """What the two calls of an approval use."""
    return usage_of(done["create"], calls=1) + usage_of(done["resume"], calls=1)


def purchase(handlers: Handlers) -> Usage:
    """What the calls of a purchase use: two people and a message, three halts, three answers."""
    handlers.publish(PURCHASE)
    runs = []
    for _ in range(25):
        calls = [handlers.call("POST", f"/workflows/{PURCHASE['name']}/instances", START)]
        for _ in range(3):
            calls.append(handlers.call("POST", f"/workflows/instances/{calls[0].data['id']}/resume", ANSWER))
        runs.append(calls)
    if runs[-1][-1].data["status"] != "completed":
        raise RuntimeError(f"the purchase stands at {runs[-1][-1].data['current_state']}")
    return sum((usage_of(alike, calls=1) for alike in zip(*runs, strict=True)), Usage())


def commits(*calls: Done) -> list[dict[str, Any]]:
    """What the table's stream has of an instance that these calls made and changed."""
    images = [one.asked["Item"] for call in calls for one in call.requests if one.kind == "PutItem instance"]
    return [
        {
            "dynamodb": {
                "SequenceNumber": str(number), "ApproximateCreationDateTime": time.time(), "NewImage": new,
                **({"OldImage": old} if old else {}),
            }
        }
        for number, (old, new) in enumerate(pairwise([None, *images]))
    ]  # fmt: skip
