"""A URL that could reach inside is refused wherever a URL is taken: in every route whose body has one, in every place
of a definition.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from interactor.api.routes.route import Route
from tests.api.matrix import BODIES, TAKES_BODY, Place, name_of
from tests.attacks.data import cases, judge
from tests.definitions import end, http, workflow
from tests.world import world

URLS: list[str] = [*cases("urls"), "https://${input.host}/", "${input.url}", "http${input.s}://example.com/"]
WITH_URL = [route for route in TAKES_BODY if "url" in BODIES.get(route.operation, {})]
WITH_DEFINITION = [route for route in TAKES_BODY if "states" in BODIES.get(route.operation, {})]


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """One for all: what is refused changes nothing."""
    with world() as fresh:
        yield Place(fresh)


def definitions(url: str) -> Iterator[dict[str, Any]]:
    """Every place of a definition that takes a URL."""
    yield workflow(a=http("b", url=url), b=end())
    yield workflow(a=end(on_enter={"type": "http", "method": "GET", "url": url}))


def test_there_are_routes_to_try() -> None:
    assert WITH_DEFINITION


@pytest.mark.parametrize("route", WITH_DEFINITION, ids=name_of)
def test_it_is_refused_in_a_definition(place: Place, route: Route) -> None:
    for url in URLS:
        for definition in definitions(url):
            answer = place.call(route, raw=json.dumps(definition))
            judge(route, answer, url)
            errors = answer.data["errors"] if answer.status == 200 else answer.error["details"]["errors"]
            assert [error["path"].rpartition(".")[2] for error in errors] == ["url"], url


def test_it_is_refused_in_every_other_body(place: Place) -> None:
    for route in WITH_URL:
        for url in URLS:
            answer = place.call(route, raw=json.dumps(BODIES[route.operation] | {"url": url}))
            judge(route, answer, url)
            assert answer.status == 400, f"{route.operation}: {url}"
