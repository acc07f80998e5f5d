"""Which keys get hot: the writes of real flows, by partition key and in write units, scaled to 50,000 starts a minute.

The writes are those of the calls and of what measures their commits, in batches as large as they come at that rate.

A key that one flow alone writes (its instance) is as warm at any rate: more flows are more such keys. A key that
several flows share takes its part of all of them. `IndexShards` is played back, since an index's key is the only thing
that it changes.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.counting import Done
from benchmarks.flow import ANSWER, DEFINITION, START
from benchmarks.handlers import Handlers
from benchmarks.sizes import write_units
from benchmarks.units import commits

STARTS_A_MINUTE = 50_000
SHARDS = (1, 4)
"""What a new deployment has, and what `docs/scaling.md` recommends at this rate."""
PLANNED = 500
"""Writes a second to one key that we plan for; DynamoDB serves 1,000
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html).
"""
_INDEXES = ("by_account", "by_namespace", "by_workflow", "by_both")
_COUNTED = 1_000
"""The largest batch of `on_commits` (template.yaml); at this rate each is as large."""
_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Write:
    """One write that a flow made: of the table or of an index, to the key there."""

    flow: int
    place: str
    key: str
    instance_id: str = ""
    units: int = 1


def record(handlers: Handlers, flows: int) -> list[Write]:
    """The writes of so many approvals in one namespace of one account."""
    name = "bench_heat"
    handlers.publish({**DEFINITION, "name": name})
    writes: list[Write] = []
    followed: list[dict[str, Any]] = []
    for flow in range(flows):
        created = handlers.call("POST", f"/workflows/{name}/instances", START)
        resumed = handlers.call("POST", f"/workflows/instances/{created.data['id']}/resume", ANSWER)
        followed += commits(created, resumed)
        listed: dict[str, str] = {}
        for item in _items_written(created, resumed):
            writes.append(_table_write(flow, item))
            writes += _index_writes(flow, item, listed)
    for start in range(0, len(followed), _COUNTED):
        counted = handlers.follow("on_commits", followed[start : start + _COUNTED])
        writes += (_table_write(start // 2, item) for item in _items_written(counted))
    return writes


def show(writes: list[Write]) -> str:
    """The hottest keys of the table and of each index, with every number of shards."""
    flows = len({write.flow for write in writes})
    lines = [
        f"Write units a second to one key at {STARTS_A_MINUTE:,} starts a minute, of {flows:,} recorded approvals:", "",
        "| IndexShards | where | hottest keys | planned for 500 |", "|---|---|---|---|",
    ]  # fmt: skip
    for shards in SHARDS:
        heat = _heat(writes, shards, STARTS_A_MINUTE / 60 / flows)
        for place in ("table", *_INDEXES):
            hottest = heat[place].most_common(_SHOWN)
            told = ", ".join(f"`{key}` {rate:,.0f}" for key, rate in hottest)
            verdict = "too hot" if any(rate > PLANNED for _, rate in hottest) else "holds"
            lines.append(f"| {shards} | {place} | {told} | {verdict} |")
    return "\n".join(lines)


def _heat(writes: list[Write], shards: int, scale: float) -> dict[str, Counter[str]]:
    """Write units a second by place and key; keys that only one flow writes are left out."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    flows_of: dict[tuple[str, str], set[int]] = defaultdict(set)
    for write in writes:
        key = write.key
        if write.instance_id:
            key = f"{key.rsplit('#', 1)[0]}#{zlib.crc32(write.instance_id.encode()) % shards}"
        counts[write.place][key] += write.units
        flows_of[write.place, key].add(write.flow)
    return {
        place: Counter({key: n * scale for key, n in found.items() if len(flows_of[place, key]) > 1})
        for place, found in counts.items()
    }


def _items_written(*calls: Done) -> Iterator[dict[str, Any]]:
    """The keys, and for whole items everything, of what the requests wrote."""
    for request in (request for call in calls for request in call.requests):
        match request.operation:
            case "PutItem":
                yield request.asked["Item"]
            case "UpdateItem":
                yield request.asked["Key"]
            case "TransactWriteItems":
                for action in request.asked["TransactItems"]:
                    ((_, write),) = action.items()
                    yield write.get("Item") or write["Key"]


def _table_write(flow: int, item: dict[str, Any]) -> Write:
    return Write(flow, "table", item["pk"]["S"], units=write_units(item))


def _index_writes(flow: int, item: dict[str, Any], listed: dict[str, str]) -> Iterable[Write]:
    """An entry is put, replaced where it stands, or deleted there and put elsewhere: what DynamoDB does by itself."""
    for index in _INDEXES:
        if index not in item:
            continue
        key, before = item[index]["S"], listed.get(index)
        if before is not None and before != key:
            yield Write(flow, index, before, item["id"]["S"])
        yield Write(flow, index, key, item["id"]["S"])
        listed[index] = key
