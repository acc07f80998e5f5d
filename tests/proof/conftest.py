"""What makes this many requests bearable."""

from itertools import chain
from typing import Any

import pytest
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.models.table import Table


@pytest.fixture(scope="session", autouse=True)
def no_needless_work() -> Any:
    """moto sorts the whole table for each query, and then sorts what it has found; and it looks at each attribute of
    each item for every type that it might have. That is half of all the work here.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "all_items", _unsorted)
        patch.setattr(BaseJSONSerializer, "_serialize_type_structure", _as_it_is)
        yield


def _unsorted(table: Table) -> list[Any]:
    return list(chain(*(partition.values() for partition in table.items.values())))


_serialize_structure = BaseJSONSerializer._serialize_type_structure


def _as_it_is(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    """Texts and numbers of items are kept in DynamoDB's own form."""
    if shape.name == "AttributeValue" and isinstance(value, dict) and value.keys() <= {"S", "N"}:
        serializer._default_serialize(serialized, value, shape, key)
    else:
        _serialize_structure(serializer, serialized, value, shape, key)
