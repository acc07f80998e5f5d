"""A script finds the globals of the reference ('Available Globals') and of ES2020, and nothing else of any kind."""

from pathlib import Path

import pytest

from interactor.engine.work import RunScript, ScriptFailed, ScriptReturned
from interactor.json_text import Json
from interactor.sandbox.machine import Machine
from interactor.sandbox.quickjs import QuickJsRunner
from tests.sandbox.conftest import CONTEXT, Run

OURS = {"input", "workflow_data", "context", "secrets", "console"}
ES2020 = """
    Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError Float32Array
    Float64Array Infinity Int16Array Int32Array Int8Array JSON Map Math NaN Number Object Promise Proxy RangeError
    ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError URIError Uint16Array Uint32Array
    Uint8Array Uint8ClampedArray WeakMap WeakSet decodeURI decodeURIComponent encodeURI encodeURIComponent escape
    globalThis isFinite isNaN parseFloat parseInt undefined unescape"""
NOT_AVAILABLE = """
    Atomics FinalizationRegistry Function SharedArrayBuffer WeakRef bjson eval fetch gc navigator os performance print
    process queueMicrotask require scriptArgs execArgv argv0 script setInterval setTimeout std WebAssembly Worker"""


def value(run: Run, code: str, **given: Json) -> Json:
    outcome = run(code, **given)
    assert isinstance(outcome, ScriptReturned), outcome
    return outcome.value


def test_no_other_global_is_there(run: Run) -> None:
    """Also when a newer engine brings some: add them to REMOVED in `prelude.js`."""
    names = value(run, "return {names: Object.getOwnPropertyNames(globalThis)}")["names"]
    assert set(names) == OURS | set(ES2020.split())


@pytest.mark.parametrize("name", NOT_AVAILABLE.split())
def test_what_is_not_available_has_no_name(run: Run, name: str) -> None:
    assert value(run, f"return {{type: typeof {name}, on: '{name}' in globalThis}}") == {
        "type": "undefined",
        "on": False,
    }


def test_the_engine_tells_nothing_of_the_stack_but_its_text(run: Run) -> None:
    code = "return {names: Object.getOwnPropertyNames(Error).sort(), raw: typeof JSON.rawJSON}"
    assert value(run, code) == {"names": ["isError", "length", "name", "prototype"], "raw": "undefined"}


def test_the_caller_of_the_script_cannot_be_reached(run: Run) -> None:
    code = """
        Error.prepareStackTrace = (error, frames) => frames;
        return {caller: String(arguments.callee.caller), stack: typeof new Error().stack};
    """
    assert value(run, code) == {"caller": "undefined", "stack": "string"}


def test_a_script_reads_its_input_and_the_workflow_s_data(run: Run) -> None:
    code = "return {...workflow_data, approved: input.approved, same: globalThis.input === input}"
    assert value(run, code, input={"approved": True}, workflow_data={"amount": 12.5}) == {
        "amount": 12.5,
        "approved": True,
        "same": True,
    }


def test_context_says_where_the_script_runs(run: Run) -> None:
    assert value(run, "return context") == CONTEXT


@pytest.mark.parametrize("change", ["secrets.KEY = 'x'", "secrets.NEW = 'x'", "delete secrets.KEY", "secrets = {}"])
def test_secrets_are_frozen(run: Run, change: str) -> None:
    code = f"{change}; return {{key: secrets.KEY === 'k1', names: Object.keys(secrets)}}"
    assert value(run, code, secrets={"KEY": "k1"}) == {"key": True, "names": ["KEY"]}
    strict = run(f"'use strict'; {change}", secrets={"KEY": "k1"})
    assert isinstance(strict, ScriptFailed)


def test_context_is_frozen(run: Run) -> None:
    assert value(run, "context.namespace = 'other'; context = {}; return context") == CONTEXT


def test_mutating_what_was_given_changes_nothing_outside(run: Run) -> None:
    given, data = {"list": [1]}, {"nested": {"a": 1}}
    outcome = run("input.list.push(2); workflow_data.nested.a = 2; workflow_data = {}", input=given, workflow_data=data)
    assert isinstance(outcome, ScriptReturned)
    assert outcome.value is None
    assert (given, data) == ({"list": [1]}, {"nested": {"a": 1}})


def test_the_script_s_names_may_be_those_of_its_globals(run: Run) -> None:
    assert value(run, "const input = 1, console = 2, script = 3; return {input, console, script}") == {
        "input": 1,
        "console": 2,
        "script": 3,
    }


def test_es2020_is_understood(run: Run) -> None:
    code = """
        const letters = [...'ab'].flatMap(letter => [letter, letter]);
        return {a: input.x?.y ?? 7, b: letters, c: 2n ** 64n > 1n, d: [...'x1'.matchAll(/\\d/g)].length};
    """
    assert value(run, code) == {"a": 7, "b": ["a", "a", "b", "b"], "c": True, "d": 1}


def test_the_time_is_the_clock_s_and_random_numbers_differ_at_the_same_time(compiled: Path) -> None:
    runner = QuickJsRunner(Machine.load(compiled, clock=lambda: 1_768_910_400_000))
    work = RunScript("main", "check", "return {now: new Date(), random: Math.random()}", {}, {}, CONTEXT)
    outcomes = [runner.run(work, {}) for _ in range(10)]
    values = [outcome.value for outcome in outcomes if isinstance(outcome, ScriptReturned) and outcome.value]
    assert {value["now"] for value in values} == {"2026-01-20T12:00:00.000Z"}
    assert len({value["random"] for value in values}) == 10


def test_a_script_can_be_told_another_time(runner: QuickJsRunner) -> None:
    code = (
        "const begun = Date.now(); for (let i = 0; i < 1e5; i++); return {now: new Date(), passed: Date.now() - begun}"
    )
    outcome = runner.run(RunScript("main", "check", code, {}, {}, CONTEXT), {}, now=1_768_910_400_000)
    assert outcome.value == {"now": "2026-01-20T12:00:00.000Z", "passed": 0}


@pytest.mark.parametrize(
    ("now", "year"), [(-(10**15), 1970), (10**18, 2554)], ids=["before the clock begins", "after it has ended"]
)
def test_a_moment_outside_of_the_engine_s_clock_is_the_nearest_within(
    runner: QuickJsRunner, now: int, year: int
) -> None:
    work = RunScript("main", "check", "return {year: new Date().getUTCFullYear()}", {}, {}, CONTEXT)
    assert runner.run(work, {}, now=now).value == {"year": year}
