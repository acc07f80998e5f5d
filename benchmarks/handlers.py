"""The functions' handlers in this process, over the table of a local stack, with every DynamoDB request on record."""

import json
import os
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from interactor.auth.principals import SCOPES, Principal

_WRITES = ("PutItem", "UpdateItem", "TransactWriteItems", "BatchWriteItem")


@dataclass(frozen=True, slots=True)
class Request:
    """One request to DynamoDB: what was asked, when, and what it consumed."""

    operation: str
    asked: dict[str, Any]
    began: float
    ended: float
    write_units: float
    read_units: float


@dataclass
class Done:
    """One call of a handler: its answer, its CPU time in seconds, and its requests."""

    data: Any
    cpu: float
    requests: list[Request] = field(default_factory=list)

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


class _Anybody:
    """Takes any token: verifying one makes no request."""

    def verify(self, authorization: str | None) -> Principal:
        return Principal("user", "acme", SCOPES, frozenset(("user_1", "org_acme")))


class Handlers:
    """`settings` are those of `stack.json`. One for each process, because parts are made once from the environment."""

    def __init__(self, settings: dict[str, Any]) -> None:
        outputs = settings["outputs"]
        os.environ |= {
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": settings["region"],
            "AWS_ENDPOINT_URL": settings["aws_endpoint_url"], "TABLE_NAME": outputs["TableName"],
            "DOCUMENTS_BUCKET": outputs["DocumentsBucketName"], "LOG_LEVEL": "CRITICAL",
            **dict.fromkeys(("RATE_LIMIT_READ", "RATE_LIMIT_WRITE", "RATE_LIMIT_CREATE"), "1000000000000"),
        }  # fmt: skip
        from functions.definitions import app as definitions
        from functions.instances import app as instances
        from interactor.services.parts import parts
        from interactor.storage.clients import client

        self.parts = parts().with_others(tokens=_Anybody())
        for app in (definitions, instances):
            app.api.use(self.parts)
        self._definitions, self._instances = definitions, instances
        self._record: list[Request] = []
        self.dynamodb = client("dynamodb")
        _record_into(self.dynamodb, self._record)

    def publish(self, definition: dict[str, Any]) -> None:
        version = self.call("POST", "/workflows", definition).data["version_id"]
        self.call("POST", f"/workflows/{definition['name']}/versions/{version}/publish")

    def call(self, method: str, path: str, body: Any = None, query: str = "", **headers: str) -> Done:
        app = self._instances if "/instances" in path else self._definitions
        event = _event(method, f"/api/v1{path}", body, query, headers)
        self._record.clear()
        began = time.process_time()
        answer = app.handler(event, None)
        cpu = time.process_time() - began
        if answer["statusCode"] >= 300:
            raise RuntimeError(answer["body"])
        return Done(json.loads(answer["body"])["data"], cpu, list(self._record))


def _record_into(dynamodb: Any, record: list[Request]) -> None:
    under_way = threading.local()

    def ask(params: dict[str, Any], model: Any, **_: Any) -> None:
        asked = json.loads(params["body"])
        params["body"] = json.dumps({**asked, "ReturnConsumedCapacity": "INDEXES"}).encode()
        under_way.asked, under_way.began = asked, time.perf_counter()

    def note(parsed: dict[str, Any], model: Any, **_: Any) -> None:
        consumed = parsed.get("ConsumedCapacity", [])
        parts = consumed if isinstance(consumed, list) else [consumed]
        written = sum(part["CapacityUnits"] for part in parts) if model.name in _WRITES else 0
        read = read_units(model.name, under_way.asked, parsed)
        record.append(Request(model.name, under_way.asked, under_way.began, time.perf_counter(), written, read))

    dynamodb.meta.events.register("before-call.dynamodb", ask)
    dynamodb.meta.events.register("after-call.dynamodb", note)


def read_units(operation: str, asked: dict[str, Any], answer: dict[str, Any]) -> float:
    """What DynamoDB charges for a read, by the sizes of what came back; the emulator charges the same for any
    (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html).
    """
    match operation:
        case "GetItem":
            return _units(item_size(answer.get("Item", {})))
        case "BatchGetItem":
            found = [item for items in answer["Responses"].values() for item in items]
            wanted = sum(len(table["Keys"]) for table in asked["RequestItems"].values())
            return sum(_units(item_size(item)) for item in found) + wanted - len(found)
        case "Query":
            units = _units(sum(item_size(item) for item in answer["Items"]))
            return units if asked.get("ConsistentRead") else units / 2
    return 0


def item_size(item: dict[str, Any]) -> int:
    """Bytes of an item (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html)."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return len(content) // 2 + 1
        case "B":
            return len(content)
        case "BS":
            return sum(len(member) for member in content)
    return 1


def _units(size: int) -> int:
    return max(1, -(-size // 4096))


def _event(method: str, path: str, body: Any, query: str, headers: dict[str, str]) -> dict[str, Any]:
    event = {
        "version": "2.0", "rawPath": path, "rawQueryString": query,
        "headers": {"authorization": "Bearer any", **headers},
        "requestContext": {
            "http": {"method": method, "path": path}, "stage": "$default", "timeEpoch": time.time_ns() // 1_000_000,
        },
        "isBase64Encoded": False,
    }  # fmt: skip
    return event if body is None else {**event, "body": json.dumps(body)}
