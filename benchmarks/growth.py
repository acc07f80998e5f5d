"""Whether an operation costs more the more instances there are: units and round trips at 1,000, 10,000 and 100,000.

The instances are written by the store itself, each as a create leaves it, but 25 in a request, or it would take hours.
"""

import statistics
from typing import Any

from benchmarks.counting import Done
from benchmarks.flow import ANSWER, DEFINITION, START
from benchmarks.handlers import Handlers
from benchmarks.rows import Row
from benchmarks.usage import least_depth
from interactor.engine.definition.workflow import Definition
from interactor.engine.signals import Created, Origin, ScriptEnded
from interactor.engine.transition import transition
from interactor.engine.work import ScriptReturned
from interactor.storage.instances import Instances
from interactor.storage.table import Table

NAME = "bench_growth"
_TRIES = 10


def measure(handlers: Handlers, sizes: tuple[int, ...]) -> list[Row]:
    """Rows of the table, one an operation, with its figures at each size."""
    handlers.publish({**DEFINITION, "name": NAME})
    seen: dict[str, list[str]] = {}
    costs: dict[str, list[float]] = {}
    present = 0
    for size in sizes:
        _seed(handlers, size - present)
        present = size
        for operation, done in _operations(handlers).items():
            units = statistics.median(call.write_units + call.read_units for call in done)
            seen.setdefault(operation, []).append(f"{units:g} in {least_depth(done)}")
            costs.setdefault(operation, []).append(units)
    return [
        Row(
            f"{operation}, units in round trips", ", ".join(figures), "± 10 %",
            max(costs[operation]) <= 1.1 * costs[operation][0],
        )
        for operation, figures in seen.items()
    ]  # fmt: skip


def _operations(handlers: Handlers) -> dict[str, list[Done]]:
    calls: dict[str, list[Done]] = {"create": [], "get": [], "list": [], "resume": [], "history": []}
    for _ in range(_TRIES):
        created = handlers.call("POST", f"/workflows/{NAME}/instances", START)
        one = f"/workflows/instances/{created.data['id']}"
        calls["create"].append(created)
        calls["get"].append(handlers.call("GET", one))
        with handlers.counter.latency_of(0.02):
            calls["list"].append(handlers.call("GET", "/workflows/instances", query=f"workflow_name={NAME}&limit=20"))
        calls["resume"].append(handlers.call("POST", f"{one}/resume", ANSWER))
        calls["history"].append(handlers.call("GET", f"{one}/history"))
    return calls


def _seed(handlers: Handlers, count: int) -> None:
    parts = handlers.parts
    version_id = parts.workflows.get("acme", NAME).published_version_id or ""
    definition = Definition.model_validate({**DEFINITION, "name": NAME})
    writer = _InBatches(handlers.dynamodb)
    instances = Instances(Table(writer, parts.settings.table_name), parts.documents, parts.settings.index_shards)
    for number in range(count):
        now = parts.clock()
        origin = Origin("user", f"req_{number}")
        created = Created(parts.ids.new("inst", now), "acme", "user_1", NAME, version_id, START["input"], origin)
        running = transition(definition, None, created, now)
        halted = transition(
            definition, running.instance, ScriptEnded("thread_main", ScriptReturned({"amount": number})), now
        )
        instances.commit(None, halted.instance, running.events + halted.events, parts.ids.new("op", now))
    writer.flush()


class _InBatches:
    """Takes the store's single puts and sends them 25 at a time."""

    def __init__(self, dynamodb: Any) -> None:
        self._dynamodb = dynamodb
        self._table = ""
        self._pending: list[dict[str, Any]] = []

    def put_item(self, *, TableName: str, Item: dict[str, Any], **_: Any) -> None:
        self._table = TableName
        self._pending.append({"PutRequest": {"Item": Item}})
        if len(self._pending) == 25:
            self.flush()

    def flush(self) -> None:
        while self._pending:
            answer = self._dynamodb.batch_write_item(RequestItems={self._table: self._pending})
            self._pending = answer.get("UnprocessedItems", {}).get(self._table, [])
