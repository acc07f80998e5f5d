"""What each operation asks of DynamoDB, and its CPU time: counted in the functions' handlers, in this process.

CPU time is this process's own, so the emulator's is not in it. Requests of several threads may overlap or not as it
happens, so the depth is the least of several calls.
"""

import statistics
import time
from collections import Counter

from benchmarks.flow import ANSWER, DEFINITION, NAME, PURCHASE, START
from benchmarks.handlers import Done, Handlers
from benchmarks.prices import Usage
from benchmarks.rows import Row, at_most

_RUNS = 60


def measure(handlers: Handlers) -> tuple[list[Row], dict[str, Usage]]:
    """Rows of the table, and what a flow uses in all, by its name."""
    name = f"{NAME}_units"
    handlers.publish({**DEFINITION, "name": name})
    start = f"/workflows/{name}/instances"
    for _ in range(10):  # imports, the definition and the script engine are paid for once per process
        first = handlers.call("POST", start, START).data["id"]
        handlers.call("POST", f"/workflows/instances/{first}/resume", ANSWER)
    done: dict[str, list[Done]] = {"create": [], "get": [], "resume": []}
    for _ in range(_RUNS):
        done["create"].append(handlers.call("POST", start, START))
        one = f"/workflows/instances/{done['create'][-1].data['id']}"
        done["get"].append(handlers.call("GET", one))
        done["resume"].append(handlers.call("POST", f"{one}/resume", ANSWER))
    done["list, two namespaces, no filter"] = [handlers.call("GET", "/workflows/instances") for _ in range(5)]
    done["create with Idempotency-Key"] = [
        handlers.call("POST", start, START, **{"idempotency-key": f"bench_{time.time_ns()}"})
    ]
    depth = {operation: min(call.depth for call in calls) for operation, calls in done.items()}
    rows = [_counts(operation, calls[-1], depth[operation]) for operation, calls in done.items()]
    for operation, limit in (("create", 2), ("resume", 2), ("get", 1), ("list, two namespaces, no filter", 1)):
        rows.append(at_most(f"{operation}: round trips one after the other", depth[operation], limit))
    for operation, milliseconds in (("create", 7), ("resume", 5), ("get", 2)):
        rows.append(at_most(f"CPU of a warm {operation}", _cpu(done[operation]) * 1000, milliseconds, " ms"))
    approval = _usage(done["create"], done["resume"])
    rows.append(at_most("write units of the approval flow in all", approval.write_units, 14))
    return rows, {"approval": approval, "purchase": _purchase(handlers)}


def _purchase(handlers: Handlers) -> Usage:
    """Two people and a message: three halts, three answers."""
    handlers.publish(PURCHASE)
    calls = []
    for _ in range(5):
        calls = [handlers.call("POST", f"/workflows/{PURCHASE['name']}/instances", START)]
        for _ in range(3):
            calls.append(handlers.call("POST", f"/workflows/instances/{calls[0].data['id']}/resume", ANSWER))
    if calls[-1].data["status"] != "completed":
        raise RuntimeError(f"the purchase stands at {calls[-1].data['current_state']}")
    return _usage(*([call] for call in calls))


def _usage(*operations: list[Done]) -> Usage:
    """What a flow of one call of each operation uses; of what varies, the median."""
    return Usage(
        calls=len(operations),
        cpu_seconds=sum(_cpu(calls) for calls in operations),
        round_trips=sum(min(call.depth for call in calls) for calls in operations),
        write_units=sum(statistics.median(call.write_units for call in calls) for calls in operations),
        read_units=sum(statistics.median(call.read_units for call in calls) for calls in operations),
    )


def _cpu(calls: list[Done]) -> float:
    return statistics.median(call.cpu for call in calls)


def _counts(operation: str, call: Done, depth: int) -> Row:
    requests = ", ".join(f"{times} {name}" for name, times in Counter(one.operation for one in call.requests).items())
    return Row(operation, f"{requests}; {depth} deep; {call.write_units:g} WRU, {call.read_units:g} RRU")
