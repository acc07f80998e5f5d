"""Pages put together are the whole history, whatever their length, order and filters; and the data at each event is
what the changes before it make.
"""

from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interactor.clock import to_iso
from interactor.engine.history import Event
from interactor.ids import event_id, event_number
from interactor.services.read_history import MAX_PAGE_BYTES
from interactor.storage import documents
from interactor.storage.instances import Stored
from tests import invariants
from tests.fakes import NOON
from tests.history.made import everything, made, pages
from tests.services.soundness import whole_history
from tests.world import World, world

KINDS = st.sampled_from(("transition", "step", "halt", "error"))
ROUNDS = st.lists(st.lists(KINDS, max_size=60), min_size=1, max_size=14).filter(lambda rounds: len(rounds[0]) > 0)
TYPES = st.lists(st.sampled_from(("transition", "step", "halt", "error", "lifecycle")), unique=True)
MOMENTS = st.one_of(st.none(), st.integers(-1, 15).map(lambda seconds: NOON + seconds * 1000))
MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def filters(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "types": ",".join(draw(TYPES)), "thread": draw(st.sampled_from((None, "thread_main", "thread_legal"))),
        "since": draw(MOMENTS), "until": draw(MOMENTS), "order": draw(st.sampled_from((None, "asc", "desc"))),
    }  # fmt: skip


def query_of(asked: dict[str, Any], limit: int) -> str:
    shown = {name: to_iso(value) if name in ("since", "until") else value for name, value in asked.items() if value}
    return "&".join(f"{name}={value}" for name, value in {**shown, "limit": limit}.items())


def expected(stored: Stored, events: list[Event], asked: dict[str, Any]) -> list[str]:
    wanted = [
        event_id(stored.instance.id, number, event["at"])
        for number, event in enumerate(events)
        if (not asked["types"] or event["type"] in asked["types"].split(","))
        and asked["thread"] in (None, event["thread"])
        and (asked["since"] is None or event["at"] >= asked["since"])
        and (asked["until"] is None or event["at"] < asked["until"])
    ]
    return wanted[::-1] if asked["order"] == "desc" else wanted


@MANY
@given(rounds=ROUNDS, asked=filters(), limit=st.one_of(st.integers(1, 7), st.just(1_000)))
def test_pages_together_are_what_the_filters_leave(rounds: list[list[str]], asked: dict[str, Any], limit: int) -> None:
    with world() as fresh:
        stored = made(fresh, rounds)
        found = everything(fresh, stored.instance.id, query_of(asked, limit))
        assert [event["id"] for event in found] == expected(stored, whole_history(fresh, stored), asked)


@MANY
@given(rounds=ROUNDS, order=st.sampled_from(("asc", "desc")), limit=st.integers(1, 50))
def test_the_data_at_each_event_is_what_the_changes_so_far_make(
    rounds: list[list[str]], order: str, limit: int
) -> None:
    with world() as fresh:
        stored = made(fresh, rounds)
        events = whole_history(fresh, stored)
        for shown in everything(fresh, stored.instance.id, f"include_data=true&order={order}&limit={limit}"):
            assert shown["workflow_data"] == invariants.fold(events[: event_number(shown["id"]) + 1])


def test_history_in_s3_reads_the_same(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(documents, "INLINE_LIMIT", 0)
    stored = made(world, [["transition", "step"]] * 10)
    assert stored.first == 18
    found = everything(world, stored.instance.id, "limit=3&include_data=true")
    assert len(found) == 20
    assert [event["workflow_data"]["n"] for event in found[::2]] == list(range(10))


def test_an_offset_in_a_query_is_understood_encoded_or_not(world: World) -> None:
    stored = made(world, [["step"]] * 5)
    third = "2026-01-20T14:00:02"
    assert to_iso(NOON) == datetime.fromtimestamp(NOON / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    for offset in ("%2B02:00", "+02:00", "%2b0200"):
        assert len(everything(world, stored.instance.id, f"since={third}{offset}")) == 3
        assert len(everything(world, stored.instance.id, f"until={third}{offset}")) == 2


def test_a_page_is_cut_where_an_answer_would_be_too_large(world: World) -> None:
    stored = made(world, [["transition"]] * 30, filler="x" * 200_000)
    found = pages(world, stored.instance.id, "include_data=true")
    assert [event["workflow_data"]["n"] for page in found for event in page] == list(range(30))
    assert 1 < len(found) <= 30
    text = world.get(f"/workflows/instances/{stored.instance.id}/history", query="include_data=true").text
    assert len(text) < 2 * MAX_PAGE_BYTES
