"""The key that signs cursors: made once per deployment, kept in the table, read once per process."""

import secrets

from interactor.services.parts import Parts
from interactor.storage.keys import CURSOR_KEY
from interactor.storage.table import ConditionFailed, Put, Table, absent

_KEY_BYTES = 32
_known: dict[Table, bytes] = {}


def cursor_key(parts: Parts) -> bytes:
    """The deployment's key; of two first requests, one makes it and both use it."""
    if parts.table not in _known:
        _known[parts.table] = _read(parts.table) or _make(parts)
    return _known[parts.table]


def _read(table: Table) -> bytes | None:
    item = table.get(CURSOR_KEY)
    return bytes(item["key"]) if item else None


def _make(parts: Parts) -> bytes:
    op, key = parts.ids.new("op", parts.clock()), secrets.token_bytes(_KEY_BYTES)
    try:
        parts.table.write([Put({**CURSOR_KEY, "op": op, "key": key}, absent())], op)
    except ConditionFailed as failure:
        item = failure.found[0]
        if item is None:
            raise
        return bytes(item["key"])
    return key
