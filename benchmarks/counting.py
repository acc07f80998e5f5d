"""What a piece of work asks of AWS: its requests, which of them waited for which, and the units they consumed.

Every request is counted twice, at our own clients and in the emulator's call record, and the two must be the same
requests. When each began and ended, and what it consumed, is from our side: the record does not have it.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from benchmarks.call_record import CallRecord, kind
from benchmarks.sizes import read_units

_WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem")


@dataclass(frozen=True, slots=True)
class Request:
    """One request to AWS: what was asked, when, and what it consumed."""

    id: str
    service: str
    operation: str
    asked: dict[str, Any]
    began: float
    ended: float
    write_units: float = 0
    read_units: float = 0

    @property
    def kind(self) -> str:
        return kind(self.service, self.operation, self.asked)


@dataclass
class Done:
    """One call of a handler: its answer, its CPU time in seconds, its requests, and the megabytes of its function."""

    answer: Any = None
    cpu: float = 0
    memory: int = 0
    requests: list[Request] = field(default_factory=list)

    @property
    def data(self) -> Any:
        """Of an API's answer."""
        return json.loads(self.answer["body"])["data"]

    @property
    def write_units(self) -> float:
        return sum(request.write_units for request in self.requests)

    @property
    def read_units(self) -> float:
        return sum(request.read_units for request in self.requests)

    @property
    def depth(self) -> int:
        """Round trips one after the other: how many requests began when the one counted before had ended."""
        depth, free_at = 0, 0.0
        for request in sorted(self.requests, key=lambda request: request.ended):
            if request.began >= free_at:
                depth, free_at = depth + 1, request.ended
        return depth


class RequestCounter:
    """Counts the requests of `clients`, which sign with `access_key` and nobody else does."""

    def __init__(self, clients: list[Any], access_key: str, record: CallRecord) -> None:
        self._access_key = access_key
        self._record = record
        self._requests: list[Request] = []
        self.counted = 0
        self._latency = 0.0
        for client in clients:
            self._note_into(client)

    @contextmanager
    def counting(self) -> Iterator[Done]:
        """Fill in the CPU time and the requests of what is done meanwhile. Raises RuntimeError when our clients and the
        emulator's record do not have the same requests.
        """
        done = Done()
        self._requests.clear()
        since = time.time()
        with self._record.kept():
            began = time.process_time()
            yield done
            done.cpu = time.process_time() - began
            recorded = self._record.since(since, self._access_key)
        done.requests = list(self._requests)
        ours = sorted((one.id, one.service, one.operation) for one in done.requests)
        theirs = sorted((one.id, one.service, one.operation) for one in recorded)
        if ours != theirs:
            raise RuntimeError(f"our clients made {ours}, and the emulator recorded {theirs}")
        self.counted += len(ours)

    @contextmanager
    def latency_of(self, seconds: float) -> Iterator[None]:
        """Make each request take so much longer meanwhile. The emulator answers sooner than a thread can begin the next
        request, so what goes side by side on AWS would look like one after the other.
        """
        self._latency = seconds
        try:
            yield
        finally:
            self._latency = 0.0

    def _note_into(self, client: Any) -> None:
        under_way = threading.local()

        def ask(params: dict[str, Any], model: Any, **_: Any) -> None:
            speaks_json = model.service_model.metadata["protocol"] == "json"
            under_way.asked = json.loads(params["body"]) if speaks_json else {}
            if model.service_model.service_name == "dynamodb":
                params["body"] = json.dumps({**under_way.asked, "ReturnConsumedCapacity": "INDEXES"}).encode()
            under_way.began = time.perf_counter()
            time.sleep(self._latency)

        def note(parsed: dict[str, Any], model: Any, **_: Any) -> None:
            ended = time.perf_counter()
            consumed = parsed.get("ConsumedCapacity", [])
            parts = consumed if isinstance(consumed, list) else [consumed]
            written = sum(part["CapacityUnits"] for part in parts) if model.name in _WRITES else 0
            read = read_units(model.name, under_way.asked, parsed) if "Error" not in parsed else 0
            identity, service = parsed["ResponseMetadata"]["RequestId"], model.service_model.service_name
            self._requests.append(
                Request(identity, service, model.name, under_way.asked, under_way.began, ended, written, read)
            )

        client.meta.events.register("before-call", ask)
        client.meta.events.register("after-call", note)
