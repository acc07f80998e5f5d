"""A script returns nothing, and the data stays as it is, or one plain object, as JSON has it; anything else fails."""

import pytest

from interactor.engine.work import ScriptFailed, ScriptReturned
from interactor.json_text import Json
from interactor.sandbox.quickjs import MAX_RESULT_BYTES
from tests.sandbox.conftest import Run

NOT_PLAIN = {
    "return 1": "a number",
    "return 'text'": "a string",
    "return true": "a boolean",
    "return null": "null",
    "return 1n": "a bigint",
    "return Symbol('x')": "a symbol",
    "return () => ({})": "a function",
    "return class {}": "a function",
    "return [1]": "an array",
    "return new Proxy([], {})": "an array",
    "return Promise.resolve({})": "a promise",
    "return (async () => ({}))()": "a promise",
    "return new Date(0)": "another object of a class",
    "return new Map()": "another object of a class",
    "return new (class A {})()": "another object of a class",
    "return Object.create({})": "another object of a class",
    "return new Error('x')": "another object of a class",
    "return new String('x')": "another object of a class",
    "const o = {}; o.o = o; return o": "circular",
    "const a = []; a[0] = a; return {a}": "circular",
    "return {a: {b: 1n}}": "BigInt",
    "return {toJSON() { return 1 }}": "toJSON",
    "return {toJSON() { return undefined }}": "toJSON",
    "return {toJSON() { return [] }}": "toJSON",
    "return {toJSON() { throw new Error('mine') }}": "Error: mine",
    "return {get a() { throw new Error('mine') }}": "Error: mine",
    "let o = {}; for (let i = 0; i < 500; i++) o = {o}; return o": "nested more than 500 deep",
}

AS_JSON_DOES = {
    "return {}": {},
    "return Object.create(null)": {},
    "return {a: NaN, b: Infinity, c: -Infinity}": {"a": None, "b": None, "c": None},
    "return {a: new Date(0)}": {"a": "1970-01-01T00:00:00.000Z"},
    "return {a: undefined, b: () => 1, c: Symbol('x'), d: 1}": {"d": 1},
    "return {a: [undefined, () => 1]}": {"a": [None, None]},
    "return {a: new Map([[1, 2]]), b: new Set([1])}": {"a": {}, "b": {}},
    "return {a: new String('x'), b: new Number(1)}": {"a": "x", "b": 1},
    "return {a: Promise.resolve(1)}": {"a": {}},
    "return {a: {toJSON: () => ({b: 1})}}": {"a": {"b": 1}},
    "return {get a() { return 1 }}": {"a": 1},
    "return new Proxy({a: 1}, {})": {"a": 1},
    "return {a: 1, a: 2}": {"a": 2},
}


@pytest.mark.parametrize("code", NOT_PLAIN)
def test_what_is_no_plain_object_fails(run: Run, code: str) -> None:
    outcome = run(code)
    assert isinstance(outcome, ScriptFailed)
    assert outcome.code == "script_error"
    assert outcome.message.startswith("The script must return a plain object")
    assert NOT_PLAIN[code] in outcome.message


@pytest.mark.parametrize(
    "code", ["", "return", "return undefined", "return void {}", "({a: 1})", "if (false) return {}"]
)
def test_nothing_returned_is_no_result(run: Run, code: str) -> None:
    outcome = run(code)
    assert isinstance(outcome, ScriptReturned)
    assert outcome.value is None


@pytest.mark.parametrize("code", AS_JSON_DOES)
def test_a_plain_object_returns_as_json_has_it(run: Run, code: str) -> None:
    outcome = run(code)
    assert isinstance(outcome, ScriptReturned)
    assert outcome.value == AS_JSON_DOES[code]


def test_a_result_may_have_a_mebibyte_and_no_more(run: Run) -> None:
    frame = len('{"a":""}')
    fits = run(f"return {{a: 'x'.repeat({MAX_RESULT_BYTES - frame})}}")
    over = run(f"return {{a: 'x'.repeat({MAX_RESULT_BYTES - frame + 1})}}")
    assert isinstance(fits, ScriptReturned)
    assert isinstance(over, ScriptFailed)
    assert over.message == "The script must return a plain object of at most 1048576 bytes, not 1048577"


def test_a_result_nests_500_deep(run: Run) -> None:
    outcome = run("let o = 1; for (let i = 0; i < 500; i++) o = {o}; return o")
    assert isinstance(outcome, ScriptReturned)
    value: Json = outcome.value
    for _ in range(500):
        value = value["o"]
    assert value == 1


def test_nothing_runs_after_the_script_has_returned(run: Run) -> None:
    code = """
        Promise.resolve().then(() => console.log('late'));
        (async () => { console.log('at once'); await null; console.log('late'); })();
        return {a: 1};
    """
    outcome = run(code)
    assert isinstance(outcome, ScriptReturned)
    assert (outcome.value, outcome.logs) == ({"a": 1}, ["at once"])
