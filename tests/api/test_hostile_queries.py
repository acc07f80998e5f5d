"""Query parameters are read strictly: what is unknown, given twice or not text is refused by name."""

from collections.abc import Iterator

import pytest

from interactor.api.routes.route import Route
from tests.api.matrix import PROTECTED, Place, name_of
from tests.world import world

PAGED = [route for route in PROTECTED if "limit" in route.query.model_fields]


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """One for all: what is refused changes nothing."""
    with world() as fresh:
        yield Place(fresh)


@pytest.mark.parametrize("route", PROTECTED, ids=name_of)
@pytest.mark.parametrize("query", ["nothing=1", "Limit=1", "limit%00=1", "=1", "__proto__=1"])
def test_an_unknown_parameter_is_refused(place: Place, route: Route, query: str) -> None:
    answer = place.call(route, query=query)
    assert (answer.status, answer.error["code"]) == (400, "invalid_request")


@pytest.mark.parametrize("route", PROTECTED, ids=name_of)
@pytest.mark.parametrize("query", ["%ff=1", "limit=%ff", "%ed%a0%80"])
def test_what_is_not_utf_8_is_refused(place: Place, route: Route, query: str) -> None:
    assert place.call(route, query=query).status == 400


@pytest.mark.parametrize("route", PAGED, ids=name_of)
@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "limit=x",
        "limit=1&limit=2",
        "limit=" + "9" * 5_000,
        "limit=",
        "cursor=",
        "cursor=x",
        "cursor=" + "a" * 5_000,
        "limit=NaN",
        "limit=1e2",
    ],
)
def test_a_page_that_cannot_be_is_refused(place: Place, route: Route, query: str) -> None:
    answer = place.call(route, query=query)
    assert (answer.status, answer.error["code"]) == (400, "invalid_request")
    assert len(answer.text) < 1_000


@pytest.mark.parametrize("route", PAGED, ids=name_of)
def test_the_greatest_page_is_that_of_the_contract(place: Place, route: Route) -> None:
    greatest = 200 if route.operation == "list_instances" else 1_000
    assert place.call(route, query=f"limit={greatest}").status == 200
    assert place.call(route, query=f"limit={greatest + 1}").status == 400
