"""Event patterns: EventBridge's grammar, read once into a form that matches events.

Owns what a pattern may say, what is told about one that is malformed, and what matches. Pure; patterns and events come
from tenants, so nothing here backtracks or recurses with their size, and a match has a budget. The grammar:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

import ipaddress
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from interactor.engine.wording import Place, path_text
from interactor.json_text import Json, dump, size_of

MAX_PATTERN_BYTES = 4096
"""As `PutRule` has it (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html), in bytes."""
MAX_PATTERN_DEPTH = 32
"""Fields inside each other; a limit of ours, so that matching may recurse."""
MATCH_BUDGET = 50_000
"""Comparisons that one pattern may cost at one event; an account's hundred patterns take seconds at the very worst. An
ordinary pattern and event take a dozen."""

_SHOWN = 60

Test: TypeAlias = Callable[[Json], bool]


class InvalidPattern(ValueError):
    """The pattern is malformed; `place` says where, `reason` why, fit for its author."""

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(f"{path_text(place)}: {reason}" if place else reason)
        self.place = place
        self.reason = reason


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
        raise InvalidPattern((), f"must be an object, not {_shown(document)}")
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
        if _key(value) in wanted.exact:
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


def _key(value: Json) -> tuple[str, Json]:
    """What makes two JSON values one: `1` is `1.0`, never `true` and never `"1"`."""
    kind = "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
    return kind, value


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
        raise InvalidPattern(path, f"must be an array of what it may be, such as [{_shown(value)}]")
    if not value:
        raise InvalidPattern(path, "an empty array matches nothing")
    tests: list[Test] = []
    exact, may_be_absent = set(), False
    for place, wanted in enumerate(value):
        at = (*path, place)
        if isinstance(wanted, dict) and wanted.keys() == {"exists"} and wanted["exists"] is False:
            may_be_absent = True
        elif isinstance(wanted, dict):
            tests.append(_test(wanted, at))
        elif isinstance(wanted, list):
            raise InvalidPattern(at, "must be a string, a number, true, false, null or a comparison")
        else:
            exact.add(_key(wanted))
    return _Leaf(frozenset(exact), tuple(tests), may_be_absent)


def _test(comparison: dict[str, Json], path: Place) -> Test:
    """`{"prefix": …}` and its like: an object of one comparison."""
    if len(comparison) != 1:
        raise InvalidPattern(path, f"a comparison has one operator, this has {len(comparison)}")
    ((name, operand),) = comparison.items()
    if name not in _OPERATORS:
        raise InvalidPattern(path, f"'{name[:_SHOWN]}' is no operator (known: {', '.join(_OPERATORS)})")
    return _OPERATORS[name](operand, (*path, name))


def _text(operand: Json, path: Place) -> str:
    if not isinstance(operand, str):
        raise InvalidPattern(path, f"must be a string, not {_shown(operand)}")
    return operand


def _affix(method: Callable[[str, str], bool]) -> Callable[[Json, Place], Test]:
    """`prefix` or `suffix`: a string, or `{"equals-ignore-case": string}`."""

    def read_operand(operand: Json, path: Place) -> Test:
        if isinstance(operand, dict):
            if operand.keys() != {"equals-ignore-case"}:
                raise InvalidPattern(path, "must be a string or {'equals-ignore-case': string}")
            folded = _text(operand["equals-ignore-case"], (*path, "equals-ignore-case")).casefold()
            return lambda value: isinstance(value, str) and method(value.casefold(), folded)
        wanted = _text(operand, path)
        return lambda value: isinstance(value, str) and method(value, wanted)

    return read_operand


def _ignore_case(operand: Json, path: Place) -> Test:
    folded = _text(operand, path).casefold()
    return lambda value: isinstance(value, str) and value.casefold() == folded


def _wildcard(operand: Json, path: Place) -> Test:
    """`*` stands for any characters, `\\*` for an asterisk. Its pieces are looked for one after the other: linear."""
    pieces = [""]
    for sign in re.findall(r"\\.?|[^\\]", _text(operand, path), re.DOTALL):
        if sign == "*":
            pieces.append("")
        elif len(sign) == 1 and sign != "\\":
            pieces[-1] += sign
        elif sign in ("\\*", "\\\\"):
            pieces[-1] += sign[1]
        else:
            raise InvalidPattern(path, "a backslash stands before '*' or another backslash only")
    if any(not piece for piece in pieces[1:-1]):
        raise InvalidPattern(path, "has two '*' in a row")
    first, *middle = pieces
    if not middle:
        return lambda value: isinstance(value, str) and value == first
    last = middle.pop()

    def test(value: Json) -> bool:
        if not isinstance(value, str) or len(value) < len(first) + len(last):
            return False
        if not (value.startswith(first) and value.endswith(last)):
            return False
        place, end = len(first), len(value) - len(last)
        for piece in middle:
            place = value.find(piece, place, end)
            if place < 0:
                return False
            place += len(piece)
        return True

    return test


def _anything_but(operand: Json, path: Place) -> Test:
    """Values, or one comparison of strings with a value or several: everything that is none of these."""
    if isinstance(operand, dict):
        return _but_comparison(operand, path)
    values = operand if isinstance(operand, list) else [operand]
    kinds = {_key(value)[0] for value in values}
    if not values or not (kinds <= {"str"} or kinds <= {"number"}):
        raise InvalidPattern(path, "must be strings or numbers, all of one kind, or a comparison of strings")
    unwanted = frozenset(_key(value) for value in values)
    return lambda value: _key(value) not in unwanted


def _but_comparison(comparison: dict[str, Json], path: Place) -> Test:
    if len(comparison) != 1 or not comparison.keys() <= _STRING_OPERATORS.keys():
        raise InvalidPattern(path, f"takes one of {', '.join(_STRING_OPERATORS)}")
    ((name, operand),) = comparison.items()
    operands = operand if isinstance(operand, list) else [operand]
    if not operands:
        raise InvalidPattern((*path, name), "an empty array rules nothing out")
    tests = [_STRING_OPERATORS[name](_text(text, (*path, name)), (*path, name)) for text in operands]
    return lambda value: not any(test(value) for test in tests)


_BOUNDS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, "=": operator.eq, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def _numeric(operand: Json, path: Place) -> Test:
    """`["=", 5]`, or one or two bounds such as `[">", 0, "<=", 5]`."""
    if not isinstance(operand, list) or len(operand) not in (2, 4):
        raise InvalidPattern(path, "must be an operator and a number, or two of each")
    names, limits = operand[0::2], operand[1::2]
    for name in names:
        if not isinstance(name, str) or name not in _BOUNDS:
            raise InvalidPattern(path, f"{_shown(name)} is none of {', '.join(_BOUNDS)}")
    for limit in limits:
        if _key(limit)[0] != "number":
            raise InvalidPattern(path, f"{_shown(limit)} is not a number")
    if len(names) == 2 and not (names[0] in (">", ">=") and names[1] in ("<", "<=") and limits[0] < limits[1]):
        raise InvalidPattern(path, "a range is its lower bound, then a higher upper one")
    bounds = [(_BOUNDS[name], limit) for name, limit in zip(names, limits, strict=True)]
    return lambda value: _key(value)[0] == "number" and all(holds(value, limit) for holds, limit in bounds)


def _exists(operand: Json, path: Place) -> Test:
    """`true`: `false` is not a comparison of a value, and is read with the array that it stands in."""
    if operand is not True:
        raise InvalidPattern(path, f"must be true or false, not {_shown(operand)}")
    return lambda value: True


def _cidr(operand: Json, path: Place) -> Test:
    text = _text(operand, path)
    try:
        network = ipaddress.ip_network(text)
    except ValueError as error:
        raise InvalidPattern(path, f"{_shown(operand)} is no network such as '10.0.0.0/24'") from error

    def test(value: Json) -> bool:
        try:
            return isinstance(value, str) and ipaddress.ip_address(value) in network
        except ValueError:
            return False

    return test


_STRING_OPERATORS: dict[str, Callable[[Json, Place], Test]] = {
    "prefix": _affix(str.startswith),
    "suffix": _affix(str.endswith),
    "equals-ignore-case": _ignore_case,
    "wildcard": _wildcard,
}
_OPERATORS: dict[str, Callable[[Json, Place], Test]] = {
    **_STRING_OPERATORS,
    "anything-but": _anything_but,
    "numeric": _numeric,
    "exists": _exists,
    "cidr": _cidr,
}


def _shown(value: Json) -> str:
    text = dump(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
