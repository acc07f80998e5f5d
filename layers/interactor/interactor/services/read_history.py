"""Read an instance's history, a page or one event, with why each transition was taken (reference, 'History API').

The work of a page is bounded wherever in history it lies and whatever it filters for: so many chunks, so many bytes.
A page that stops short of its limit says where to go on. What conditions saw is told from the definition and the data
at the event; nothing of it is stored (`engine/explaining.py`).
"""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from interactor.auth.principals import Principal
from interactor.clock import Millis
from interactor.engine.conditions import Effort
from interactor.engine.explaining import explain_event
from interactor.engine.history import Event
from interactor.engine.instance import Instance
from interactor.errors import EventNotFound
from interactor.ids import event_id, event_number, is_id
from interactor.json_text import Json, size_of
from interactor.services.find_halt import thread_meant
from interactor.services.find_instance import load_instance
from interactor.services.parts import Parts
from interactor.storage.history import Chunk
from interactor.storage.instances import HISTORY_LIMIT, Stored

CHUNKS_OF_A_PAGE = 20
"""A page looks through no more, found or not; 20 hold some 2,000 events."""
MAX_PAGE_BYTES = 1024 * 1024
"""Of an answer that Lambda cuts at 6 MB (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)."""
CLOCK_DIFFERENCE: Millis = 60_000
"""Events are in the order of their commits; two workers' clocks, and so two moments, differ by less than this."""


class ReadHistory(NamedTuple):
    """Events of these types (None: of all), of this thread, in [since, until). `begin` is where the page before said
    to go on.
    """

    instance_id: str
    types: frozenset[str] | None
    thread: str | None
    since: Millis | None
    until: Millis | None
    descending: bool
    include_data: bool
    begin: int | None
    limit: int

    def wants(self, event: Event) -> bool:
        return (
            (self.types is None or event["type"] in self.types)
            and self.thread in (None, event["thread"])
            and (self.since is None or event["at"] >= self.since)
            and (self.until is None or event["at"] < self.until)
        )

    def is_over_at(self, event: Event) -> bool:
        """Whether neither this event nor any that follows in this order can be in the time asked about."""
        if self.descending:
            return self.since is not None and event["at"] < self.since - CLOCK_DIFFERENCE
        return self.until is not None and event["at"] >= self.until + CLOCK_DIFFERENCE


class HistoryEvent(NamedTuple):
    """An event with its public id; `explain` where it is about a way out of a state, `data` where it was asked for."""

    id: str
    event: Event
    explain: list[dict[str, Json]] | None
    data: dict[str, Json] | None

    @property
    def size(self) -> int:
        return size_of(self.event) + size_of(self.explain) + size_of(self.data)


class HistoryPage(NamedTuple):
    """`next` is the number of the event to go on with, None at the end."""

    instance: Instance
    workflow_id: str
    events: list[HistoryEvent]
    next: int | None


def read_history(parts: Parts, caller: Principal, request: ReadHistory) -> HistoryPage:
    """Raises InstanceNotFound, and ThreadNotFound for a thread that there is not, or not yet: nothing of it would read
    as nothing to tell.
    """
    stored = load_instance(parts, caller, request.instance_id)
    if request.thread is not None:
        thread_meant(stored.instance, request.thread)
    events: list[HistoryEvent] = []
    size = 0
    effort = Effort()
    next_number = None
    for number, event, data in _walk(parts, stored, request):
        if event is None:
            next_number = number
            break
        if request.is_over_at(event):
            break
        if not request.wants(event):
            continue
        shown = _shown(parts, stored.instance, number, event, data, effort, include_data=request.include_data)
        size += shown.size
        if len(events) == request.limit or (events and size > MAX_PAGE_BYTES):
            next_number = number
            break
        events.append(shown)
    workflow_id = parts.workflows.id_of(caller.account, stored.instance.workflow_name)
    return HistoryPage(stored.instance, workflow_id, events, next_number)


def read_event(
    parts: Parts, caller: Principal, instance_id: str, identifier: str, *, include_data: bool
) -> HistoryEvent:
    """One event, found by its id alone. Raises InstanceNotFound, EventNotFound."""
    stored = load_instance(parts, caller, instance_id)
    number = event_number(identifier) if is_id("evt", identifier) else None
    if number is not None and number < _total(stored):
        chunk = parts.histories.chunk_of(stored, number)
        place = number - chunk.first
        event, data = chunk.events[place], chunk.data_at_each()[place]
        shown = _shown(parts, stored.instance, number, event, data, None, include_data=include_data)
        if shown.id == identifier:
            return shown
    raise EventNotFound(f"Event '{identifier}' of instance '{instance_id}' not found")


def _total(stored: Stored) -> int:
    return stored.first + len(stored.events)


def _walk(parts: Parts, stored: Stored, request: ReadHistory) -> Iterator[tuple[int, Event | None, dict[str, Json]]]:
    """(number, event, data after it) in the order asked for; an event None in the place where the page has to stop."""
    begin = _begin(parts, stored, request)
    if not 0 <= begin < _total(stored):
        return
    at_a_time = request.limit // HISTORY_LIMIT + 2
    walk = parts.histories.backwards if request.descending else parts.histories.forwards
    chunks = walk(stored, begin, at_a_time)
    following = begin
    for chunk in islice(chunks, CHUNKS_OF_A_PAGE):
        for number, event, data in _in_order(chunk, request.descending):
            if number >= begin if not request.descending else number <= begin:
                yield number, event, data
        following = chunk.first - 1 if request.descending else chunk.end
    if 0 <= following < _total(stored):
        yield following, None, {}


def _begin(parts: Parts, stored: Stored, request: ReadHistory) -> int:
    if request.begin is not None:
        return request.begin
    if request.descending:
        if request.until is None:
            return _total(stored) - 1
        return parts.histories.chunk_at(stored, request.until + CLOCK_DIFFERENCE).end - 1
    return 0 if request.since is None else parts.histories.chunk_at(stored, request.since - CLOCK_DIFFERENCE).first


def _in_order(chunk: Chunk, descending: bool) -> list[tuple[int, Event, dict[str, Json]]]:
    numbered = list(zip(range(chunk.first, chunk.end), chunk.events, chunk.data_at_each(), strict=False))
    return numbered[::-1] if descending else numbered


def _shown(
    parts: Parts,
    instance: Instance,
    number: int,
    event: Event,
    data: dict[str, Json],
    effort: Effort | None,
    *,
    include_data: bool,
) -> HistoryEvent:
    definition = parts.workflows.definition(instance.account, instance.version_id)
    identifier = event_id(instance.id, number, event["at"])
    explanation = explain_event(definition, event, data, effort)
    return HistoryEvent(identifier, event, explanation, data if include_data else None)
