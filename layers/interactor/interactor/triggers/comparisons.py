"""Comparisons of event patterns, `{"prefix": "a"}` and its like: each is read once into a test of a value.

Owns the operators, and what is told about one that is malformed. Pure; nothing here backtracks: a test takes time with
the value's length, whatever the operand is. The grammar:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

import ipaddress
import operator
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from interactor.engine.wording import Place, path_text
from interactor.json_text import Json, dump

_SHOWN = 60

Test: TypeAlias = Callable[[Json], bool]


class InvalidPattern(ValueError):
    """The pattern is malformed; `place` says where, `reason` why, fit for its author."""

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(f"{path_text(place)}: {reason}" if place else reason)
        self.place = place
        self.reason = reason


def identity(value: Json) -> tuple[str, Json]:
    """What makes two JSON values one: `1` is `1.0`, never `true` and never `"1"`."""
    kind = "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
    return kind, value


def read_comparison(comparison: dict[str, Json], path: Place) -> Test:
    """The test that an object of one comparison says. Raises InvalidPattern."""
    if len(comparison) != 1:
        raise InvalidPattern(path, f"a comparison has one operator, this has {len(comparison)}")
    ((name, operand),) = comparison.items()
    if name not in _OPERATORS:
        raise InvalidPattern(path, f"'{name[:_SHOWN]}' is no operator (known: {', '.join(_OPERATORS)})")
    return _OPERATORS[name](operand, (*path, name))


def _text(operand: Json, path: Place) -> str:
    if not isinstance(operand, str):
        raise InvalidPattern(path, f"must be a string, not {excerpt(operand)}")
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
    kinds = {identity(value)[0] for value in values}
    if not values or not (kinds <= {"str"} or kinds <= {"number"}):
        raise InvalidPattern(path, "must be strings or numbers, all of one kind, or a comparison of strings")
    unwanted = frozenset(identity(value) for value in values)
    return lambda value: identity(value) not in unwanted


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
            raise InvalidPattern(path, f"{excerpt(name)} is none of {', '.join(_BOUNDS)}")
    for limit in limits:
        if identity(limit)[0] != "number":
            raise InvalidPattern(path, f"{excerpt(limit)} is not a number")
    if len(names) == 2 and not (names[0] in (">", ">=") and names[1] in ("<", "<=") and limits[0] < limits[1]):
        raise InvalidPattern(path, "a range is its lower bound, then a higher upper one")
    bounds = [(_BOUNDS[name], limit) for name, limit in zip(names, limits, strict=True)]
    return lambda value: identity(value)[0] == "number" and all(holds(value, limit) for holds, limit in bounds)


def _exists(operand: Json, path: Place) -> Test:
    """`true`: `false` is not a comparison of a value, and is read with the array that it stands in."""
    if operand is not True:
        raise InvalidPattern(path, f"must be true or false, not {excerpt(operand)}")
    return lambda value: True


def _cidr(operand: Json, path: Place) -> Test:
    text = _text(operand, path)
    try:
        network = ipaddress.ip_network(text)
    except ValueError as error:
        raise InvalidPattern(path, f"{excerpt(operand)} is no network such as '10.0.0.0/24'") from error

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


def excerpt(value: Json) -> str:
    """A value as a message quotes it."""
    text = dump(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
