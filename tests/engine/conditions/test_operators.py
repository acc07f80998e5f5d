"""Conditions compare JSON with JSON, strictly (reference, 'Transition Conditions')."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactor.engine.conditions import holds
from interactor.engine.definition.transitions import Condition

BIG = 2**53


def outcome(operator, seen, value):
    return holds(Condition.model_validate({"field": "x", "operator": operator, "value": value}), {"x": seen})


EQUAL = [
    (1, 1.0),
    (0, -0.0),
    ("a", "a"),
    (None, None),
    (True, True),
    ([1, {"a": []}], [1.0, {"a": []}]),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    (BIG, float(BIG)),
]
DIFFERENT = [
    (1, True),
    (0, False),
    (1, "1"),
    ("a", "A"),
    (None, False),
    (None, 0),
    ("", None),
    ([], {}),
    ([1], [True]),
    ([1, 2], [2, 1]),
    ({"a": 1}, {"a": True}),
    ({"a": 1}, {"a": 1, "b": 2}),
    (BIG + 1, float(BIG)),
    ("é", "e\u0301"),
]


@pytest.mark.parametrize(("seen", "value"), EQUAL)
def test_equal_values_are_equal_both_ways_round(seen, value):
    assert outcome("equals", seen, value)
    assert outcome("equals", value, seen)
    assert not outcome("not_equals", seen, value)


@pytest.mark.parametrize(("seen", "value"), DIFFERENT)
def test_different_values_are_different_both_ways_round(seen, value):
    assert not outcome("equals", seen, value)
    assert not outcome("equals", value, seen)
    assert outcome("not_equals", seen, value)


@pytest.mark.parametrize(
    ("seen", "value", "holding"),
    [
        (2, 1, "gt gte"),
        (1, 1, "gte lte"),
        (1, 1.0, "gte lte"),
        (0.5, 1, "lt lte"),
        (BIG + 1, float(BIG), "gt gte"),
        ("b", "a", "gt gte"),
        ("a", "a", "gte lte"),
        ("B", "a", "lt lte"),
        ("10", "9", "lt lte"),
        ("", "a", "lt lte"),
        ("2026-02-01", "2026-01-31", "gt gte"),
        (1, "0", ""),
        ("1", 0, ""),
        (True, 0, ""),
        (False, 1, ""),
        (None, 0, ""),
        ([2], 1, ""),
        ({}, "a", ""),
        (None, "a", ""),
    ],
)
def test_order_is_between_numbers_or_between_strings(seen, value, holding):
    assert [operator for operator in ("gt", "gte", "lt", "lte") if outcome(operator, seen, value)] == holding.split()


@pytest.mark.parametrize(
    ("seen", "value", "expected"),
    [
        ("jo@company.com", "@company.com", True),
        ("abc", "", True),
        ("abc", "B", False),
        ("123", 2, False),
        ("null", None, False),
        ([1, 2], 2.0, True),
        ([1], True, False),
        (["ab"], "a", False),
        ([[1]], [1], True),
        ([], None, False),
        ([None], None, True),
        ({"a": 1}, "a", False),
        (12, 1, False),
        (None, "a", False),
        (True, True, False),
    ],
)
def test_contains_is_a_substring_or_a_member(seen, value, expected):
    assert outcome("contains", seen, value) is expected


@pytest.mark.parametrize(
    ("seen", "value", "expected"),
    [
        ("A", ["A", "B"], True),
        ("a", ["A", "B"], False),
        (1, [1.0], True),
        (1, [True], False),
        (1, ["1"], False),
        (None, [None], True),
        (None, [], False),
        ([1], [[1]], True),
        ("A", ["AB"], False),
    ],
)
def test_in_is_membership(seen, value, expected):
    assert outcome("in", seen, value) is expected


@pytest.mark.parametrize(
    ("condition", "present", "absent"),
    [
        ({"operator": "exists"}, True, False),
        ({"operator": "exists", "value": True}, True, False),
        ({"operator": "exists", "value": False}, False, True),
        ({"exists": True}, True, False),
        ({"exists": False}, False, True),
    ],
)
def test_exists_asks_for_the_field_whatever_its_value(condition, present, absent):
    read = Condition.model_validate({"field": "x", **condition})
    for value in (None, False, 0, "", []):
        assert holds(read, {"x": value}) is present
    assert holds(read, {"y": 1}) is absent


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"equals": None}, False),
        ({"not_equals": None}, True),
        ({"not_equals": 1}, True),
        *[
            ({"operator": operator, "value": ""}, False)
            for operator in ("gt", "gte", "lt", "lte", "contains", "equals")
        ],
        ({"operator": "in", "value": [None]}, False),
        ({"operator": "not_equals", "value": 1}, True),
    ],
)
def test_a_missing_field_makes_all_but_not_equals_false(condition, expected):
    assert holds(Condition.model_validate({"field": "x.y", **condition}), {"x": {}}) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"and": [{"field": "a", "equals": 1}, {"field": "b", "equals": 2}]}, True),
        ({"and": [{"field": "a", "equals": 1}, {"field": "b", "equals": 3}]}, False),
        ({"or": [{"field": "a", "equals": 2}, {"field": "b", "equals": 2}]}, True),
        ({"or": [{"field": "a", "equals": 2}, {"field": "b", "equals": 3}]}, False),
        ({"not": {"field": "a", "equals": 1}}, False),
        ({"not": {"field": "c", "equals": 1}}, True),
        ({"not": {"and": [{"field": "a", "equals": 1}, {"not": {"field": "c", "exists": True}}]}}, False),
    ],
)
def test_conditions_combine(condition, expected):
    assert holds(Condition.model_validate(condition), {"a": 1, "b": 2}) is expected


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)
TESTS = st.one_of(
    st.builds(
        lambda operator, value: {"field": "x", "operator": operator, "value": value},
        st.sampled_from(["equals", "not_equals", "gt", "gte", "lt", "lte", "contains"]),
        VALUES,
    ),
    st.builds(lambda value: {"field": "x", "operator": "in", "value": value}, st.lists(VALUES, max_size=3)),
    st.builds(lambda value: {"field": "x", "exists": value}, st.booleans()),
)
DATA = st.dictionaries(st.sampled_from(["x", "y"]), VALUES)


@given(TESTS, DATA)
def test_not_is_the_complement(written, data):
    condition = Condition.model_validate(written)
    assert holds(Condition.model_validate({"not": written}), data) is not holds(condition, data)


@given(VALUES, DATA)
def test_equals_and_not_equals_are_complements(value, data):
    equals = Condition.model_validate({"field": "x", "equals": value})
    assert holds(equals, data) is not holds(Condition.model_validate({"field": "x", "not_equals": value}), data)


@given(VALUES)
def test_every_value_equals_itself_and_is_in_and_contained_in_a_list_of_itself(value):
    assert outcome("equals", value, value)
    assert outcome("in", value, [value])
    assert outcome("contains", [value], value)
