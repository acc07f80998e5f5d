"""DynamoDB requests, round trips one after the other, and capacity units of each operation, counted at the client.

The functions' handlers run in this process against the emulator's table; every request asks what it consumed. Write
units are right on the emulator; read units there are constant per request, so requests are shown for reads.
"""

import dataclasses
import json
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from benchmarks.flow import ANSWER, DEFINITION, NAME, START
from interactor.auth.principals import SCOPES, Principal


@dataclass
class Count:
    requests: list[str] = field(default_factory=list)
    write_units: float = 0


class _Anybody:
    """Takes any token: verifying one makes no request."""

    def verify(self, authorization: str | None) -> Principal:
        return Principal("user", "acme", SCOPES, frozenset(("user_1", "org_acme")))


def measure(settings: dict[str, Any]) -> dict[str, str]:
    """Rows of the table. `settings` are those of `stack.json`."""
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

    for app in (definitions, instances):
        app.api.use(dataclasses.replace(parts(), tokens=_Anybody))
    count = Count()
    _count_into(client("dynamodb"), count)

    def call(app: Any, method: str, path: str, body: Any = None, **headers: str) -> tuple[Any, Count]:
        count.requests.clear()
        count.write_units = 0
        answer = app.handler(_event(method, f"/api/v1{path}", body, headers), None)
        if answer["statusCode"] >= 300:
            raise RuntimeError(answer["body"])
        return json.loads(answer["body"])["data"], Count(list(count.requests), count.write_units)

    name = f"{NAME}_units"
    version, _ = call(definitions, "POST", "/workflows", {**DEFINITION, "name": name})
    call(definitions, "POST", f"/workflows/{name}/versions/{version['version_id']}/publish")
    start = f"/workflows/{name}/instances"
    call(instances, "POST", start, START)  # the definition is read once per process

    found, create = call(instances, "POST", start, START)
    one = f"/workflows/instances/{found['id']}"
    _, get = call(instances, "GET", one)
    _, listed = call(instances, "GET", "/workflows/instances")
    _, resume = call(instances, "POST", f"{one}/resume", ANSWER)
    _, keyed = call(instances, "POST", start, START, **{"idempotency-key": f"bench_{time.time_ns()}"})
    rows = {
        "create": _row(create), "get": _row(get), "list, two namespaces, no filter": _row(listed),
        "resume": _row(resume), "create with Idempotency-Key": _row(keyed),
    }  # fmt: skip
    rows["write units of the approval flow in all"] = f"{create.write_units + resume.write_units:g}"
    return rows


def _row(count: Count) -> str:
    requests = (f"{times} {name}" for name, times in Counter(count.requests).items())
    return f"{', '.join(requests)}; {count.write_units:g} WRU"


def _count_into(dynamodb: Any, count: Count) -> None:
    def ask(params: dict[str, Any], model: Any, **_: Any) -> None:
        body = json.loads(params["body"])
        params["body"] = json.dumps({**body, "ReturnConsumedCapacity": "INDEXES"}).encode()
        count.requests.append(model.name)

    def add(parsed: dict[str, Any], model: Any, **_: Any) -> None:
        consumed = parsed.get("ConsumedCapacity", [])
        for part in consumed if isinstance(consumed, list) else [consumed]:
            if model.name in ("PutItem", "UpdateItem", "TransactWriteItems"):
                count.write_units += part["CapacityUnits"]

    dynamodb.meta.events.register("before-call.dynamodb", ask)
    dynamodb.meta.events.register("after-call.dynamodb", add)


def _event(method: str, path: str, body: Any, headers: dict[str, str]) -> dict[str, Any]:
    event = {
        "version": "2.0", "rawPath": path, "rawQueryString": "",
        "headers": {"authorization": "Bearer any", **headers},
        "requestContext": {
            "http": {"method": method, "path": path}, "stage": "$default", "timeEpoch": time.time_ns() // 1_000_000,
        },
        "isBase64Encoded": False,
    }  # fmt: skip
    return event if body is None else {**event, "body": json.dumps(body)}
