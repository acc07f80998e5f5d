"""Triggers, the events they could not start with, and whose events come from which AWS account.

All of an account's triggers share a partition: there are at most `MAX_TRIGGERS`, so that one query finds every trigger
that an event may concern, and lists need no index.
"""

from dataclasses import dataclass, replace

from interactor.clock import Millis
from interactor.errors import TriggerExists, TriggerLimitReached
from interactor.ids import is_id
from interactor.json_text import Json
from interactor.storage import keys
from interactor.storage.creations import create_counted
from interactor.storage.documents import pack, unpack
from interactor.storage.table import Condition, ConditionFailed, Delete, Item, Put, Table, Update
from interactor.triggers.schedules import Schedule

MAX_TRIGGERS = 100
"""Triggers of an account. A limit of ours: each event of the account is compared with all of them."""
FAILURES_KEPT: Millis = 30 * 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts instances of a workflow: an event pattern or a schedule, one of the two."""

    id: str
    account: str
    namespace: str
    name: str
    workflow_name: str
    status: str
    """`active` or `paused`."""
    event_pattern: Json
    schedule: Schedule | None
    input: Json
    """A template over `event`."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An event that was for a trigger and started nothing."""

    id: str
    event_id: str
    source: str
    detail_type: str
    at: Millis
    code: str
    message: str


class Triggers:
    """The triggers of all accounts; every method names the account, and finds nothing of another's."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, trigger: Trigger, op: str) -> None:
        """Raises TriggerExists (the name is taken in its namespace), TriggerLimitReached, CreatedMeanwhile."""
        items = self._items(trigger.account)
        others = [_trigger_of(trigger.account, item) for item in items if "name" in item]
        if any((other.namespace, other.name) == (trigger.namespace, trigger.name) for other in others):
            raise TriggerExists(f"The namespace '{trigger.namespace}' has a trigger '{trigger.name}'")
        if len(others) >= MAX_TRIGGERS:
            raise TriggerLimitReached(
                f"The account has {len(others)} triggers, as many as it may", {"limit": MAX_TRIGGERS}
            )
        create_counted(self._table, _item_of(trigger, op), keys.trigger_creations(trigger.account), items, op)

    def get(self, account: str, trigger_id: str) -> Trigger | None:
        item = self._table.get(keys.trigger(account, trigger_id)) if is_id("trg", trigger_id) else None
        return _trigger_of(account, item) if item else None

    def all(self, account: str) -> list[Trigger]:
        """Newest first."""
        return [_trigger_of(account, item) for item in self._items(account) if "name" in item]

    def set_status(self, trigger: Trigger, status: str, op: str) -> Trigger | None:
        """The trigger as it is now, or None where it has been deleted meanwhile."""
        changes = {"op": op, "status": status}
        exists = Condition("attribute_exists(pk)")
        try:
            self._table.write([Update(keys.trigger(trigger.account, trigger.id), changes, exists)], op)
        except ConditionFailed:
            return None
        return replace(trigger, status=status)

    def delete(self, account: str, trigger_id: str, op: str) -> None:
        self._table.write([Delete(keys.trigger(account, trigger_id))], op)

    def record_failure(self, account: str, trigger_id: str, failure: Failure, op: str) -> None:
        """Keep a failure for 30 days; one with the same id takes its place."""
        item = {
            **keys.trigger_failure(account, trigger_id, failure.id),
            "op": op,
            "event_id": failure.event_id,
            "source": failure.source,
            "detail_type": failure.detail_type,
            "at": failure.at,
            "code": failure.code,
            "message": failure.message,
            "expires": (failure.at + FAILURES_KEPT) // 1000,
        }
        self._table.write([Put(item)], op)

    def failures(self, account: str, trigger_id: str, now: Millis, after: str | None, limit: int) -> list[Failure]:
        """Newest first, older than the failure `after`; of the last 30 days."""
        partition = keys.trigger_failure(account, trigger_id, "")["pk"]
        items = self._table.query(partition, limit, after=after, descending=True)
        return [_failure_of(item) for item in items if item["expires"] * 1000 > now]

    def account_of_aws(self, number: str) -> str | None:
        """The account that the operator has bound an AWS account to."""
        item = self._table.get(keys.aws_account(number))
        return str(item["account"]) if item else None

    def _items(self, account: str) -> list[Item]:
        partition = keys.trigger_creations(account)["pk"]
        return self._table.query(partition, MAX_TRIGGERS + 1, descending=True)


def _item_of(trigger: Trigger, op: str) -> Item:
    schedule = trigger.schedule and {"expression": trigger.schedule.expression, "timezone": trigger.schedule.timezone}
    document = {"event_pattern": trigger.event_pattern, "schedule": schedule, "input": trigger.input}
    return {
        **keys.trigger(trigger.account, trigger.id),
        "op": op,
        "namespace": trigger.namespace,
        "name": trigger.name,
        "workflow": trigger.workflow_name,
        "status": trigger.status,
        "document": pack(document),
    }


def _trigger_of(account: str, item: Item) -> Trigger:
    document = unpack(item["document"])
    schedule = document["schedule"]
    return Trigger(
        id=item["sk"],
        account=account,
        namespace=item["namespace"],
        name=item["name"],
        workflow_name=item["workflow"],
        status=item["status"],
        event_pattern=document["event_pattern"],
        schedule=Schedule(**schedule) if schedule else None,
        input=document["input"],
    )


def _failure_of(item: Item) -> Failure:
    return Failure(
        item["sk"], item["event_id"], item["source"], item["detail_type"], item["at"], item["code"], item["message"]
    )
