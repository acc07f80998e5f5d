"""Whatever the headers say, the answer is one of those documented, and says nothing back that was smuggled in."""

from typing import Any

import pytest

from interactor.api.routes.route import Route
from tests.api.matrix import PROTECTED, Place, name_of
from tests.attacks.data import cases, judge

HEADERS: dict[str, dict[str, str]] = cases("headers")
KEYS = {case: headers for case, headers in HEADERS.items() if "Idempotency-Key" in headers}


@pytest.mark.parametrize("route", PROTECTED, ids=name_of)
def test_every_route_answers_as_documented(place: Place, route: Route) -> None:
    for case, headers in HEADERS.items():
        answer = place.call(route, headers=headers, as_=None if "Authorization" in headers else "user")
        judge(route, answer, case)
        assert all(text.isprintable() for text in answer.headers.values()), case
        assert (answer.status == 401) == ("Authorization" in headers), case


@pytest.mark.parametrize("case", KEYS)
@pytest.mark.parametrize("route", [route for route in PROTECTED if route.idempotent], ids=name_of)
def test_a_key_that_is_none_is_refused(place: Place, route: Route, case: str) -> None:
    answer: Any = place.call(route, headers=KEYS[case])
    is_key = case == "a key with a separator"
    assert (answer.status, is_key) in ((route.status, True), (400, False))
