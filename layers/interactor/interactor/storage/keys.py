"""Every key of the one table, with an example each. No other file spells a key.

`#` separates parts; account, workflow and namespace names cannot contain it. The instance indexes are keyed by what a
list may filter on, the status class included, and sorted by instance id, which is creation order: each combination of
filters is a handful of exact ranges to merge, and an entry that nobody asked for is never read.
"""

import zlib
from collections.abc import Mapping
from typing import TypeAlias

from interactor.engine.instance import Instance
from interactor.ids import tail_of

Key: TypeAlias = dict[str, str]

STATUS_CLASSES = ("running", "awaiting", "halted", "completed", "failed", "cancelled")
"""The statuses, with `awaiting` for an instance that runs while one of its threads is halted."""
LIVE_CLASSES = STATUS_CLASSES[:3]
ERRORS = "errors"
"""What stands in the place of the status class where an index lists errors."""


def workflow(account: str, name: str) -> Key:
    """`workflows#acme / purchase_approval`: which versions are latest and published."""
    return {"pk": f"workflows#{account}", "sk": name}


def version(account: str, name: str, version_id: str) -> Key:
    """`versions#acme#purchase_approval / v_01J…`: one version's status and times."""
    return {"pk": f"versions#{account}#{name}", "sk": version_id}


def definition(account: str, version_id: str) -> Key:
    """`definition#acme#v_01J… / definition`: the document itself, apart so that listing versions does not read it."""
    return {"pk": f"definition#{account}#{version_id}", "sk": "definition"}


def instance(account: str, instance_id: str) -> Key:
    """`instance#acme#5B7Q… / instance`: the instance with its recent history. Sorts after its history.

    The key has the tail of the id alone, so that the instance of a place in the quota is found by the place, which has
    the same tail and another moment. Whoever asks for an id has to compare it with the item's.
    """
    return {"pk": f"instance#{account}#{tail_of(instance_id)}", "sk": "instance"}


def account_of(item: Mapping[str, str]) -> str:
    """The account that an item belongs to, of those whose partition is `kind#account…`."""
    return item["pk"].split("#")[1]


def history(account: str, instance_id: str, first_event: int) -> Key:
    """`instance#acme#5B7Q… / history#00000120`: older events of the instance, from number 120 on."""
    return {"pk": instance(account, instance_id)["pk"], "sk": f"history#{first_event:08d}"}


def first_event(sort_key: str) -> int:
    """The number that `history` put into a sort key."""
    return int(sort_key.removeprefix("history#"))


def idempotency(account: str, endpoint: str, key_hash: str) -> Key:
    """`idempotency#acme#POST /workflows/x/instances / 9f86d0…`: the answer that was given under an Idempotency-Key."""
    return {"pk": f"idempotency#{account}#{endpoint}", "sk": key_hash}


def timers(minute: int, shard: int, due_at: int, subject: str, version: int, purpose: str) -> Key:
    """`timers#29482080#3 / 1768924800000#inst_01J…#7#advance`: a moment something waits for, under its minute."""
    return {"pk": f"timers#{minute}#{shard}", "sk": f"{due_at:013d}#{subject}#{version}#{purpose}"}


def account(name: str) -> Key:
    """`accounts / acme`: the accounts that have workflows."""
    return {"pk": "accounts", "sk": name}


SWEEP: Key = {"pk": "sweep", "sk": "sweep"}
"""Up to which minute resting timers have been moved to the queue."""


def file(account: str, instance_id: str, file_id: str) -> Key:
    """`files#acme#inst_01J… / file_01J…`: a file that may be, or has been, uploaded for a form of the instance."""
    return {"pk": f"files#{account}#{instance_id}", "sk": file_id}


def rate_counter(account: str, category: str, window: int) -> Key:
    """`rate#acme#write#1768910400000 / rate`: permits taken of the minute that begins then."""
    return {"pk": f"rate#{account}#{category}#{window}", "sk": "rate"}


def places(account: str, namespace: str, cell: int) -> Key:
    """`places#acme#user_1#17 / places`: the places that are taken in one cell of a namespace's quota."""
    return {"pk": f"places#{account}#{namespace}#{cell}", "sk": "places"}


def trigger(account: str, trigger_id: str) -> Key:
    """`triggers#acme / trg_01J…`: all of an account's triggers are one query."""
    return {"pk": f"triggers#{account}", "sk": trigger_id}


def trigger_creations(account: str) -> Key:
    """`triggers#acme / creations`: how many triggers were ever created, so that two creations notice each other."""
    return {"pk": f"triggers#{account}", "sk": "creations"}


def trigger_failure(account: str, trigger_id: str, failure_id: str) -> Key:
    """`trigger_failures#acme#trg_01J… / fail_01J…`: an event that matched and started nothing."""
    return {"pk": f"trigger_failures#{account}#{trigger_id}", "sk": failure_id}


def subscription(account: str, subscription_id: str) -> Key:
    """`subscriptions#acme / whsub_01J…`: all of an account's webhook subscriptions are one query."""
    return {"pk": f"subscriptions#{account}", "sk": subscription_id}


def delivery(account: str, delivery_id: str) -> Key:
    """`delivery#acme#del_01J… / delivery`: one event for one subscription, with its payload and its tries."""
    return {"pk": f"delivery#{account}#{delivery_id}", "sk": "delivery"}


def due_delivery(account: str, subscription_id: str, shard: int, due_at: int, delivery_id: str) -> Key:
    """`due#acme#whsub_01J…#0 / 1768910400000#del_01J…`: a delivery that is to be tried at that moment."""
    return {"pk": f"due#{account}#{subscription_id}#{shard}", "sk": f"{due_at:013d}#{delivery_id}"}


def lane(account: str, subscription_id: str) -> Key:
    """`lane#acme#whsub_01J… / lane`: who delivers to the subscription now, and what was sent this minute."""
    return {"pk": f"lane#{account}#{subscription_id}", "sk": "lane"}


def delivery_index(account: str, subscription_id: str, status: str, shard: int) -> str:
    """The partition of the index `by_account` that lists a subscription's deliveries of one status."""
    return f"deliveries#{account}#{subscription_id}#{status}#{shard}"


def subscription_creations(account: str) -> Key:
    """`subscriptions#acme / creations`: how many were ever created, so that two creations notice each other."""
    return {"pk": f"subscriptions#{account}", "sk": "creations"}


def replay(account: str, replay_id: str) -> Key:
    """`replay#acme#rpl_01J… / replay`: a job that delivers again, and how far it has come."""
    return {"pk": f"replay#{account}#{replay_id}", "sk": "replay"}


def principal(subject: str) -> Key:
    """`PRINCIPAL#a1b2c3d4-… / PRINCIPAL`: what an operator has entered for a user or an app client (docs/deploy.md)."""
    return {"pk": f"PRINCIPAL#{subject}", "sk": "PRINCIPAL"}


def aws_account(number: str) -> Key:
    """`aws_account#111122223333 / aws_account`: the account whose events come from this AWS account."""
    return {"pk": f"aws_account#{number}", "sk": "aws_account"}


def statistics(account: str, workflow_name: str) -> Key:
    """`statistics#acme#purchase_approval / statistics`: how many instances are where, and how long states take."""
    return {"pk": f"statistics#{account}#{workflow_name}", "sk": "statistics"}


NAMED_WORKFLOWS: Key = {"pk": "named_workflows", "sk": "named_workflows"}
"""The workflows whose metrics carry their name."""

CURSOR_KEY: Key = {"pk": "cursor_key", "sk": "cursor_key"}
"""The key that signs pagination cursors."""


def error_record(account: str, event_id: str) -> Key:
    """`error#acme#evt_01J… / error`: an `error` event of an instance, for the list of all instances' errors."""
    return {"pk": f"error#{account}#{event_id}", "sk": "error"}


def error_count(index: str, partition: str, hour: int, code: str, workflow_name: str) -> Key:
    """`error_counts#by_account#acme#errors#0 / 00491364#script_error#approval`: how many errors of a kind an hour had,
    of those that one partition of one index lists.
    """
    return {"pk": f"error_counts#{index}#{partition}", "sk": f"{hour:08d}#{code}#{workflow_name}"}


def error_counts_of_hours(index: str, partition: str, first: int, last: int) -> tuple[str, tuple[str, str]]:
    """(partition, range of sort keys) of what `error_count` counts from one hour to another, both included."""
    begin, end = (error_count(index, partition, hour, "", "") for hour in (first, last + 1))
    return begin["pk"], (begin["sk"], end["sk"])


def status_class(found: Instance) -> str:
    return "awaiting" if found.status == "running" and found.awaiting_input else found.status


def index_keys(found: Instance, shards: int, kind: str | None = None) -> dict[str, str]:
    """The four index partitions that an instance is listed in, and the shard of each.

    `kind` is `ERRORS` for an error of the instance, which is listed beside the instances.
    """
    of_account = f"{found.account}#{kind or status_class(found)}#{zlib.crc32(found.id.encode()) % shards}"
    return {
        "by_account": of_account,
        "by_namespace": f"{found.namespace}#{of_account}",
        "by_workflow": f"{found.workflow_name}#{of_account}",
        "by_both": f"{found.namespace}#{found.workflow_name}#{of_account}",
    }


def index_range(
    account: str, namespace: str | None, workflow_name: str | None, status: str, shard: int
) -> tuple[str, str]:
    """(index name, partition) of one exact range: what `index_keys` wrote for instances of this kind."""
    of_account = f"{account}#{status}#{shard}"
    if namespace is not None and workflow_name is not None:
        return "by_both", f"{namespace}#{workflow_name}#{of_account}"
    if namespace is not None:
        return "by_namespace", f"{namespace}#{of_account}"
    if workflow_name is not None:
        return "by_workflow", f"{workflow_name}#{of_account}"
    return "by_account", of_account
