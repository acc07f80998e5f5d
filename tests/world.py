"""A whole service in one object for tests: the deployed functions over a table in memory, with a clock, people and
servers we own.

Calls go through the functions' own handlers as gateway events, so that what a test sees is what a client sees. Nothing
later happens by itself: `settle()` plays the stream and the advance queue until they are empty.
"""

import base64
import contextlib
import dataclasses
import functools
import io
import itertools
import json
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from moto import mock_aws

from functions.account import app as account
from functions.definitions import app as definitions
from functions.instances import app as instances
from functions.on_commits import app as on_commits
from functions.on_delivery.app import serve
from functions.triggers import app as triggers
from functions.webhooks import app as webhooks
from interactor.api.routes.route import BASE_PATH
from interactor.api.routes.table import ROUTES
from interactor.auth.principals import SCOPES, Principal
from interactor.egress.protocol import NO_HEADERS, HttpCaller
from interactor.engine.work import (
    CallHttp,
    HttpAnswered,
    HttpOutcome,
    InstructionFailed,
    InstructionOmitted,
    InstructionOutcome,
    InstructionWritten,
    WriteInstruction,
)
from interactor.errors import Unauthorized
from interactor.ids import Ids
from interactor.language_model.protocol import InstructionWriter
from interactor.limits.quota import NamespaceQuota
from interactor.limits.rate import RateLimiter
from interactor.sandbox.quickjs import QuickJsRunner
from interactor.services.after_commit import AfterCommits
from interactor.services.announce import Announcer
from interactor.services.come_due import come_due
from interactor.services.parts import Parts
from interactor.services.sweep import HORIZON, sweep
from interactor.services.timer_queues import TimerQueues, from_text
from interactor.settings import Settings
from interactor.storage import keys
from interactor.storage.limits import Places, RateCounters
from interactor.storage.table import Put, Table, from_stream
from interactor.storage.timers import MINUTE
from interactor.webhooks.sealing import Seal

NOON = 1_768_910_400_000
"""2026-01-20T12:00:00Z, the reference's favourite moment."""

_REGION = "eu-west-1"


@functools.cache
def quickjs() -> QuickJsRunner:
    """One sandbox for all tests: compiling the engine takes a second."""
    return QuickJsRunner.load(None)


@functools.cache
def _client(service: str) -> Any:
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


class FakeClock:
    """Time that passes when told to, and a millisecond at each look, so that no two moments are the same."""

    def __init__(self, now: int = NOON) -> None:
        self.now = now

    def __call__(self) -> int:
        self.now += 1
        return self.now

    def pass_by(self, milliseconds: int) -> None:
        self.now += milliseconds


class FakeServers(HttpCaller):
    """Other people's servers: answers what it is told to, and remembers what it was sent."""

    def __init__(self) -> None:
        self.calls: list[CallHttp] = []
        self.own_headers: list[Mapping[str, str]] = []
        self.traces: list[str | None] = []
        self.answers: deque[HttpOutcome | Callable[[CallHttp], HttpOutcome]] = deque()

    def call(
        self, work: CallHttp, trace_parent: str | None, own_headers: Mapping[str, str] = NO_HEADERS
    ) -> HttpOutcome:
        self.calls.append(work)
        self.own_headers.append(own_headers)
        self.traces.append(trace_parent)
        answer = self.answers.popleft() if self.answers else HttpAnswered(200, {}, {"ok": True})
        return answer(work) if callable(answer) else answer


class FakeWriter(InstructionWriter):
    """A language model: writes what it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[WriteInstruction] = []
        self.answers: deque[InstructionOutcome | Callable[[WriteInstruction], InstructionOutcome]] = deque()
        self.foregone: InstructionFailed | InstructionOmitted | None = None
        """How it ends without a call."""

    def without_a_call(self, work: WriteInstruction) -> InstructionFailed | InstructionOmitted | None:
        return self.foregone

    def write(self, work: WriteInstruction) -> InstructionOutcome:
        self.asked.append(work)
        answer = self.answers.popleft() if self.answers else InstructionWritten(f"Text {len(self.asked)}.", 700)
        return answer(work) if callable(answer) else answer


class FakeTokens:
    """Takes `Bearer <name>` for the principal of that name."""

    def __init__(self, principals: dict[str, Principal]) -> None:
        self._principals = principals

    def verify(self, authorization: str | None) -> Principal:
        name = (authorization or "").removeprefix("Bearer ")
        if name not in self._principals:
            raise Unauthorized("The token is invalid or has expired")
        return self._principals[name]


def principal(name: str, account: str, *namespaces: str, scopes: frozenset[str] = SCOPES) -> Principal:
    return Principal(name, account, scopes, frozenset(namespaces))


def at_once(function: Callable[..., Any], *arguments: Any) -> Future[Any]:
    """What runs beside a call, run first instead: requests come in one order, which a test can break into."""
    future: Future[Any] = Future()
    try:
        future.set_result(function(*arguments))
    except BaseException as error:
        future.set_exception(error)
    return future


class Uncounted:
    """Counters under which every call is the first of its minute: calls are not limited, and nothing is written."""

    def take(self, account: str, category: str, window: int, permits: int) -> int:
        return permits


@dataclass
class Answered:
    """An HTTP answer as a test reads it."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def data(self) -> Any:
        assert self.status < 300, self.text
        return self.json["data"]

    @property
    def error(self) -> Any:
        assert self.status >= 400, self.text
        return self.json["error"]


@dataclass
class World:
    """The service and what surrounds it. `user` owns user_1, `peer` user_2, `service` all of account acme; `stranger`
    is globex.
    """

    aws: Aws
    parts: Parts
    clock: FakeClock
    servers: FakeServers
    writer: FakeWriter
    principals: dict[str, Principal]
    messages: list[tuple[int, str]] = field(default_factory=list)
    """Messages under way: (due, text)."""
    _swept: set[int] = field(default_factory=set)
    """Minutes whose resting timers have been brought to the queues."""

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        as_: str | None = "user",
        headers: dict[str, str] | None = None,
        arrived_at: int | None = None,
        query: str = "",
        raw: str | None = None,
    ) -> Answered:
        """One HTTP call, as the gateway would hand it over. `raw` is a body that need not be JSON."""
        full_path = path if path.startswith("/oauth") else BASE_PATH + path
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        if as_ is not None:
            sent["authorization"] = f"Bearer {as_}"
        event = {
            "version": "2.0",
            "rawPath": full_path,
            "rawQueryString": query,
            "headers": sent,
            "requestContext": {
                "http": {"method": method, "path": full_path},
                "stage": "$default",
                "timeEpoch": arrived_at if arrived_at is not None else self.clock(),
            },
            "isBase64Encoded": False,
        }
        if raw is not None or body is not None:
            event["body"] = raw if raw is not None else json.dumps(body)
        answer = self.handle(event)
        return Answered(answer["statusCode"], answer["headers"], answer["body"])

    def handle(self, event: dict[str, Any]) -> Any:
        """Hand a gateway event to the function that its path leads to; what that returns."""
        return self._app_for(event["requestContext"]["http"]["method"], event["rawPath"]).handler(event, None)

    def get(self, path: str, **options: Any) -> Answered:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Answered:
        return self.call("POST", path, body, **options)

    def publish(self, definition: dict[str, Any], **options: Any) -> str:
        """Create and publish a workflow; its version id."""
        version_id: str = self.post("/workflows", definition, **options).data["version_id"]
        self.post(f"/workflows/{definition['name']}/versions/{version_id}/publish", **options)
        return version_id

    def start(self, name: str, input: Any = None, *, namespace: str = "user_1", **options: Any) -> Answered:
        body = {"namespace": namespace, "input": input or {}}
        return self.post(f"/workflows/{name}/instances", body, **options)

    def resume(self, instance_id: str, input: Any, **options: Any) -> Answered:
        return self.post(f"/workflows/instances/{instance_id}/resume", {"input": input}, **options)

    def upload(self, file: Any, body: bytes = b"bytes") -> None:
        """Send the bytes of a file that may be uploaded, past S3's own checks."""
        name = urlsplit(file["upload"]["url"]).path.partition("documents/")[2]
        _client("s3").put_object(Bucket="documents", Key=name, Body=body, ContentType=file["content_type"])

    def instance(self, instance_id: str, **options: Any) -> Any:
        return self.get(f"/workflows/instances/{instance_id}", **options).data

    def replace(self, **parts: Any) -> None:
        """Let the functions work with other parts, such as `scripts=MyRunner`."""
        self.parts = self.parts.with_others(**parts)
        for app in (definitions, instances, triggers, webhooks, account):
            app.api.use(self.parts)

    def limit_calls(self, **settings: Any) -> None:
        """Let rate limits apply: the defaults, or others (`rate_limit_write=3`). Calls before are not counted."""
        limits = dataclasses.replace(self.parts.settings, **settings).rate_limits
        self.replace(rate_limiter=RateLimiter(RateCounters(self.parts.table), limits, at_once, self.clock))

    def limit_instances(self, limit: int) -> None:
        """Let each namespace have so many active instances."""
        places = Places(self.parts.table)
        self.replace(quota=NamespaceQuota(places, self.parts.instances, limit, at_once, self.clock))

    def settle(self, *, deliver: int = 1) -> None:
        """Play stream and queue until nothing is left to do, moving the clock to whatever is due next.

        `deliver` is how often each record and each message comes.
        """
        for _ in range(1_000):
            self.play_stream(deliver=deliver)
            if not self.messages:
                return
            self.play_next_message(deliver=deliver)
        raise AssertionError("does not settle")

    def play_stream(self, *, deliver: int = 1) -> None:
        """Hand every commit with an outbox to the stream's function, as the event source's filter would."""
        while self.aws.stream:
            image = self.aws.stream[0]
            for _ in range(deliver if "outbox" in image else 0):
                after = AfterCommits(self.parts, self.queues, Announcer(self.parts))
                after.carry_out(from_stream(image))
                after.close()
            # Only now: a worker that dies gets the record again. Others may have played it meanwhile.
            self.aws.stream[:] = [other for other in self.aws.stream if other is not image]

    def count_commits(self, batch: int = 1_000) -> list[Any]:
        """Hand the commits that have not been counted to the stream's other function; the metrics that it prints.

        What it fails to count comes again, as on AWS: from the first failed record on.
        """
        printed: list[Any] = []
        for _ in range(1_000):
            if not self.aws.commits:
                return printed
            records = self.aws.commits[:batch]
            failed = self.deliver_commits(records, printed)
            del self.aws.commits[: min(failed, default=len(records))]
        raise AssertionError("commits are never counted")

    def deliver_commits(self, records: list[dict[str, Any]], printed: list[Any]) -> list[int]:
        """One batch, which may have been delivered before; the places of the records that failed."""
        moment = self.clock.now / 1000
        event = {
            "Records": [
                {"dynamodb": {**images, "SequenceNumber": str(place), "ApproximateCreationDateTime": moment}}
                for place, images in enumerate(records)
            ]
        }
        on_commits.parts = lambda: self.parts  # type: ignore[assignment]
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            answer = on_commits.handler(json.loads(json.dumps(event, default=_base64)), None)
        printed += [json.loads(line) for line in output.getvalue().splitlines()]
        return [int(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]

    def statistics(self, name: str) -> Any:
        """What the API says of a workflow, once all commits are counted."""
        self.count_commits()
        return self.get(f"/workflows/{name}/stats", as_="service").data

    def play_next_message(self, *, deliver: int = 1) -> str:
        """Move the clock to the next message and deliver it."""
        self.messages.sort()
        due, text = self.messages[0]
        self.clock.now = max(self.clock.now, due)
        for _ in range(deliver):
            self.serve(text)
        if (due, text) in self.messages:
            self.messages.remove((due, text))
        return text

    def serve(self, text: str) -> None:
        """Do what a message says, as the function of its queue does."""
        timer = from_text(text)
        if timer.purpose == "deliver":
            serve(self.parts, self.queues, timer)
        elif later := come_due(self.parts, timer):
            self.queues.set(later)

    @property
    def queues(self) -> TimerQueues:
        return TimerQueues(self.parts, self)

    def rechecks(self) -> list[Any]:
        """The requests to look at a schedule again that have been sent, all to come in a minute."""
        sent = self.aws.sent("send_message")
        assert {request["DelaySeconds"] for request in sent} <= {60}
        return [json.loads(request["MessageBody"]) for request in sent]

    def sweep_at(self, moment: int) -> int:
        """Let the scheduled sweep run at a moment, as if all sweeps before it had been on time."""
        self.clock.now = moment
        horizon = (moment + HORIZON) // MINUTE
        self.parts.table.write([Put({**keys.SWEEP, "op": f"test_{moment}", "minute": horizon - 1})], f"test_{moment}")
        return sweep(self.parts, self.queues)

    def pass_until(self, moment: int) -> None:
        """Let time pass and everything happen that is due by then; resting timers are swept as they come near."""
        while True:
            self.play_stream()
            to_sweep = min({item["due_at"] // MINUTE for item in self.resting_timers()} - self._swept, default=None)
            sweep_at = None if to_sweep is None else to_sweep * MINUTE - HORIZON
            queued = min((due for due, _ in self.messages), default=None)
            upcoming = min((due for due in (queued, sweep_at) if due is not None), default=None)
            if upcoming is None or upcoming > moment:
                break
            if to_sweep is not None and upcoming == sweep_at:
                now = self.clock.now
                try:
                    self.sweep_at(upcoming)  # which may have passed: a test's clock leaps
                finally:
                    self.clock.now = max(self.clock.now, now)
                    if (self.parts.timers.swept_to() or 0) >= to_sweep:
                        self._swept.add(to_sweep)
            else:
                self.play_next_message()
        self.clock.now = max(self.clock.now, moment)

    def resting_timers(self) -> list[dict[str, Any]]:
        """What rests in the table, however far ahead."""
        return [from_stream(item) for item in self.aws.resting.values()]

    def send_message_batch(self, **request: Any) -> dict[str, Any]:
        """The advance queue, to `TimerQueues`."""
        self.aws.send("send_message_batch", request, lambda: self._receive(**request))
        return {}

    def _receive(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> None:
        for entry in Entries:
            assert 0 <= entry["DelaySeconds"] <= 900
            assert QueueUrl == self.parts.settings.queue_of(from_text(entry["MessageBody"]).purpose)
            self.messages.append((self.clock.now + entry["DelaySeconds"] * 1000, entry["MessageBody"]))

    @staticmethod
    def _app_for(method: str, path: str) -> Any:
        relative = path.removeprefix(BASE_PATH)
        if relative.startswith("/triggers"):
            return triggers
        if relative.startswith("/webhooks"):
            return webhooks
        if relative.startswith("/secrets"):
            return account
        ours = "/instances" in relative or relative == "/workflows/errors"
        return instances if ours and any(route.method == method for route in ROUTES) else definitions


def _base64(value: bytes) -> str:
    """How an event's JSON has bytes."""
    return base64.b64encode(value).decode()


@contextmanager
def world() -> Iterator[World]:
    """A fresh service on moto, but for the outside as `services/parts.py` wires it."""
    with mock_aws():
        _client("s3").create_bucket(Bucket="documents", CreateBucketConfiguration={"LocationConstraint": _REGION})
        create_table(_client("dynamodb"))
        aws, clock, servers, writer = Aws(), FakeClock(), FakeServers(), FakeWriter()
        counter = itertools.count(1)
        clients = {name: _Client(_client(name), aws) for name in ("dynamodb", "s3", "ssm", "sqs")}
        clients["scheduler"] = _client("scheduler")
        principals = {
            "user": principal("user", "acme", "user_1", "org_acme"),
            "peer": principal("peer", "acme", "user_2"),
            "service": principal("service", "acme", "*"),
            "stranger": principal("stranger", "globex", "*"),
        }
        settings = Settings(
            table_name="interactor", documents_bucket="documents", secrets_path="/interactor/test/secrets",
            advance_queue_url="advance", delivery_queue_url="delivery", stack_name="interactor", **events_settings(),
        )  # fmt: skip
        table = Table(clients["dynamodb"], settings.table_name, sleep=lambda _: None)
        parts = Parts(
            settings, clients.__getitem__, table, at_once, clock, Ids(lambda size: next(counter).to_bytes(size, "big"))
        ).with_others(
            rate_limiter=RateLimiter(Uncounted(), settings.rate_limits, at_once, clock),
            tokens=FakeTokens(principals),
            scripts=quickjs(),
            http=servers,
            writer=writer,
            seal=Seal(bytes(32), secrets.token_bytes),
        )
        for app in (definitions, instances, triggers, webhooks, account):
            app.api.use(parts)
        yield World(aws, parts, clock, servers, writer, principals)


def events_settings() -> dict[str, str]:
    """A queue for events and a group for schedules, as the deployment names them to its functions."""
    _client("scheduler").create_schedule_group(Name="triggers")
    return {
        "events_queue_url": _client("sqs").create_queue(QueueName="events")["QueueUrl"],
        "events_queue_arn": f"arn:aws:sqs:{_REGION}:123456789012:events",
        "events_dead_letters_arn": f"arn:aws:sqs:{_REGION}:123456789012:dead_letters",
        "schedule_group": "triggers",
        "schedule_role_arn": "arn:aws:iam::123456789012:role/schedules",
    }


def all_schedules() -> list[str]:
    """The names of all schedules that there are."""
    return [found["Name"] for found in _client("scheduler").list_schedules(GroupName="triggers")["Schedules"]]


def all_items() -> list[dict[str, Any]]:
    """Every item of the table, in the wire format; for tests alone."""
    pages = _client("dynamodb").get_paginator("scan").paginate(TableName="interactor")
    return [item for page in pages for item in page["Items"]]


def all_objects() -> list[str]:
    """The names of all objects in the bucket."""
    return [entry["Key"] for entry in _client("s3").list_objects_v2(Bucket="documents").get("Contents", [])]


def create_table(dynamodb: Any) -> None:
    """The table of template.yaml."""
    indexes = ("by_account", "by_namespace", "by_workflow", "by_both")
    dynamodb.create_table(
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
