"""Whatever a query parameter holds, the answer is one of those documented, on every route that takes any."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from interactor.api.routes.route import Route
from tests.api.matrix import PROTECTED, Place, name_of
from tests.attacks.data import cases, judge
from tests.world import world

TAKES_QUERY = [route for route in PROTECTED if route.query.model_fields]
TEXTS: dict[str, str] = cases("texts")


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """One for all: these routes only read."""
    with world() as fresh:
        yield Place(fresh)


@pytest.mark.parametrize("route", TAKES_QUERY, ids=name_of)
def test_the_answer_is_as_documented(place: Place, route: Route) -> None:
    for name in route.query.model_fields:
        for case, text in TEXTS.items():
            for hostile in (quote(text, safe="", errors="surrogatepass"), text):
                judge(route, place.call(route, query=f"{name}={hostile}"), f"{name}={case}")
