"""The functions' handlers in this process, over a table of a local stack's emulator, with every AWS request counted.

The table is like the deployed one but has no stream, and the queue has no function: what is counted here is done by
nobody else as well, and what follows a commit follows when it is asked for (`follow`).
"""

import contextlib
import importlib
import io
import json
import os
import time
import uuid
from collections.abc import Sequence
from typing import Any

from benchmarks.call_record import CallRecord
from benchmarks.counting import Done, RequestCounter
from interactor.auth.principals import SCOPES, Principal
from interactor_local.deployment import STACK

ACCESS_KEY = "benchmarks"
_RESOURCES = ("definitions", "instances", "webhooks")
_EVENTS = ("on_stream", "on_commits", "on_delivery")


class _Anybody:
    """Takes any token: verifying one makes no request."""

    def verify(self, authorization: str | None) -> Principal:
        return Principal("user", "acme", SCOPES, frozenset(("user_1", "org_acme")))


class _Receiver:
    """Answers every HTTP call at once."""

    def call(self, *_: Any) -> Any:
        from interactor.engine.work import HttpAnswered

        return HttpAnswered(204, {}, None)


class Handlers:
    """`settings` are those of `stack.json`. One for each process, because parts are made once from the environment."""

    def __init__(self, settings: dict[str, Any]) -> None:
        os.environ |= {
            "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": settings["region"],
            "AWS_ENDPOINT_URL": settings["aws_endpoint_url"], "LOG_LEVEL": "CRITICAL",
            "DOCUMENTS_BUCKET": settings["outputs"]["DocumentsBucketName"], "WEBHOOK_KEY_PARAMETER": "/benchmarks/key",
            "EGRESS_ALLOWED_CIDRS": "127.0.0.0/8",
            **dict.fromkeys(("RATE_LIMIT_READ", "RATE_LIMIT_WRITE", "RATE_LIMIT_CREATE"), "1000000000000"),
        }  # fmt: skip
        from interactor.services.parts import parts
        from interactor.storage.clients import client

        self.dynamodb, sqs = client("dynamodb"), client("sqs")
        os.environ["TABLE_NAME"] = _table_like(self.dynamodb, settings["outputs"]["TableName"])
        os.environ["DELIVERY_QUEUE_URL"] = sqs.create_queue(QueueName="benchmarks")["QueueUrl"]
        self.parts = parts().with_others(tokens=_Anybody(), http=_Receiver())
        self._memory = _deployed_memory(client("lambda"))
        self._apps = {name: importlib.import_module(f"functions.{name}.app") for name in (*_RESOURCES, *_EVENTS)}
        for name in _RESOURCES:
            self._apps[name].api.use(self.parts)
        for name in _EVENTS:
            self._apps[name].parts = lambda: self.parts
        clients = [self.dynamodb, sqs, client("s3"), client("ssm")]
        self.counter = RequestCounter(clients, ACCESS_KEY, CallRecord(settings["aws_endpoint_url"]))

    def publish(self, definition: dict[str, Any]) -> None:
        version = self.call("POST", "/workflows", definition).data["version_id"]
        self.call("POST", f"/workflows/{definition['name']}/versions/{version}/publish")

    def call(self, method: str, path: str, body: Any = None, query: str = "", **headers: str) -> Done:
        """A call of the API."""
        resource = "webhooks" if "/webhooks" in path else "instances" if "/instances" in path else "definitions"
        done = self._invoke(resource, _call_event(method, f"/api/v1{path}", body, query, headers))
        if done.answer["statusCode"] >= 300:
            raise RuntimeError(done.answer["body"])
        return done

    def follow(self, function: str, records: Sequence[dict[str, Any]]) -> Done:
        """One invocation of a function that follows commits or takes messages."""
        done = self._invoke(function, {"Records": list(records)})
        if done.answer["batchItemFailures"]:
            raise RuntimeError(f"{function} failed")
        return done

    def _invoke(self, function: str, event: dict[str, Any]) -> Done:
        with self.counter.counting() as done, contextlib.redirect_stdout(io.StringIO()):  # on_commits prints metrics
            done.answer = self._apps[function].handler(event, None)
        done.memory = self._memory[function]
        return done


def _deployed_memory(functions: Any) -> dict[str, int]:
    """Megabytes of each function, by its name without the stack's."""
    pages = functions.get_paginator("list_functions").paginate()
    found = {one["FunctionName"]: one["MemorySize"] for page in pages for one in page["Functions"]}
    return {name.removeprefix(f"{STACK}-"): memory for name, memory in found.items()}


def _table_like(dynamodb: Any, name: str) -> str:
    found = dynamodb.describe_table(TableName=name)["Table"]
    indexes = [
        {part: index[part] for part in ("IndexName", "KeySchema", "Projection")}
        for index in found["GlobalSecondaryIndexes"]
    ]
    made = f"benchmarks-{uuid.uuid4().hex[:8]}"
    dynamodb.create_table(
        TableName=made, BillingMode="PAY_PER_REQUEST", KeySchema=found["KeySchema"],
        AttributeDefinitions=found["AttributeDefinitions"], GlobalSecondaryIndexes=indexes,
    )  # fmt: skip
    return made


def _call_event(method: str, path: str, body: Any, query: str, headers: dict[str, str]) -> dict[str, Any]:
    event = {
        "version": "2.0", "rawPath": path, "rawQueryString": query,
        "headers": {"authorization": "Bearer any", **headers},
        "requestContext": {
            "http": {"method": method, "path": path}, "stage": "$default", "timeEpoch": time.time_ns() // 1_000_000,
        },
        "isBase64Encoded": False,
    }  # fmt: skip
    return event if body is None else {**event, "body": json.dumps(body)}
