"""A whole service in one object for tests: the deployed functions over a table in memory, with a clock, people and
servers we own.

Calls go through the functions' own handlers as gateway events, so that what a test sees is what a client sees. Nothing
later happens by itself: `settle()` plays the stream and the advance queue until they are empty.
"""

import base64
import contextlib
import io
import itertools
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

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
from interactor.auth.principals import Principal
from interactor.ids import Ids
from interactor.limits.quota import NamespaceQuota
from interactor.limits.rate import RateLimiter
from interactor.services.after_commit import AfterCommits
from interactor.services.announce import Announcer
from interactor.services.come_due import come_due
from interactor.services.parts import Parts
from interactor.services.sweep import HORIZON, sweep
from interactor.services.timer_queues import LONGEST_DELAY, TimerQueues, from_text
from interactor.settings import Settings
from interactor.storage import keys
from interactor.storage.limits import Places, RateCounters
from interactor.storage.table import Put, Table, from_stream
from interactor.storage.timers import MINUTE
from interactor.webhooks.sealing import Seal
from tests.answered import Answered
from tests.aws import Aws, client, create_table_and_bucket, events_settings
from tests.fakes import FakeClock, FakeServers, FakeTokens, FakeWriter, Uncounted, at_once, principal, quickjs
from tests.gateway_events import gateway_event

LATE = LONGEST_DELAY
"""How late messages come that are not in order: then the next ones are there as well, and some of them come before."""


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
    in_order: bool = True
    """Otherwise what was written last comes first (of one item, always in order), messages come late and the newest
    first, and everything comes a second time when nothing else is left.
    """
    _again: list[Callable[[], None]] = field(default_factory=list)
    """What is to come a second time."""
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
        raw: str | bytes | None = None,
    ) -> Answered:
        """One HTTP call, as the gateway would hand it over. `raw` is a body that need not be JSON, or that came encoded
        (bytes).
        """
        full_path = path if path.startswith("/oauth") else BASE_PATH + path
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        if as_ is not None:
            sent["authorization"] = f"Bearer {as_}"
        text = raw if raw is not None or body is None else json.dumps(body)
        moment = arrived_at if arrived_at is not None else self.clock.tick()
        answer = self.handle(gateway_event(method, full_path, headers=sent, query=query, body=text, at=moment))
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
        client("s3").put_object(Bucket="documents", Key=name, Body=body, ContentType=file["content_type"])

    def instance(self, instance_id: str, **options: Any) -> Any:
        return self.get(f"/workflows/instances/{instance_id}", **options).data

    def replace(self, **parts: Any) -> None:
        """Let the functions work with other parts, such as `scripts=MyRunner`."""
        self.parts = self.parts.with_others(**parts)
        for app in (definitions, instances, triggers, webhooks, account):
            app.api.use(self.parts)

    def limit_calls(self, **settings: Any) -> None:
        """Let rate limits apply: the defaults, or others (`rate_limit_write=3`). Calls before are not counted."""
        limits = self.parts.settings._replace(**settings).rate_limits
        self.replace(rate_limiter=RateLimiter(RateCounters(self.parts.table), limits, at_once, self.clock))

    def limit_instances(self, limit: int) -> None:
        """Let each namespace have so many active instances."""
        places = Places(self.parts.table)
        self.replace(quota=NamespaceQuota(places, self.parts.instances, limit, at_once, self.clock, self.parts.ids))

    def settle(self, *, deliver: int = 1) -> None:
        """Play stream and queue until nothing is left to do, moving the clock to whatever is due next.

        `deliver` is how often each record and each message comes.
        """
        for _ in range(1_000):
            self.play_stream(deliver=deliver)
            if self.messages:
                self.play_next_message(deliver=deliver)
            elif self._again:
                self._again.pop(0)()
            else:
                return
        raise AssertionError("does not settle")

    def play_stream(self, *, deliver: int = 1) -> None:
        """Hand every commit with an outbox to the stream's function, as the event source's filter would."""
        while self.aws.stream:
            image = self._as_they_come(self.aws.stream, key_of)[0]
            if "outbox" in image:
                for _ in range(deliver):
                    self.follow_up(image)
                self.comes_again(lambda image=image: self.follow_up(image))
            # Only now: a worker that dies gets the record again. Others may have played it meanwhile.
            self.aws.stream[:] = [other for other in self.aws.stream if other is not image]

    def follow_up(self, image: dict[str, Any]) -> None:
        """Hand one commit with an outbox to the stream's function, a batch of its own."""
        after = AfterCommits(self.parts, self.queues, Announcer(self.parts))
        after.carry_out(from_stream(image))
        after.close()

    def comes_again(self, bring: Callable[[], Any]) -> None:
        """What has come once: where nothing is in order it comes a second time, when all else is done."""
        if not self.in_order:
            self._again.append(bring)

    def count_commits(self, batch: int = 1_000) -> list[Any]:
        """Hand the commits that have not been counted to the stream's other function; the metrics that it prints.

        What it fails to count comes again, as on AWS: from the first failed record on.
        """
        printed: list[Any] = []
        for _ in range(1_000):
            if not self.aws.commits:
                return printed
            self.aws.commits[:] = self._as_they_come(self.aws.commits, lambda images: key_of(images["NewImage"]))
            records = self.aws.commits[:batch]
            failed = self.deliver_commits(records, printed)
            if not self.in_order:
                self.deliver_commits(records, printed)  # again, within the time for which they are known again
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
        self.clock.now = max(self.clock.now, self.messages[0][0] + (0 if self.in_order else LATE))
        to_be_seen = [message for message in self.messages if message[0] <= self.clock.now]
        due, text = to_be_seen[0 if self.in_order else -1]
        for _ in range(deliver):
            self.serve(text)
        if (due, text) in self.messages:
            self.messages.remove((due, text))
        self.comes_again(lambda: self.serve(text))
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
        return TimerQueues(self.parts)

    def rechecks(self) -> list[Any]:
        """The requests to look at a schedule again that have been sent, all to come in a minute."""
        sent = self.aws.sent("send_message")
        assert {request["DelaySeconds"] for request in sent} <= {60}
        return [json.loads(request["MessageBody"]) for request in sent]

    def sweep_at(self, moment: int) -> int:
        """Let the scheduled sweep run at a moment, as if all sweeps before it had been on time."""
        self.clock.now = moment
        horizon = (moment + self.clock.off + HORIZON) // MINUTE
        self.parts.table.write([Put({**keys.SWEEP, "op": f"test_{moment}", "minute": horizon - 1})], f"test_{moment}")
        return sweep(self.parts, self.queues)

    def pass_until(self, moment: int) -> None:
        """Let time pass and everything happen that is due by then; resting timers are swept as they come near."""
        while True:
            self.play_stream()
            to_sweep = min({item["due_at"] // MINUTE for item in self.resting_timers()} - self._swept, default=None)
            sweep_at = None if to_sweep is None else to_sweep * MINUTE - HORIZON - self.clock.off
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

    def send_message(self, **request: Any) -> dict[str, Any]:
        """SQS to `Schedules`: the events queue."""
        sent: dict[str, Any] = self.aws.client("sqs").send_message(**request)
        return sent

    def send_message_batch(self, **request: Any) -> dict[str, Any]:
        """SQS to `TimerQueues`: the queues in which timers come due."""
        self.aws.send("send_message_batch", request, lambda: self._receive(**request))
        return {}

    def _receive(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> None:
        for entry in Entries:
            assert 0 <= entry["DelaySeconds"] <= 900
            assert QueueUrl == self.parts.settings.queue_of(from_text(entry["MessageBody"]).purpose)
            self.messages.append((self.clock.now + entry["DelaySeconds"] * 1000, entry["MessageBody"]))

    def _as_they_come(self, records: list[Any], item_of: Callable[[Any], Any]) -> list[Any]:
        if self.in_order:
            return records
        written = {item_of(record): place for place, record in enumerate(records)}
        return sorted(records, key=lambda record: written[item_of(record)], reverse=True)

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


def key_of(item: dict[str, Any]) -> tuple[str, str]:
    """Which item this is, of the table's wire format."""
    return item["pk"]["S"], item["sk"]["S"]


def _base64(value: bytes) -> str:
    """How an event's JSON has bytes."""
    return base64.b64encode(value).decode()


@contextmanager
def world() -> Iterator[World]:
    """A fresh service on moto, but for the outside as `services/parts.py` wires it."""
    with mock_aws():
        create_table_and_bucket()
        aws, clock, servers, writer = Aws(), FakeClock(), FakeServers(), FakeWriter()
        counter = itertools.count(1)
        clients = {name: aws.client(name) for name in ("dynamodb", "s3", "ssm")}
        clients["scheduler"] = client("scheduler")
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
        clients["sqs"] = service = World(aws, parts, clock, servers, writer, principals)
        yield service
