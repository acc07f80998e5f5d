"""A definition may be any JSON at all: validation ends soon, raises nothing, and answers in few and short words."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interactor.json_text import dump
from tests.engine.definitions.samples import action, check, condition, halting, http, reference

DEPTH = 450


def nested(leaf, wrap):
    for _ in range(DEPTH):
        leaf = wrap(leaf)
    return leaf


TEST = {"field": "a", "equals": 1}
HOSTILE = {
    "deep and": condition(nested(TEST, lambda inner: {"and": [inner]})),
    "deep not": condition(nested(TEST, lambda inner: {"not": inner})),
    "deep body, placeholders all over": http(body=nested(["${x}"] * 5_000, lambda inner: [inner])),
    "deep metadata": {**action(), "metadata": nested(1, lambda inner: {"a": inner}), "x": 1},
    "many bad options": halting(presentation={"type": "choice", "options": [1] * 20_000}),
    "many bad conditions": condition({"and": [{}] * 20_000}),
    "many states": {
        "states": {f"s{n}": {"type": "action", "transitions": [{"target": f"t{n}"}]} for n in range(5_000)}
    },
    "many headers": http(headers={f"h {n}": 1 for n in range(5_000)}),
    "many unclosed placeholders": http(body="${" * 100_000),
    "many wrong placeholders": http(body="${x}" * 50_000),
    "one long path": http(body="${" + "a." * 100_000 + "}"),
    "a long key": {"x" * 200_000: 1, "y " * 100_000: 1},
    "a long name": {**action(), "name": "x" * 200_000, "initial_state": "y" * 200_000},
    "half surrogates": {"\ud800": "\ud800", "name": "\ud800", "states": {"\ud800": {"type": "\ud800"}}},
    "huge numbers": condition({"field": "a", "operator": "gt", "value": 10**300, "x": 1e308}),
}


@pytest.mark.parametrize("document", HOSTILE.values(), ids=HOSTILE)
def test_the_answer_is_small_whatever_came(document):
    outcome = check(document)
    assert outcome.errors
    assert len(outcome.errors) <= 101
    longest = max(len(problem.message) for problem in outcome.errors)
    assert longest < 500
    json.loads(dump([[problem.path, problem.message] for problem in outcome.errors + outcome.warnings]))


def test_messages_stay_on_one_line():
    outcome = check({**action(), "name": "a\nb\r\0c"})
    assert "'a\\nb\\r\\u0000c'" in outcome.errors[0].message


WORDS = st.sampled_from(
    [
        *(
            "name",
            "states",
            "initial_state",
            "type",
            "action",
            "halting",
            "terminal",
            "start",
            "end",
            "transitions",
            "target",
        ),
        *(
            "to",
            "key",
            "condition",
            "field",
            "operator",
            "value",
            "and",
            "or",
            "not",
            "equals",
            "gt",
            "in",
            "exists",
            "logic",
        ),
        *(
            "on_enter",
            "script",
            "code",
            "http",
            "method",
            "GET",
            "url",
            "https://a/${workflow_data.x}",
            "headers",
            "body",
        ),
        *(
            "presentation",
            "form",
            "choice",
            "fields",
            "options",
            "default",
            "min",
            "max",
            "number",
            "select",
            "date",
            "minDate",
        ),
        *(
            "2026-01-20",
            "halting_instructions",
            "ai",
            "config",
            "include_data",
            "on_error",
            "fork",
            "timeout",
            "${",
            "a..b",
            "[key]",
        ),
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS
    | st.text(max_size=5)
)
ANY_JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=5),
    max_leaves=40,
)


@given(ANY_JSON)
@settings(max_examples=300, deadline=None)
def test_no_document_makes_validation_raise(document):
    outcome = check(document)
    assert (outcome.definition is None) is bool(outcome.errors)


def places(value, above=()):
    yield above
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*above, key))


REFERENCE = reference("purchase_approval")


@given(st.sampled_from(list(places(REFERENCE))[1:]), ANY_JSON)
@settings(max_examples=300, deadline=None)
def test_no_change_to_a_good_definition_makes_validation_raise(place, value):
    document = json.loads(json.dumps(REFERENCE))
    holder = document
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    outcome = check(document)
    assert (outcome.definition is None) is bool(outcome.errors)
