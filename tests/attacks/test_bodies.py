"""Whatever a body holds in any place of it, the answer is one of those documented, on every route that takes one."""

import copy
import json
from collections.abc import Iterator
from typing import Any, TypeAlias

import pytest

from interactor.api.routes.route import Route
from tests.api.matrix import BODIES, TAKES_BODY, Place, name_of
from tests.attacks.data import cases, judge

Path: TypeAlias = tuple[str | int, ...]

TEXTS: dict[str, str] = cases("texts")
VALUES: dict[str, Any] = cases("values")


@pytest.mark.parametrize("route", TAKES_BODY, ids=name_of)
def test_any_value_in_any_place_is_taken_or_refused(place: Place, route: Route) -> None:
    good = BODIES.get(route.operation, {})
    for path in _places(good):
        for case, value in {**VALUES, **TEXTS}.items():
            answer = place.call(route, raw=json.dumps(_with(good, path, value)))
            judge(route, answer, f"{path}: {case}")


@pytest.mark.parametrize("route", TAKES_BODY, ids=name_of)
def test_no_name_is_special_as_a_property(place: Place, route: Route) -> None:
    good = BODIES.get(route.operation, {})
    objects = [path for path in _places(good) if isinstance(_at(good, path), dict)]
    for path in objects:
        for name in [*cases("names"), *TEXTS.values()]:
            spoilt = copy.deepcopy(good)
            _at(spoilt, path)[name] = {"a": 1}
            judge(route, place.call(route, raw=json.dumps(spoilt)), f"{path}: {name[:80]!a}")


def _places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where in a JSON value anything could be put instead."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield from _places(child, (*path, key))


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _with(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    changed = copy.deepcopy(value)
    _at(changed, path[:-1])[path[-1]] = new
    return changed
