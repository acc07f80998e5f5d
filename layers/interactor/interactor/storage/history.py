"""History in the table, found by event number or by moment and read some events at a time (docs/history.md).

An instance's events stand in chunks: items that each hold the events of one or more commits and the data after the last
of them, and the instance's own item with the latest. A chunk that has moved out of the instance's item never changes
again, so that everything here is true of the version of the instance that was loaded first. `instances.py` writes them.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from interactor.clock import Millis
from interactor.engine.history import Event, undone
from interactor.json_text import Json
from interactor.storage import keys
from interactor.storage.documents import Documents
from interactor.storage.instances import Stored
from interactor.storage.table import Item, Table


class Chunk(NamedTuple):
    """Events that follow each other, numbered from `first`, and `workflow_data` after the last of them."""

    first: int
    events: Sequence[Event]
    data: dict[str, Json]

    @property
    def end(self) -> int:
        """The number of the event after the last."""
        return self.first + len(self.events)

    def data_at_each(self) -> list[dict[str, Json]]:
        """`workflow_data` after each event: from the end back, so that no other chunk is needed."""
        after = [self.data]
        for event in reversed(self.events[1:]):
            after.append(undone(after[-1], event))
        return after[::-1]


class Histories:
    """The histories of all instances; every method is given the instance as it was loaded."""

    def __init__(self, table: Table, documents: Documents) -> None:
        self._table = table
        self._documents = documents

    def chunk_of(self, stored: Stored, number: int) -> Chunk:
        """The chunk with an event that there is: one read, or none where the instance's own item has it."""
        if number >= stored.first:
            return _latest(stored)
        return self._read(stored, 0, number, 1, descending=True)[0]

    def chunk_at(self, stored: Stored, moment: Millis) -> Chunk:
        """The last chunk that begins before a moment, or the first: a binary search, one read a step."""
        if not stored.first or (stored.events and stored.events[0]["at"] < moment):
            return _latest(stored)
        found = None
        begin, end = 0, stored.first
        while begin < end:
            middle = self.chunk_of(stored, (begin + end) // 2)
            if middle.events[0]["at"] < moment:
                found, begin = middle, middle.end
            else:
                end = middle.first
        return found or self.chunk_of(stored, 0)

    def forwards(self, stored: Stored, number: int, at_a_time: int) -> Iterator[Chunk]:
        """The chunk with this event and those after it; so many of them are read in a round trip."""
        chunk = self.chunk_of(stored, number)
        yield chunk
        while chunk.end < stored.first:
            chunks = self._read(stored, chunk.end, stored.first - 1, at_a_time)
            yield from chunks
            chunk = chunks[-1]
        if chunk.first < stored.first:
            yield _latest(stored)

    def backwards(self, stored: Stored, number: int, at_a_time: int) -> Iterator[Chunk]:
        """The chunk with this event and those before it; so many of them are read in a round trip."""
        last = number
        if number >= stored.first:
            yield _latest(stored)
            last = stored.first - 1
        while last >= 0:
            chunks = self._read(stored, 0, last, at_a_time, descending=True)
            yield from chunks
            last = chunks[-1].first - 1

    def _read(self, stored: Stored, first: int, last: int, limit: int, *, descending: bool = False) -> list[Chunk]:
        """The chunks that begin with an event of these numbers. There is at least one: no event is ever lost."""
        account, instance_id = stored.instance.account, stored.instance.id
        lowest, highest = keys.history(account, instance_id, first), keys.history(account, instance_id, last)
        items = self._table.query(lowest["pk"], limit, between=(lowest["sk"], highest["sk"]), descending=descending)
        if not items:
            raise LookupError(f"events {first} to {last} of {instance_id} are missing")
        return [self._chunk(item) for item in items]

    def _chunk(self, item: Item) -> Chunk:
        document = self._documents.read(item)
        return Chunk(keys.first_event(item["sk"]), document["events"], document["data"])


def _latest(stored: Stored) -> Chunk:
    return Chunk(stored.first, stored.events, stored.instance.data)
