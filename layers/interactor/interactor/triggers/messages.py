"""What comes through the events queue: events, firings of schedules, and requests to look at a schedule again.

Owns their forms and whose an event is, as far as it says so itself. A bus puts every event into an envelope whose names
are EventBridge's, so no event from a bus can pass for one of our own messages, which all name a `trigger_id`.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from interactor import json_text
from interactor.clock import Millis, to_iso
from interactor.json_text import InvalidJson, Json

SOURCE_PREFIX = "interactor."
_SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"
"""Filled in by Scheduler (https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html)."""
_EVENT_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


class Malformed(ValueError):
    """The message has none of the forms that belong here; trying it again would not help."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event, as a pattern and a template see it in `document`. `aws_account` is the AWS account it came from, if
    any.
    """

    id: str
    document: dict[str, Json]

    @property
    def identity(self) -> str:
        """What tells it from all others: ids are their source's own, as in CloudEvents
        (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#id).
        """
        return json_text.dump([self.source, self.id])

    @property
    def source(self) -> str:
        return str(self.document["source"])

    @property
    def detail_type(self) -> str:
        return str(self.document["detail-type"])

    @property
    def aws_account(self) -> str | None:
        account = self.document.get("account")
        return account if isinstance(account, str) else None

    @property
    def named_account(self) -> str | None:
        """The account that the source names: `interactor.acme` and `interactor.acme/orders` are acme's."""
        if not self.source.startswith(SOURCE_PREFIX):
            return None
        return self.source.removeprefix(SOURCE_PREFIX).partition("/")[0] or None


@dataclass(frozen=True, slots=True)
class Firing:
    """The schedule of a trigger came due."""

    account: str
    trigger_id: str
    due_at: Millis

    def event(self, trigger_name: str) -> Event:
        """The firing as an event. Its id is the same however often it comes."""
        moment = to_iso(self.due_at)
        event_id = f"{self.trigger_id}.{self.due_at}"
        document = {
            "id": event_id,
            "source": "interactor.schedule",
            "detail-type": "Schedule Due",
            "time": moment,
            "detail": {"trigger_id": self.trigger_id, "trigger_name": trigger_name, "scheduled_at": moment},
        }
        return Event(event_id, document)


@dataclass(frozen=True, slots=True)
class Recheck:
    """See whether the schedule of a trigger is as the trigger has it."""

    account: str
    trigger_id: str


Message: TypeAlias = Event | Firing | Recheck


def firing(account: str, trigger_id: str) -> str:
    """What Scheduler is to send."""
    return json_text.dump({"account": account, "trigger_id": trigger_id, "scheduled_at": _SCHEDULED_TIME})


def recheck(account: str, trigger_id: str) -> str:
    return json_text.dump({"account": account, "trigger_id": trigger_id})


def read(text: str, message_id: str) -> Message:
    """The message in a body. Raises Malformed.

    An event that has no `id` takes the message's, so that it starts an instance once however often SQS delivers it; a
    system that may send an event twice gives it one.
    """
    try:
        body = json_text.parse(text)
    except InvalidJson as error:
        raise Malformed(str(error)) from error
    if not isinstance(body, dict):
        raise Malformed("not an object")
    return _own(body) if "trigger_id" in body else _event(body, message_id)


def _own(body: dict[str, Json]) -> Firing | Recheck:
    match body:
        case {"account": str(account), "trigger_id": str(trigger_id), "scheduled_at": str(moment)}:
            return Firing(account, trigger_id, _moment(moment))
        case {"account": str(account), "trigger_id": str(trigger_id)}:
            return Recheck(account, trigger_id)
    raise Malformed("not a message about a trigger")


def _moment(text: str) -> Millis:
    try:
        return int(datetime.fromisoformat(text).timestamp() * 1000)
    except ValueError as error:
        raise Malformed(f"'{text}' is no time") from error


def _event(body: dict[str, Json], message_id: str) -> Event:
    for name in ("source", "detail-type"):
        if not isinstance(body.get(name), str):
            raise Malformed(f"'{name}' must be a string")
    if not isinstance(body.get("detail"), dict):
        raise Malformed("'detail' must be an object")
    event_id = body.setdefault("id", message_id)
    if not isinstance(event_id, str) or not _EVENT_ID.fullmatch(event_id):
        raise Malformed("'id' must be 1 to 128 letters, digits, '.', '_' and '-'")
    return Event(event_id, body)
