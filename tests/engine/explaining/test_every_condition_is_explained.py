"""An explanation names each way out of a state, what its conditions saw, and which was taken."""

from hypothesis import given
from hypothesis import strategies as st

from interactor.engine.conditions import Effort, holds
from interactor.engine.definition.transitions import Condition, OnError, Transition
from interactor.engine.explaining import MAX_TESTS, MAX_VALUE_CHARACTERS, explain, explain_choice
from interactor.engine.moves import first_match
from interactor.json_text import size_of

LARGE = {"field": "amount", "operator": "gt", "value": 10_000}


def ways(*documents):
    return [Transition.model_validate(document) for document in documents]


def condition_told(condition, data):
    return explain(ways({"target": "on", "condition": condition}), data)[0]["condition"]


def test_the_way_taken_comes_with_what_its_condition_saw():
    told = explain(ways({"target": "board", "condition": LARGE}, {"target": "manager"}), {"amount": 12_500})
    assert told == [
        {"target": "board", "taken": True, "condition": {**LARGE, "saw": 12_500, "result": True}},
        {"target": "manager", "taken": False, "considered": False},
    ]


def test_a_way_refused_comes_before_the_one_without_a_condition():
    told = explain(ways({"to": "board", "key": "b", "condition": LARGE}, {"target": "manager"}), {"amount": 5})
    assert told == [
        {"target": "board", "key": "b", "taken": False, "condition": {**LARGE, "saw": 5, "result": False}},
        {"target": "manager", "taken": True},
    ]


def test_nothing_is_taken_where_nothing_matches():
    assert [way["taken"] for way in explain(ways({"target": "board", "condition": LARGE}), {})] == [False]


def test_a_missing_field_is_told_from_null():
    assert condition_told(LARGE, {}) == {**LARGE, "missing": True, "result": False}
    assert condition_told(LARGE, {"amount": None}) == {**LARGE, "saw": None, "result": False}


def test_shorthands_are_told_as_the_operators_they_stand_for():
    assert condition_told({"field": "a.b", "equals": True}, {"a": {"b": 1}}) == {
        "field": "a.b", "operator": "equals", "value": True, "saw": 1, "result": False,
    }  # fmt: skip
    assert condition_told({"field": "a", "operator": "exists"}, {"a": 1}) == {
        "field": "a", "operator": "exists", "value": True, "saw": 1, "result": True,
    }  # fmt: skip


def test_every_part_is_told_also_one_that_no_longer_mattered():
    told = condition_told({"and": [{"field": "a", "equals": 1}, {"not": {"field": "b", "equals": 2}}]}, {"b": 2})
    assert told == {
        "and": [
            {"field": "a", "operator": "equals", "value": 1, "missing": True, "result": False},
            {"not": {"field": "b", "operator": "equals", "value": 2, "saw": 2, "result": True}, "result": False},
        ],
        "result": False,
    }


def test_failures_are_caught_for_a_reason():
    catch = OnError.model_validate({"target": "repair", "condition": {"field": "error.code", "equals": "http_error"}})
    assert explain([catch], {"error": {"code": "http_error"}})[0]["taken"]


def test_a_choice_is_told_by_its_key():
    chosen = explain_choice(ways({"target": "yes", "key": "approve"}, {"target": "no", "key": "reject"}), "reject")
    assert chosen == [
        {"target": "yes", "key": "approve", "taken": False},
        {"target": "no", "key": "reject", "taken": True},
    ]
    assert not any(way["taken"] for way in explain_choice(ways({"target": "yes", "key": "approve"}), ["approve"]))


def test_long_values_are_cut_and_marked():
    told = condition_told({"field": "a", "equals": "x" * 1000}, {"a": [{"text": "y" * 1000}]})
    assert told["clipped"] == ["value", "saw"]
    assert told["value"] == "x" * MAX_VALUE_CHARACTERS + "…"
    assert told["saw"] == ('[{"text":"' + "y" * 1000)[:MAX_VALUE_CHARACTERS] + "…"


def test_short_values_keep_their_type():
    assert condition_told({"field": "a", "equals": 1}, {"a": [1, {"b": None}]})["saw"] == [1, {"b": None}]


def test_of_very_many_tests_some_are_told_and_the_others_counted():
    told = condition_told({"or": [{"field": f"f{index}", "exists": True} for index in range(200)]}, {})
    assert (len(told["or"]), told["omitted"]) == (MAX_TESTS, 200 - MAX_TESTS)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "a", "ab"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=4,
)
FIELDS = st.sampled_from(["a", "b", "a.b", "workflow_data.a", "a.0"])
TESTS = st.one_of(
    st.builds(lambda field, value: {"field": field, "equals": value}, FIELDS, VALUES),
    st.builds(lambda field, value: {"field": field, "not_equals": value}, FIELDS, VALUES),
    st.builds(lambda field, value: {"field": field, "exists": value}, FIELDS, st.booleans()),
    st.builds(
        lambda field, operator, value: {"field": field, "operator": operator, "value": value},
        FIELDS, st.sampled_from(["gt", "gte", "lt", "lte", "contains", "in", "exists"]), VALUES,
    ),
)  # fmt: skip
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"and": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"or": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
)
DATA = st.dictionaries(st.sampled_from("ab"), VALUES)


@given(st.lists(st.none() | CONDITIONS, min_size=1, max_size=4), DATA)
def test_the_way_told_to_be_taken_is_the_one_that_the_engine_takes(conditions, data):
    transitions = [
        Transition.model_validate({"target": f"s{index}"} | ({"condition": condition} if condition else {}))
        for index, condition in enumerate(conditions)
    ]
    taken = next((way["target"] for way in explain(transitions, data) if way["taken"]), None)
    assert taken == first_match(transitions, data, Effort())


@given(CONDITIONS, DATA)
def test_the_result_of_each_part_is_that_of_the_engine(condition, data):
    def check(model, told):
        assert told["result"] is holds(model, data)
        if model.negated:
            check(model.negated, told["not"])
        for part, part_told in zip(
            model.all_of or model.any_of or [], told.get("and", told.get("or", [])), strict=True
        ):
            check(part, part_told)

    check(Condition.model_validate(condition), condition_told(condition, data))


@given(st.lists(st.text(max_size=2_000), min_size=1, max_size=3), st.integers(1, 300))
def test_an_explanation_is_bounded_whatever_the_data(texts, width):
    condition = {"and": [{"field": "a", "operator": "contains", "value": texts}] * width}
    assert size_of(condition_told(condition, {"a": texts * 50})) < 200_000
