"""A condition says one thing: what it mixes up, leaves out or compares with nonsense is an error at its path."""

import pytest

from interactor.engine.conditions import MAX_NESTING, problems
from tests.engine.definitions.samples import CONDITION, check, condition, errors

TEST = {"field": "x", "equals": 1}
CASES = [
    ({}, "", "A condition has exactly one of 'field', 'and', 'or', 'not'; this one has none"),
    ({"equals": 1}, "", "A condition has exactly one of 'field', 'and', 'or', 'not'; this one has none"),
    ({**TEST, "and": [TEST]}, "", "this one has 'field' and 'and'"),
    ({"and": [TEST], "or": [TEST]}, "", "this one has 'and' and 'or'"),
    ({"field": "x"}, "", "A test has exactly one of 'operator', 'equals', 'not_equals', 'exists'; this one has none"),
    ({**TEST, "not_equals": 1}, "", "this one has 'equals' and 'not_equals'"),
    ({**TEST, "operator": "gt", "value": 1}, "", "this one has 'operator' and 'equals'"),
    ({**TEST, "value": 1}, ".value", "'value' goes with 'operator'"),
    ({"not": TEST, "equals": 1}, ".equals", "'equals' goes with 'field'"),
    ({"field": "x", "operator": "gt"}, ".value", "'gt' needs a 'value'"),
    ({"field": "x", "operator": "equals"}, ".value", "'equals' needs a 'value'"),
    ({"field": "x", "operator": "in", "value": "A,B"}, ".value", "'in' takes an array, not 'A,B'"),
    ({"field": "x", "operator": "gt", "value": True}, ".value", "'gt' takes a number or a string, not true"),
    ({"field": "x", "operator": "lte", "value": None}, ".value", "'lte' takes a number or a string, not null"),
    ({"field": "x", "operator": "exists", "value": 1}, ".value", "'exists' takes true or false, not 1"),
    ({"field": "x", "operator": "like", "value": 1}, ".operator", "not 'like'"),
    ({"field": "x", "exists": "yes"}, ".exists", "must be true or false, not 'yes'"),
    ({"field": "a..b", "equals": 1}, ".field", "'a..b' is not a path"),
    ({"field": "${workflow_data.a}", "equals": 1}, ".field", "'${workflow_data.a}' is not a path"),
    ({"field": 5, "equals": 1}, ".field", "must be a string, not 5"),
    ({"and": []}, ".and", "must have at least 1 item"),
    ({"or": TEST}, ".or", "must be an array, not an object"),
    ({"and": [TEST, {"or": [{"not": {"field": "x"}}]}]}, ".and[1].or[0].not", "this one has none"),
    ({"feild": "x", "equals": 1}, ".feild", "Unknown property 'feild'; did you mean 'field'?"),
    ("x > 1", "", "must be an object, not 'x > 1'"),
]


@pytest.mark.parametrize(("written", "path", "message"), CASES, ids=[f"{path}-{told[:40]}" for _, path, told in CASES])
def test_a_malformed_condition_is_told_where_it_is(written, path, message):
    found = errors(condition(written))
    assert message in found[CONDITION + path]


def nested(depth):
    written = TEST
    for _ in range(depth - 1):
        written = {"not": written}
    return written


def test_conditions_nest_up_to_the_limit_and_no_deeper():
    assert check(condition(nested(MAX_NESTING))).errors == []
    found = errors(condition(nested(MAX_NESTING + 1)))
    assert found == {CONDITION + ".not" * MAX_NESTING: f"Conditions may nest {MAX_NESTING} deep"}


@pytest.mark.parametrize("anything", [None, 1, "x", [], [{}]])
def test_what_is_no_object_is_left_to_the_model(anything):
    assert list(problems(anything)) == []
