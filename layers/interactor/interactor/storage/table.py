"""The table as the stores use it: read, write if, write together if, query. The only file that speaks DynamoDB's wire
format.

A conditional write whose answer is lost is sent again by the SDK and then fails on our own item. So every item written
carries the id of its operation (`op`): a failed condition that finds our own id is a success (docs/storage.md).
"""

import base64
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from botocore.exceptions import ClientError

from interactor.storage import effects
from interactor.storage.keys import Key

Value: TypeAlias = str | int | bytes | frozenset[bytes]
Item: TypeAlias = dict[str, Any]

READ_AT_ONCE = 100
"""Items of one read (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html)."""

_CONFLICT_WAITS = (0.02, 0.05, 0.1, 0.2, 0.4)
"""Seconds between tries of a write that met another transaction on the same item; it has won or failed by the next."""


class Condition(NamedTuple):
    """What must hold of the stored item for a write to happen; made by the named functions of the stores."""

    expression: str
    names: Mapping[str, str] = MappingProxyType({})
    values: Mapping[str, Value] = MappingProxyType({})


class Put(NamedTuple):
    """Write this whole item; `item['op']` must be the operation's id."""

    item: Item
    condition: Condition | None = None


class Update(NamedTuple):
    """Set some attributes of an item; `changes['op']` must be the operation's id."""

    key: Key
    changes: Item
    condition: Condition


class Add(NamedTuple):
    """Add to a number of an item (0 where there is none) and set other attributes; `others['op']` must be the
    operation's id. Goes with a write whose condition says whether the sum has been made.
    """

    key: Key
    name: str
    amount: int
    others: Item


class Delete(NamedTuple):
    """Remove an item, or find it removed."""

    key: Key


Write: TypeAlias = Put | Update | Add | Delete


class ConditionFailed(Exception):
    """Nothing was written. `found` has, for each write whose condition failed, its place and the item that is there (or
    None).
    """

    def __init__(self, found: dict[int, Item | None]) -> None:
        super().__init__(f"condition failed on writes {sorted(found)}")
        self.found = found


class Table:
    """One DynamoDB table, through one client. `sleep` takes seconds."""

    def __init__(self, client: Any, name: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._name = name
        self._sleep = sleep

    def get(self, key: Key) -> Item | None:
        """One item as of now (strongly consistent)."""
        answer = self._client.get_item(TableName=self._name, Key=_to_wire(key), ConsistentRead=True)
        return _from_wire(answer["Item"]) if "Item" in answer else None

    def get_all(self, keys: Sequence[Key], only: Sequence[str] = ()) -> list[Item | None]:
        """Items as of now (strongly consistent) in the order of the keys, `READ_AT_ONCE` in a round trip.

        `only` names the attributes that are wanted, where that is not all.
        """
        found: dict[tuple[str, str], Item] = {}
        wanted: dict[str, Any] = {}
        if only:
            names = {f"#{name}": name for name in ("pk", "sk", *only)}
            wanted = {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
        remaining: list[Any] = [_to_wire(key) for key in keys]
        while remaining:
            request = {self._name: {"Keys": remaining[:READ_AT_ONCE], "ConsistentRead": True, **wanted}}
            answer = self._client.batch_get_item(RequestItems=request)
            for wire in answer["Responses"].get(self._name, []):
                item = _from_wire(wire)
                found[item["pk"], item["sk"]] = item
            unprocessed = answer.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", [])
            remaining = unprocessed + remaining[READ_AT_ONCE:]
        return [found.get((key["pk"], key["sk"])) for key in keys]

    def query(
        self,
        partition: str,
        limit: int,
        *,
        index: str | None = None,
        sort_key: str = "sk",
        after: str | None = None,
        between: tuple[str, str] | None = None,
        descending: bool = False,
    ) -> list[Item]:
        """Up to `limit` items of one partition in key order, beyond `after`. Indexes are read as they are, the table
        consistently. Bounds that are the wrong way round, which DynamoDB would refuse, have nothing `between` them.

        Goes on over DynamoDB's 1 MB pages only until the limit is reached.
        """
        if between is not None and between[0] > between[1]:
            return []
        request: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": "#p = :p",
            "ExpressionAttributeNames": {"#p": index or "pk"},
            "ExpressionAttributeValues": {":p": {"S": partition}},
            "ScanIndexForward": not descending,
        }
        if index:
            request["IndexName"] = index
        else:
            request["ConsistentRead"] = True
        if after is not None:
            request["KeyConditionExpression"] += f" AND #s {'<' if descending else '>'} :after"
            request["ExpressionAttributeNames"]["#s"] = sort_key
            request["ExpressionAttributeValues"][":after"] = {"S": after}
        if between is not None:
            request["KeyConditionExpression"] += " AND #s BETWEEN :first AND :last"
            request["ExpressionAttributeNames"]["#s"] = sort_key
            request["ExpressionAttributeValues"] |= {":first": {"S": between[0]}, ":last": {"S": between[1]}}
        return list(self._pages(request, limit))

    def write(self, writes: Sequence[Write], op: str) -> None:
        """Make all writes or none. Raises ConditionFailed. Called again with the same `op`, it succeeds without writing
        again.
        """
        effects.begin()
        send = self._alone if len(writes) == 1 else self._transact
        for wait in (*_CONFLICT_WAITS, None):
            try:
                send(writes, op)
                return
            except _Conflict as conflict:
                if wait is None:
                    raise conflict.error from None
                self._sleep(wait)

    def add(self, key: Key, name: str, amount: int, others: Item) -> int:
        """Add to a number of an item (0 where there is none), set other attributes, and give the sum.

        An answer that is lost counts twice, because the SDK sends the request again: for numbers that may be too high.
        """
        answer = self._client.update_item(
            TableName=self._name,
            Key=_to_wire(key),
            **_addition(name, amount, others),
            ReturnValues="UPDATED_NEW",
        )
        total: int = _from_wire(answer["Attributes"])[name]
        return total

    def add_members(self, key: Key, name: str, members: Sequence[bytes], capacity: int) -> frozenset[bytes] | None:
        """Put new members (at most `capacity`) into a set that holds `capacity`. None where there was room for all of
        them; otherwise nothing is changed, and the members of the set are returned. May be done again.
        """
        try:
            self._client.update_item(
                TableName=self._name,
                Key=_to_wire(key),
                UpdateExpression="ADD #set :new",
                ConditionExpression="attribute_not_exists(#set) OR size(#set) <= :others OR contains(#set, :first)",
                ExpressionAttributeNames={"#set": name},
                ExpressionAttributeValues=_to_wire(
                    {":new": frozenset(members), ":first": members[0], ":others": capacity - len(members)}
                ),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            response: Any = error.response
            found: frozenset[bytes] = _from_wire(response["Item"])[name]
            return found
        return None

    def remove_members(self, key: Key, name: str, members: frozenset[bytes]) -> None:
        """Take members out of a set. May be done again, and beside other changes to the set."""
        self._client.update_item(
            TableName=self._name,
            Key=_to_wire(key),
            UpdateExpression="DELETE #set :members",
            ExpressionAttributeNames={"#set": name},
            ExpressionAttributeValues=_to_wire({":members": members}),
        )

    def _pages(self, request: dict[str, Any], limit: int) -> Iterator[Item]:
        while limit > 0:
            answer = self._client.query(**request, Limit=limit)
            yield from (_from_wire(wire) for wire in answer["Items"])
            limit -= len(answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _alone(self, writes: Sequence[Write], op: str) -> None:
        request = self._wire_write(writes[0])
        try:
            match writes[0]:
                case Put():
                    self._client.put_item(**request)
                case Update() | Add():
                    self._client.update_item(**request)
                case Delete():
                    self._client.delete_item(**request)
        except ClientError as error:
            match error.response["Error"]["Code"]:
                case "ConditionalCheckFailedException":
                    self._raise_unless_ours({0: error.response.get("Item")}, op, error)
                case "TransactionConflictException":
                    raise _Conflict(error) from error
                case _:
                    raise

    def _transact(self, writes: Sequence[Write], op: str) -> None:
        actions = [{_ACTIONS[type(write)]: self._wire_write(write)} for write in writes]
        try:
            self._client.transact_write_items(TransactItems=actions, ClientRequestToken=op[-36:])
        except ClientError as error:
            if error.response["Error"]["Code"] != "TransactionCanceledException":
                raise
            reasons = error.response.get("CancellationReasons", [])
            codes = [reason.get("Code") for reason in reasons]
            if "ConditionalCheckFailed" in codes:
                failed = {place: reasons[place].get("Item") for place, code in enumerate(codes)
                          if code == "ConditionalCheckFailed"}  # fmt: skip
                self._raise_unless_ours(failed, op, error)
            elif "TransactionConflict" in codes:
                raise _Conflict(error) from error
            else:
                raise

    @staticmethod
    def _raise_unless_ours(failed: dict[int, Any], op: str, error: ClientError) -> None:
        """Writes go together, so one item of ours means that all of them had been applied."""
        found = {place: _from_wire(wire) if wire else None for place, wire in failed.items()}
        if not any(item and item.get("op") == op for item in found.values()):
            raise ConditionFailed(found) from error

    def _wire_write(self, write: Write) -> dict[str, Any]:
        names: dict[str, str] = {}
        values: dict[str, Value] = {}
        request: dict[str, Any] = {"TableName": self._name}
        if isinstance(write, Delete):
            return request | {"Key": _to_wire(write.key)}
        if isinstance(write, Add):
            return request | {"Key": _to_wire(write.key), **_addition(write.name, write.amount, write.others)}
        if isinstance(write, Put):
            request["Item"] = _to_wire(write.item)
        else:
            request["Key"] = _to_wire(write.key)
            request["UpdateExpression"] = "SET " + ", ".join(f"#c{n} = :c{n}" for n in range(len(write.changes)))
            names |= {f"#c{n}": name for n, name in enumerate(write.changes)}
            values |= {f":c{n}": value for n, value in enumerate(write.changes.values())}
        if write.condition:
            request["ConditionExpression"] = write.condition.expression
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
            names |= write.condition.names
            values |= write.condition.values
        if names:
            request["ExpressionAttributeNames"] = names
        if values:
            request["ExpressionAttributeValues"] = _to_wire(values)
        return request


class _Conflict(Exception):
    def __init__(self, error: ClientError) -> None:
        super().__init__(str(error))
        self.error = error


_ACTIONS = {Put: "Put", Update: "Update", Add: "Update", Delete: "Delete"}


def _addition(name: str, amount: int, others: Item) -> dict[str, Any]:
    return {
        "UpdateExpression": "ADD #n :n SET " + ", ".join(f"#{other} = :{other}" for other in others),
        "ExpressionAttributeNames": {"#n": name, **{f"#{other}": other for other in others}},
        "ExpressionAttributeValues": _to_wire({":n": amount, **{f":{other}": others[other] for other in others}}),
    }


def absent() -> Condition:
    """Nothing has this key yet."""
    return Condition("attribute_not_exists(pk)")


def from_stream(image: dict[str, Any]) -> Item:
    """An item out of a stream record's image (the wire format, as Lambda delivers it)."""
    return _from_wire(image)


def _to_wire(item: Iterable[Any] | dict[str, Any]) -> dict[str, Any]:
    return {name: _wire_value(value) for name, value in dict(item).items()}


def _wire_value(value: Value) -> dict[str, Any]:
    match value:
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case frozenset():
            return {"BS": sorted(value)}


def _from_wire(wire: dict[str, Any]) -> Item:
    return {name: _plain_value(value) for name, value in wire.items()}


def _plain_value(value: dict[str, Any]) -> Any:
    kind, content = next(iter(value.items()))
    match kind:
        case "N":
            return int(content)
        case "B" if isinstance(content, str):
            return base64.b64decode(content)  # in the JSON of an event; the client decodes by itself
        case "L":
            return [_plain_value(member) for member in content]
        case "BS":
            return frozenset(content)
        case _:
            return content
