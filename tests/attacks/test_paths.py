"""Whatever stands in a path where a name or an id belongs, it is not found or refused, on every route."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from interactor.api.routes.route import Route
from tests.api.matrix import PROTECTED, Place, name_of
from tests.attacks.data import cases, judge
from tests.world import world

WITH_NAMES = [route for route in PROTECTED if "{" in route.path and route.method != "PUT"]
PUTS = [route for route in PROTECTED if route.method == "PUT"]
"""What a PUT names need not be there."""
TEXTS: dict[str, str] = cases("texts")


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """One for all: what is not found does not change."""
    with world() as fresh:
        yield Place(fresh)


@pytest.mark.parametrize("route", WITH_NAMES, ids=name_of)
def test_it_leads_to_nothing(place: Place, route: Route) -> None:
    for text in TEXTS.values():
        for hostile in (text, quote(text, safe="", errors="surrogatepass")):
            for path in place.spoilt_paths(route, hostile):
                answer = place.call(route, path=path)
                judge(route, answer, path[:200])
                assert answer.status in (400, 404, 405), path[:200]
                assert len(answer.text) < 2_000, path[:200]


@pytest.mark.parametrize("route", PUTS, ids=name_of)
def test_it_is_put_or_refused(place: Place, route: Route) -> None:
    for case, hostile in TEXTS.items():
        for path in place.spoilt_paths(route, hostile):
            answer = place.call(route, path=path)
            judge(route, answer, path[:200])
            assert answer.status >= 400 or hostile.isidentifier(), case
