"""A cursor is good for the list of the account that it was given for, and nothing else is a cursor.

The lists are those of the route table. Good cursors are made by the objects that read them in the functions.
"""

from collections.abc import Iterator

import pytest

from interactor.api.cursors import Cursors
from interactor.api.routes.route import Route
from tests.api.matrix import PROTECTED, Place, name_of
from tests.attacks.data import cases, judge
from tests.world import world

LISTS = [route for route in PROTECTED if "cursor" in route.query.model_fields]
POSITION = "inst_00000000000000000000000000"


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """One for all: lists only read."""
    with world() as fresh:
        yield Place(fresh)


def cursors_of(place: Place, route: Route, monkeypatch: pytest.MonkeyPatch, as_: str = "user") -> Cursors:
    """What makes and reads the cursors of a route for a caller."""
    used: list[Cursors] = []
    with monkeypatch.context() as patched:
        patched.setattr(Cursors, "read", lambda self, cursor: used.append(self))
        place.call(route, as_=as_)
    return used[0]


def refused(place: Place, route: Route, cursor: str) -> None:
    answer = place.call(route, query=f"cursor={cursor}")
    judge(route, answer, cursor)
    assert (answer.status, answer.error["code"]) == (400, "invalid_request"), cursor


@pytest.mark.parametrize("route", LISTS, ids=name_of)
def test_its_own_cursor_is_read(place: Place, route: Route, monkeypatch: pytest.MonkeyPatch) -> None:
    own = cursors_of(place, route, monkeypatch)
    assert own.read(own.make(POSITION)) == POSITION


@pytest.mark.parametrize("route", LISTS, ids=name_of)
def test_a_cursor_that_was_tampered_with_is_refused(
    place: Place, route: Route, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = cursors_of(place, route, monkeypatch).make(POSITION)
    for length in range(1, len(good), 3):
        refused(place, route, good[:length])
    for index in range(len(good) - 1):
        refused(place, route, good[:index] + ("A" if good[index] != "A" else "B") + good[index + 1 :])
    for spoilt in (good + "AAAA", "AAAA" + good, good + good, good.swapcase(), good[::-1], "~" + good, good[22:]):
        refused(place, route, spoilt)


@pytest.mark.parametrize("route", LISTS, ids=name_of)
def test_a_cursor_of_another_list_is_refused(place: Place, route: Route, monkeypatch: pytest.MonkeyPatch) -> None:
    for other in LISTS:
        if other is not route:
            refused(place, route, cursors_of(place, other, monkeypatch).make(POSITION))


@pytest.mark.parametrize("route", LISTS, ids=name_of)
def test_a_cursor_of_another_account_or_key_is_refused(
    place: Place, route: Route, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = cursors_of(place, route, monkeypatch)
    for other in (Cursors(own.key, "globex", own.query), Cursors(b"another key", own.account, own.query)):
        refused(place, route, other.make(POSITION))


@pytest.mark.parametrize("route", LISTS, ids=name_of)
def test_a_position_of_any_characters_is_read_as_it_was_made(
    place: Place, route: Route, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = cursors_of(place, route, monkeypatch)
    for text in cases("texts").values():
        if text.isascii():
            assert own.read(own.make(text)) == text
