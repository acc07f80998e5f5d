"""JSON values come back from a script as they went in, but for what JavaScript's numbers cannot tell apart."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interactor import json_text
from interactor.engine.work import ScriptReturned
from interactor.json_text import Json
from tests.sandbox.conftest import Run

TEXTS = st.text(st.characters(exclude_categories=[]))
"""Any code points, lone surrogates included."""
NAMES = TEXTS | st.sampled_from(["__proto__", "constructor", "toString", "toJSON", "0", "2", "", "\0", "length"])
LEAVES = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4))


def doubles(value: Json) -> Json:
    """The value with every number as the double that JavaScript makes of it: it writes 2^60 as 1152921504606847000."""
    match value:
        case bool():
            return value
        case int():
            return float(value)
        case dict():
            return {key: doubles(member) for key, member in value.items()}
        case list():
            return [doubles(member) for member in value]
    return value


def returned(run: Run, code: str, **given: Json) -> Json:
    outcome = run(code, **given)
    assert isinstance(outcome, ScriptReturned), outcome
    return outcome.value


@settings(max_examples=100, deadline=None)
@given(value=VALUES)
def test_any_value_survives(run: Run, value: Json) -> None:
    outcome = returned(run, "return {value: input.value}", input={"value": value})
    assert json_text.same(doubles(outcome["value"]), doubles(value))


@settings(max_examples=50, deadline=None)
@given(data=st.dictionaries(NAMES, LEAVES, max_size=6))
def test_any_data_survives_a_spread(run: Run, data: dict[str, Json]) -> None:
    assert json_text.same(doubles(returned(run, "return {...workflow_data}", workflow_data=data)), doubles(data))


@pytest.mark.parametrize(
    "number", [1e300, 5e-324, -5e-324, 1.7976931348623157e308, 0.1, 1e21, 1e-7, 2**53 - 1, -(2**53)]
)
def test_numbers_come_back_as_the_same_double(run: Run, number: float) -> None:
    assert returned(run, "return {n: input.n}", input={"n": number}) == {"n": number}


def test_minus_zero_becomes_zero_as_json_stringify_has_it(run: Run) -> None:
    outcome = returned(run, "return {n: input.n, minus: Object.is(input.n, -0)}", input={"n": -0.0})
    assert outcome["minus"] is True
    assert math.copysign(1, outcome["n"]) == 1


def test_integers_past_53_bits_are_rounded_as_javascript_does(run: Run) -> None:
    assert returned(run, "return {n: input.n}", input={"n": 2**53 + 1}) == {"n": 2**53}


@pytest.mark.parametrize(
    "text", ["", "\0", "\ud800", "\udfff\ud800", "😀", "\u2028\u2029", '"\\', "\x7f\x1f", "\ufeff", "</script>"]
)
def test_texts_come_back_as_they_were(run: Run, text: str) -> None:
    assert returned(run, "return {[input.t]: input.t, length: input.t.length}", input={"t": text}) == {
        text: text,
        "length": len(text.encode("utf-16-le", "surrogatepass")) // 2,
    }


def test_a_key_called_proto_is_only_a_key(run: Run) -> None:
    data = {"__proto__": {"admin": True}, "constructor": 1}
    assert returned(run, "return {...workflow_data}", workflow_data=data) == data
    assert returned(run, "return {admin: String(workflow_data.admin)}", workflow_data=data) == {"admin": "undefined"}


def test_keys_keep_their_order_but_for_integers_which_come_first(run: Run) -> None:
    keys = list(returned(run, "return workflow_data", workflow_data={"b": 1, "10": 1, "a": 1, "9": 1}))
    assert keys == ["9", "10", "b", "a"]


def test_data_nests_500_deep(run: Run) -> None:
    value: Json = {}
    for _ in range(499):
        value = {"o": value}
    assert returned(run, "return workflow_data", workflow_data=value) == value


def test_as_much_data_as_an_instance_may_have_survives(run: Run) -> None:
    """256 KB of `workflow_data` and 64 KB of input (reference, 'Limits & Quotas')."""
    data, given = {"items": [{"id": n, "name": f"ü{n}"} for n in range(9_000)]}, {"text": "é" * 32_000}
    assert returned(run, "return {...workflow_data, ...input}", workflow_data=data, input=given) == {**data, **given}
