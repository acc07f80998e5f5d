"""The event source mappings of template.yaml: batches of the stream and of the queues go to the functions' own
handlers, and what one leaves undone comes again, as on AWS.

The rules: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html and
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html.
"""

import base64
import json
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from functions.on_advance import app as on_advance
from functions.on_commits import app as on_commits
from functions.on_delivery import app as on_delivery
from functions.on_event import app as on_event
from functions.on_stream import app as on_stream
from interactor.services.timer_queues import from_text
from tests.fakes import NOON
from tests.world import World

Message: TypeAlias = tuple[int, str]
"""When it is to be seen, and its text."""

SEVERAL = 5
"""Messages of a batch where template.yaml has one at a time: so nobody who raises that breaks what is shown here."""


@dataclass(frozen=True)
class Mapping:
    """What template.yaml says of a function's event source."""

    batch_size: int
    reports: bool
    """Whether Lambda reads in the answer what has failed; otherwise whatever is answered is success."""
    bisects: bool


class EventSources:
    """One of each that a world has. `functions` are the modules whose handlers they call."""

    functions = (on_stream, on_commits, on_advance, on_delivery, on_event)

    def __init__(self, world: World) -> None:
        self.outboxes = Stream(world, on_stream, world.aws.stream, _outbox)
        self.commits = Stream(world, on_commits, world.aws.commits, lambda images: images)
        self.advance = Queue(world, on_advance, "AdvanceQueue", world.messages, lambda text: not _is_for_delivery(text))
        self.delivery = Queue(world, on_delivery, "DeliveryQueue", world.messages, _is_for_delivery)
        self.events = Queue(world, on_event, "EventsQueue", [], lambda text: True)


@dataclass
class Stream:
    """A reader of the table's stream: in order, and nothing before what failed is through."""

    world: World
    function: Any
    records: list[Any]
    """Those that are not done yet; images as the stream has them."""
    images_of: Callable[[Any], dict[str, Any] | None]
    """The images of a record, None where the event source's filter keeps it back."""
    _taken: int = 0
    _next_batch: int | None = None

    def bring(self) -> None:
        """The next batch, or what is left of one that failed. Raises what the handler does: then all of it has
        failed.
        """
        mapping = mapping_of(self.function)
        self.records[:] = [record for record in self.records if self.images_of(record)]
        batch = self.records[: self._next_batch or mapping.batch_size]
        event = {"Records": [self._record(place, record) for place, record in enumerate(batch)]}
        numbers = [record["dynamodb"]["SequenceNumber"] for record in event["Records"]]
        self._next_batch = -(-len(batch) // 2) if mapping.bisects else len(batch)
        failed = _reported(mapping, self.function.handler(_as_json(event), None), numbers)
        done = min(map(numbers.index, failed), default=len(batch))
        self._taken += done
        del self.records[:done]
        self._next_batch = len(batch) - done or None

    def bring_the_rest(self) -> None:
        """Until nothing is left."""
        for _ in range(100):
            if not self.records:
                return
            self.bring()
        raise AssertionError("the stream stands still")

    def _record(self, place: int, record: Any) -> dict[str, Any]:
        number, moment = f"{self._taken + place:021}", self.world.clock.now / 1000
        images = self.images_of(record) or {}
        return {"dynamodb": {**images, "SequenceNumber": number, "ApproximateCreationDateTime": moment}}


@dataclass
class Queue:
    """A reader of a queue: what has failed is seen again after the visibility time-out, beside whatever else there
    is.
    """

    world: World
    function: Any
    name: str
    messages: list[Message]
    """Those of other queues may be among them."""
    is_ours: Callable[[str], bool]
    _received: Counter[str] = field(default_factory=Counter)

    def send(self, *bodies: Any) -> None:
        self.messages += [(self.world.clock.now, json.dumps(body)) for body in bodies]

    def bring(self) -> None:
        """A batch of what is to be seen now. Raises what the handler does: then all of it has failed."""
        mapping = mapping_of(self.function)
        batch = self._seen()[: max(mapping.batch_size, SEVERAL)]
        texts = [text for _, text in batch]
        records = [self._record(text, texts[:place].count(text)) for place, text in enumerate(texts)]
        ids = [record["messageId"] for record in records]
        for message in batch:
            self.messages.remove(message)
        failed = ids
        try:
            failed = _reported(mapping, self.function.handler({"Records": records}, None), ids)
        finally:
            seen_again = self.world.clock.now + visibility_timeout(self.name)
            self.messages += [(seen_again, text) for id_, text in zip(ids, texts, strict=True) if id_ in failed]

    def bring_the_rest(self) -> None:
        """Until nothing is left of what has been seen already."""
        for _ in range(100):
            left = [due for due, text in self.messages if self.is_ours(text) and self._received[text]]
            if not left:
                return
            self.world.clock.now = max(self.world.clock.now, *left)
            self.bring()
        raise AssertionError("the queue is never empty")

    def _seen(self) -> list[Message]:
        return [
            (due, text) for due, text in sorted(self.messages) if due <= self.world.clock.now and self.is_ours(text)
        ]

    def _record(self, text: str, others_like_it: int) -> dict[str, Any]:
        self._received[text] += 1
        message_id = f"{zlib.crc32(text.encode())}.{others_like_it}"
        attributes = {"ApproximateReceiveCount": str(self._received[text]), "SentTimestamp": str(NOON)}
        return {"messageId": message_id, "body": text, "attributes": attributes, "eventSource": "aws:sqs"}


def mapping_of(function: Any) -> Mapping:
    """The event source of the function with this module."""
    folder = Path(function.__file__).parent.name
    [resource] = [
        resource["Properties"]
        for resource in _TEMPLATE["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
        and resource["Properties"]["Handler"] == f"{folder}.app.handler"
    ]
    [source] = resource["Events"].values()
    properties = source["Properties"]
    reports = "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", ())
    return Mapping(properties["BatchSize"], reports, properties.get("BisectBatchOnFunctionError", False))


def visibility_timeout(queue: str) -> int:
    """How long a message stays away once it was received, in milliseconds."""
    seconds: int = _TEMPLATE["Resources"][queue]["Properties"]["VisibilityTimeout"]
    return seconds * 1000


def _reported(mapping: Mapping, answer: Any, identifiers: list[str]) -> list[str]:
    """What is to come again. A report of something that was not in the batch is taken for a failure of all of it."""
    failures = (answer or {}).get("batchItemFailures") or [] if mapping.reports else []
    failed = [failure["itemIdentifier"] for failure in failures]
    return failed if set(failed) <= set(identifiers) else identifiers


def _outbox(image: dict[str, Any]) -> dict[str, Any] | None:
    return {"NewImage": image} if "outbox" in image else None


def _is_for_delivery(text: str) -> bool:
    return from_text(text).purpose == "deliver"


def _as_json(event: Any) -> Any:
    return json.loads(json.dumps(event, default=lambda value: base64.b64encode(value).decode()))


class _Template(yaml.SafeLoader):
    """Reads CloudFormation's short forms as nothing: none of what is looked at here is one."""


_Template.add_multi_constructor("!", lambda loader, suffix, node: None)
_TEMPLATE = yaml.load((Path(__file__).parents[1] / "template.yaml").read_text(), _Template)  # noqa: S506  # a SafeLoader
