"""The key that signs pagination cursors: one a deployment, kept in the table, made at first use."""

from interactor.ids import RandomBytes
from interactor.storage.keys import CURSOR_KEY
from interactor.storage.table import ConditionFailed, Put, Table, absent

_KEY_BYTES = 32


def cursor_key(table: Table, op: str, random: RandomBytes) -> bytes:
    """The deployment's key; of two first requests, one makes it and both use it."""
    item = table.get(CURSOR_KEY)
    return bytes(item["key"]) if item else _make(table, op, random(_KEY_BYTES))


def _make(table: Table, op: str, key: bytes) -> bytes:
    try:
        table.write([Put({**CURSOR_KEY, "op": op, "key": key}, absent())], op)
    except ConditionFailed as failure:
        item = failure.found[0]
        if item is None:
            raise
        return bytes(item["key"])
    return key
