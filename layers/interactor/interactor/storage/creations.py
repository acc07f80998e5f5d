"""How a limit on what an account may create holds when two creations come at once.

What is limited shares a partition with one item that counts creations. A creation reads the partition, judges the
limit, and writes on condition that the count is still the same. Deletions need not be counted: they only make room.
"""

from collections.abc import Sequence

from interactor.storage.keys import Key
from interactor.storage.table import Condition, ConditionFailed, Item, Put, Table, absent


class CreatedMeanwhile(Exception):
    """Another of the kind was created in the account at the same moment: look again whether there is room."""


def create_counted(table: Table, created: Item, counter: Key, partition: Sequence[Item], op: str) -> None:
    """Write `created` with one creation more in `counter`; `partition` are the items the limit was judged by.

    Raises CreatedMeanwhile.
    """
    count = next((item["count"] for item in partition if item["sk"] == counter["sk"]), 0)
    counted = {**counter, "op": op, "count": count + 1}
    try:
        table.write([Put(created, absent()), Put(counted, _count_is(count))], op)
    except ConditionFailed as failure:
        raise CreatedMeanwhile from failure


def _count_is(count: int) -> Condition:
    """None has been created since the account's were read, so what was judged by them still holds."""
    return Condition("#count = :count", {"#count": "count"}, {":count": count}) if count else absent()
