"""Read units, by the sizes of what came back: the emulator charges the same for any read, DynamoDB does not."""

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
            return len(content)
        case "BS":
            return sum(len(member) for member in content)
    return 1


def _units(size: int) -> int:
    return max(1, -(-size // 4096))
