"""Conditions: whether a transition may be taken (reference, 'Transition Conditions'; docs/workflows.md).

A path names a value of `workflow_data`; `workflow_data.` before it, as templates have it, changes nothing. Values are
compared as JSON, strictly: `1` is `1.0`, but never `true` and never `"1"`.
"""

from collections.abc import Callable, Iterator
from typing import Any

from interactor.engine.definition.transitions import Condition
from interactor.engine.definition.values import is_number
from interactor.engine.paths import MISSING, find, is_path
from interactor.engine.wording import Finding, at, shown
from interactor.json_text import Json, same

MAX_NESTING = 20
"""Conditions inside each other. A limit of ours: deeper ones nobody can read."""
MAX_COMPARISONS = 1_000_000
"""What conditions may cost between two commits, about a second. A limit of ours: a definition of 1 MB has room for
15,000 tests, each of which may look through an array of 100,000 items."""

_SHORTHANDS = ("equals", "not_equals", "exists")
_STRUCTURE = ("field", "and", "or", "not")


class TooCostly(Exception):
    """The conditions would take more than `MAX_COMPARISONS` with this data."""

    def __init__(self) -> None:
        super().__init__(f"take more than {MAX_COMPARISONS} comparisons with this data")


class Effort:
    """How many comparisons may still be made."""

    def __init__(self) -> None:
        self._left = MAX_COMPARISONS

    def spend(self, count: int) -> None:
        """Raises TooCostly."""
        self._left -= count
        if self._left < 0:
            raise TooCostly


def holds(condition: Condition, data: Json, effort: Effort | None = None) -> bool:
    """Whether a condition holds for `workflow_data`. The condition has passed `problems`. Raises TooCostly where it is
    more than the effort left, or than a whole one.
    """
    effort = effort or Effort()
    if condition.all_of is not None:
        return all(holds(part, data, effort) for part in condition.all_of)
    if condition.any_of is not None:
        return any(holds(part, data, effort) for part in condition.any_of)
    if condition.negated is not None:
        return not holds(condition.negated, data, effort)
    operator, value = comparison(condition)
    seen = seen_by(condition, data)
    looked_through = _size(seen) if operator == "contains" else 0
    effort.spend(1 + (len(condition.field or "") >> 4) + _size(value) + looked_through)
    if operator == "exists":
        return (seen is not MISSING) is value
    if seen is MISSING:
        return operator == "not_equals"
    return _OPERATORS[operator](seen, value)


def comparison(condition: Condition) -> tuple[str, Json]:
    """The operator of a test on a field and the value it compares with, whichever way it was written."""
    if condition.operator == "exists":
        return "exists", condition.value is not False
    if condition.operator is not None:
        return condition.operator, condition.value
    if condition.exists is not None:
        return "exists", condition.exists
    if "equals" in condition.model_fields_set:
        return "equals", condition.equals
    return "not_equals", condition.not_equals


def seen_by(condition: Condition, data: Json) -> Json:
    """The value that a test on a field looks at, or `MISSING`."""
    return find(data, (condition.field or "").removeprefix("workflow_data."))


def problems(condition: Json, depth: int = 1) -> Iterator[Finding]:
    """What is wrong with a condition beyond the types of its properties, which the model checks; it may be any JSON."""
    if not isinstance(condition, dict):
        return
    if depth > MAX_NESTING:
        yield (), f"Conditions may nest {MAX_NESTING} deep"
        return
    given = [key for key in _STRUCTURE if condition.get(key) is not None]
    if len(given) != 1:
        yield (), f"A condition has exactly one of 'field', 'and', 'or', 'not'; this one has {_listed(given)}"
    elif given == ["field"]:
        yield from _test_problems(condition)
    elif extra := [key for key in ("operator", "value", *_SHORTHANDS) if key in condition]:
        yield (extra[0],), f"'{extra[0]}' goes with 'field'"
    for key in ("and", "or"):
        parts = condition.get(key)
        for index, part in enumerate(parts if isinstance(parts, list) else []):
            yield from at(key, index, findings=problems(part, depth + 1))
    yield from at("not", findings=problems(condition.get("not"), depth + 1))


def _size(value: Json) -> int:
    """What looking through a value costs: its items, and every 64 characters."""
    size, work = 0, [value]
    while work:
        node = work.pop()
        if isinstance(node, str):
            size += len(node) >> 6
        elif isinstance(node, dict | list):
            size += len(node)
            work.extend(node.values() if isinstance(node, dict) else node)
    return size


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Json, Json], bool]:
    """Number with number or string with string, by code point; any other pair has no order."""

    def ordered(seen: Json, value: Json) -> bool:
        comparable = (is_number(seen) and is_number(value)) or (isinstance(seen, str) and isinstance(value, str))
        return comparable and compare(seen, value)

    return ordered


def _contains(seen: Json, value: Json) -> bool:
    if isinstance(seen, str):
        return isinstance(value, str) and value in seen
    return isinstance(seen, list) and any(same(item, value) for item in seen)


_OPERATORS: dict[str, Callable[[Json, Json], bool]] = {
    "equals": same,
    "not_equals": lambda seen, value: not same(seen, value),
    "gt": _ordered(lambda seen, value: seen > value),
    "gte": _ordered(lambda seen, value: seen >= value),
    "lt": _ordered(lambda seen, value: seen < value),
    "lte": _ordered(lambda seen, value: seen <= value),
    "contains": _contains,
    "in": lambda seen, value: isinstance(value, list) and _contains(value, seen),
}


def _test_problems(test: dict[str, Json]) -> Iterator[Finding]:
    field, operator = test.get("field"), test.get("operator")
    if isinstance(field, str) and not is_path(field):
        yield ("field",), f"{shown(field)} is not a path such as 'amount' or 'items.0.price'"
    given = [key for key in ("operator", "exists") if test.get(key) is not None]
    given += [key for key in ("equals", "not_equals") if key in test]
    if len(given) != 1:
        yield (
            (),
            f"A test has exactly one of 'operator', 'equals', 'not_equals', 'exists'; this one has {_listed(given)}",
        )
    if "value" in test and operator is None:
        yield ("value",), "'value' goes with 'operator'"
    value = test.get("value")
    if operator == "exists":
        if not (value is None or isinstance(value, bool)):
            yield ("value",), f"'exists' takes true or false, not {shown(value)}"
    elif isinstance(operator, str) and "value" not in test:
        yield ("value",), f"'{operator}' needs a 'value'"
    elif operator == "in" and not isinstance(value, list):
        yield ("value",), f"'in' takes an array, not {shown(value)}"
    elif operator in ("gt", "gte", "lt", "lte") and not (is_number(value) or isinstance(value, str)):
        yield ("value",), f"'{operator}' takes a number or a string, not {shown(value)}"


def _listed(keys: list[str]) -> str:
    return " and ".join(f"'{key}'" for key in keys) or "none"
