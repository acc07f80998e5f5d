"""AWS in memory: moto behind clients that note every request, the table and the bucket of template.yaml, and what is in
them.
"""

import functools
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

import botocore.session
from botocore.config import Config

_REGION = "eu-west-1"


@functools.cache
def client(service: str) -> Any:
    """One client for all tests: moto stands behind it as soon, and as long, as a test has it do so."""
    credentials = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": _REGION}
    config = Config(signature_version="s3v4", s3={"addressing_style": "path"}) if service == "s3" else None
    return botocore.session.get_session().create_client(service, config=config, **credentials)


Send: TypeAlias = Callable[[], Any]


class Aws:
    """Every request to AWS passes through here: noted, one at a time, and open to a test's `interruption`.

    An interruption is given the operation's name and what sends the request; it may send it never, twice, or before it
    raises.
    """

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.stream: list[dict[str, Any]] = []
        """Images of what was put into the table since the stream was last played."""
        self.commits: list[dict[str, Any]] = []
        """Records of all commits of instances that have not been counted, as the stream has them."""
        self.resting: dict[str, dict[str, Any]] = {}
        """Items of the timers that rest in the table, by their keys."""
        self._latest: dict[str, Any] = {}
        self.interruption: Callable[[str, Send], Any] = lambda operation, send: send()
        self._lock = threading.RLock()

    def send(self, operation: str, request: dict[str, Any], send: Send) -> Any:
        self.requests.append((operation, request))

        def committed() -> Any:
            with self._lock:
                answer = send()
                puts = [action["Put"] for action in request.get("TransactItems", ()) if "Put" in action]
                items = [put["Item"] for put in [request, *puts] if "Item" in put]
                self.stream.extend(items)
                self.commits.extend(self._record(item) for item in items if _is_instance(item))
                self.resting |= {item["sk"]["S"]: item for item in items if item["pk"]["S"].startswith("timers#")}
                return answer

        return self.interruption(operation, committed)

    def _record(self, item: dict[str, Any]) -> dict[str, Any]:
        identifier = item["id"]["S"]
        images = {"NewImage": item} | ({"OldImage": self._latest[identifier]} if identifier in self._latest else {})
        self._latest[identifier] = item
        return images

    def client(self, service: str) -> Any:
        """A client whose requests all pass through here."""
        return _Client(client(service), self)

    def sent(self, operation: str) -> list[dict[str, Any]]:
        """The requests of one operation so far."""
        return [request for name, request in self.requests if name == operation]


def _is_instance(item: dict[str, Any]) -> bool:
    """As the event source's filter tells."""
    return item["sk"] == {"S": "instance"} and "by_account" in item


class _Client:
    """A client of botocore's whose calls all pass through an `Aws`."""

    def __init__(self, client: Any, aws: Aws) -> None:
        self._client = client
        self._aws = aws
        self.exceptions = client.exceptions

    def __getattr__(self, operation: str) -> Any:
        method = getattr(self._client, operation)
        if operation == "generate_presigned_url":
            return method  # a link is signed here: nothing is sent
        return lambda **request: self._aws.send(operation, request, lambda: method(**request))


def create_table_and_bucket() -> None:
    """Those of template.yaml."""
    location = {"LocationConstraint": _REGION}
    client("s3").create_bucket(Bucket="documents", CreateBucketConfiguration=location)
    indexes = ("by_account", "by_namespace", "by_workflow", "by_both")
    client("dynamodb").create_table(
        TableName="interactor",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "id", *indexes)],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": [{"AttributeName": index, "KeyType": "HASH"}, {"AttributeName": "id", "KeyType": "RANGE"}],
                "Projection": {
                    "ProjectionType": "INCLUDE",
                    "NonKeyAttributes": ["namespace", "workflow", "version_id", "status", "state", "halted_at"],
                },
            }
            for index in indexes
        ],
    )


def events_settings() -> dict[str, str]:
    """A queue for events and a group for schedules, as the deployment names them to its functions."""
    client("scheduler").create_schedule_group(Name="triggers")
    return {
        "events_queue_url": client("sqs").create_queue(QueueName="events")["QueueUrl"],
        "events_queue_arn": f"arn:aws:sqs:{_REGION}:123456789012:events",
        "events_dead_letters_arn": f"arn:aws:sqs:{_REGION}:123456789012:dead_letters",
        "schedule_group": "triggers",
        "schedule_role_arn": "arn:aws:iam::123456789012:role/schedules",
    }


def all_schedules() -> list[str]:
    """The names of all schedules that there are."""
    return [found["Name"] for found in client("scheduler").list_schedules(GroupName="triggers")["Schedules"]]


def all_items() -> list[dict[str, Any]]:
    """Every item of the table, in the wire format; for tests alone."""
    pages = client("dynamodb").get_paginator("scan").paginate(TableName="interactor")
    return [item for page in pages for item in page["Items"]]


def all_objects() -> list[str]:
    """The names of all objects in the bucket."""
    return [entry["Key"] for entry in client("s3").list_objects_v2(Bucket="documents").get("Contents", [])]
