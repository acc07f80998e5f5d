"""Request units by the sizes of items: of what came back, since the emulator charges the same for any read, and of what
was written where the answer does not tell it item by item.
"""

from typing import Any


def read_units(operation: str, asked: dict[str, Any], answer: dict[str, Any]) -> float:
    """What DynamoDB charges for a read
    (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html).
    """
    match operation:
        case "GetItem":
            return _units(item_size(answer.get("Item", {})))
        case "BatchGetItem":
            found = [item for items in answer["Responses"].values() for item in items]
            wanted = sum(len(table["Keys"]) for table in asked["RequestItems"].values())
            return sum(_units(item_size(item)) for item in found) + wanted - len(found)
        case "Query":
            units = _units(sum(item_size(item) for item in answer["Items"]))
            return units if asked.get("ConsistentRead") else units / 2
    return 0


def write_units(item: dict[str, Any]) -> int:
    """What DynamoDB charges for a write of an item to a table, as JSON has it."""
    return max(1, -(-item_size(item) // 1024))


def item_size(item: dict[str, Any]) -> int:
    """Bytes of an item (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html)."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return len(content) // 2 + 1
        case "B":
            return _byte_length(content)
        case "BS":
            return sum(map(_byte_length, content))
    return 1


def _byte_length(content: bytes | str) -> int:
    """Of bytes, or of their base 64 in JSON."""
    return len(content) if isinstance(content, bytes) else len(content) * 3 // 4


def _units(size: int) -> int:
    return max(1, -(-size // 4096))
