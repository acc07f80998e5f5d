"""What limits are counted with: the permits taken of a minute, and the places of a namespace's quota.

Owns the two kinds of item; what the numbers mean is decided in `limits/`.
"""

from collections.abc import Iterable, Sequence

from interactor.clock import Millis
from interactor.ids import packed, unpacked
from interactor.storage import keys
from interactor.storage.table import Table

_COUNTER_LIFETIME: Millis = 5 * 60_000
"""From the beginning of its minute; longer than any two clocks are apart."""


class RateCounters:
    """One number for each account, category and minute."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, account: str, category: str, window: Millis, permits: int) -> int:
        """Take permits of the minute that begins at `window`; how many are taken now, these included."""
        key = keys.rate_counter(account, category, window)
        return self._table.add(key, "taken", permits, {"expires": (window + _COUNTER_LIFETIME) // 1000})


class Places:
    """Sets of ids: the places that are taken in a namespace. All writes may be repeated without harm."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, account: str, namespace: str, cell: int, places: Sequence[str], capacity: int) -> list[str] | None:
        """Take new places (at most `capacity`) in a cell that has `capacity`. None where there was room for all of
        them; otherwise none of them is taken, and the places that are taken already are returned.
        """
        key = keys.places(account, namespace, cell)
        taken = self._table.add_members(key, "taken", [packed(place) for place in places], capacity)
        return None if taken is None else [unpacked("place", place) for place in taken]

    def give_back(self, account: str, namespace: str, cell: int, places: Iterable[str]) -> None:
        """Free these places; those that are not taken in this cell do not matter."""
        key = keys.places(account, namespace, cell)
        self._table.remove_members(key, "taken", frozenset(packed(place) for place in places))

    def taken(self, account: str, namespace: str, cells: Sequence[int]) -> dict[int, list[str]]:
        """The places that are taken in each cell, as of now."""
        items = self._table.get_all([keys.places(account, namespace, cell) for cell in cells])
        return {
            cell: [unpacked("place", place) for place in item.get("taken", ())] if item else []
            for cell, item in zip(cells, items, strict=True)
        }
