"""Event patterns: EventBridge's grammar, read once into a form that matches events.

Owns how fields and alternatives nest, and what matches; the comparisons in a field's array are `comparisons.py`'s.
Pure; patterns and events come from tenants, so nothing here recurses with their size, and a match has a budget.
The grammar: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
"""

from collections.abc import Mapping
from dataclasses import dataclass

from interactor.engine.wording import Place
from interactor.json_text import Json, size_of
from interactor.triggers.comparisons import InvalidPattern, Test, excerpt, identity, read_comparison

MAX_PATTERN_BYTES = 4096
"""As `PutRule` has it (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html), in bytes."""
MAX_PATTERN_DEPTH = 32
"""Fields inside each other; a limit of ours, so that matching may recurse."""
MATCH_BUDGET = 50_000
"""Comparisons that one pattern may cost at one event; an account's hundred patterns take seconds at the very worst. An
ordinary pattern and event take a dozen."""


class TooCostly(Exception):
    """Comparing this event with this pattern would take more than `MATCH_BUDGET`."""


@dataclass(frozen=True, slots=True)
class _Leaf:
    """The array of a field: any of these values, or any of these tests, or (for `exists: false`) nothing at all."""

    exact: frozenset[tuple[str, Json]]
    tests: tuple[Test, ...]
    may_be_absent: bool


@dataclass(frozen=True, slots=True)
class _Fields:
    """An object: each field must match, and of each `$or` one alternative."""

    fields: Mapping[str, "_Leaf | _Fields"]
    alternatives: tuple["_Fields", ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A well-formed pattern."""

    _root: _Fields

    def matches(self, event: Mapping[str, Json]) -> bool:
        """Whether the event matches. Raises TooCostly."""
        return _Match().fields(self._root, event)


def read(document: Json) -> Pattern:
    """The pattern that a JSON document says. Raises InvalidPattern."""
    size = size_of(document)
    if size > MAX_PATTERN_BYTES:
        raise InvalidPattern((), f"has {size} bytes, the limit is {MAX_PATTERN_BYTES}")
    if not isinstance(document, dict):
        raise InvalidPattern((), f"must be an object, not {excerpt(document)}")
    return Pattern(_fields(document, (), 1))


# Matching


class _Match:
    """One comparison of an event with a pattern, and what it may still cost."""

    def __init__(self) -> None:
        self._left = MATCH_BUDGET

    def fields(self, pattern: _Fields, event: Mapping[str, Json]) -> bool:
        self._spend(len(pattern.fields) + 1)
        if not all(self._field(wanted, event, name) for name, wanted in pattern.fields.items()):
            return False
        return not pattern.alternatives or any(self.fields(option, event) for option in pattern.alternatives)

    def _field(self, wanted: _Leaf | _Fields, event: Mapping[str, Json], name: str) -> bool:
        values = self._flat(event[name]) if name in event else []
        if isinstance(wanted, _Fields):
            # Fields of one pattern object must match within one element of an array; with none, only absence matches.
            inner = [value for value in values if isinstance(value, dict)]
            return any(self.fields(wanted, value) for value in inner or [{}])
        leaves = [value for value in values if not isinstance(value, dict)]
        return any(self._value(wanted, value) for value in leaves) if leaves else wanted.may_be_absent

    def _value(self, wanted: _Leaf, value: Json) -> bool:
        self._spend(1)
        if identity(value) in wanted.exact:
            return True
        cost = 1 + (len(value) >> 6 if isinstance(value, str) else 0)
        for test in wanted.tests:
            self._spend(cost)
            if test(value):
                return True
        return False

    def _flat(self, value: Json) -> list[Json]:
        """The value, or the elements of an array and of the arrays in it: any of them may match."""
        if not isinstance(value, list):
            return [value]
        found: list[Json] = []
        work = [value]
        while work:
            node = work.pop()
            self._spend(1)
            if isinstance(node, list):
                work.extend(reversed(node))
            else:
                found.append(node)
        return found

    def _spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise TooCostly


# Reading


def _fields(document: dict[str, Json], path: Place, depth: int) -> _Fields:
    if not document:
        raise InvalidPattern(path, "an empty object matches nothing and everything; name a field")
    if depth > MAX_PATTERN_DEPTH:
        raise InvalidPattern(path, f"nests more than {MAX_PATTERN_DEPTH} deep")
    alternatives = _alternatives(document["$or"], (*path, "$or"), depth) if "$or" in document else ()
    fields = {
        name: _field(value, (*path, name), depth + 1) for name, value in document.items() if name != "$or"
    }  # fmt: skip
    return _Fields(fields, alternatives)


def _alternatives(options: Json, path: Place, depth: int) -> tuple[_Fields, ...]:
    if not isinstance(options, list) or len(options) < 2 or not all(isinstance(option, dict) for option in options):
        raise InvalidPattern(path, "must be an array of at least two patterns")
    return tuple(_fields(option, (*path, place), depth + 1) for place, option in enumerate(options))


def _field(value: Json, path: Place, depth: int) -> _Leaf | _Fields:
    if isinstance(value, dict):
        return _fields(value, path, depth)
    if not isinstance(value, list):
        raise InvalidPattern(path, f"must be an array of what it may be, such as [{excerpt(value)}]")
    if not value:
        raise InvalidPattern(path, "an empty array matches nothing")
    tests: list[Test] = []
    exact, may_be_absent = set(), False
    for place, wanted in enumerate(value):
        at = (*path, place)
        if isinstance(wanted, dict) and wanted.keys() == {"exists"} and wanted["exists"] is False:
            may_be_absent = True
        elif isinstance(wanted, dict):
            tests.append(read_comparison(wanted, at))
        elif isinstance(wanted, list):
            raise InvalidPattern(at, "must be a string, a number, true, false, null or a comparison")
        else:
            exact.add(identity(wanted))
    return _Leaf(frozenset(exact), tuple(tests), may_be_absent)
