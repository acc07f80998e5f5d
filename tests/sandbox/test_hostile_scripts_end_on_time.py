"""Whatever a script does to run on, take memory or break the engine, it ends at its limit and the next runs clean.

Four threads run all of them on one runner, where they would disturb each other if they could.
"""

import json
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from interactor.engine.work import ScriptFailed, ScriptOutcome, ScriptReturned
from interactor.sandbox.quickjs import QuickJsRunner
from tests.sandbox.conftest import Run

LIMIT = 40
GRACE = 2_000
"""Milliseconds; a busy machine, not the sandbox, may take this long over the limit."""

CORPUS = {
    case["id"]: case["code"]
    for case in json.loads(Path(__file__).with_name("hostile_scripts.json").read_text(encoding="utf-8"))
}

ARRAY_METHODS = """at concat copyWithin entries every fill filter find findIndex findLast findLastIndex flat flatMap
    forEach includes indexOf join keys lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice
    toLocaleString toReversed toSorted toSpliced toString unshift values with"""
HUGE_ARRAY_LIKES = {
    f"array-like.{method}": f"Array.prototype.{method}.call({{length: 2 ** 53 - 1}}, () => false, 1)"
    for method in ARRAY_METHODS.split()
}

ENDLESS = {
    "a loop": "for (;;);",
    "a loop in a getter of the result": "return {get a() { for (;;); }}",
    "a loop in toJSON": "return {toJSON() { for (;;); }}",
    "a loop in a trap of the result": "return new Proxy({}, {ownKeys() { for (;;); }})",
    "a loop in the result's prototype": "return new Proxy({}, {getPrototypeOf() { for (;;); }})",
    "a loop in toString of what is thrown": "throw {toString() { for (;;); }, toJSON() { for (;;); }}",
    "a loop in the message thrown": "throw Object.defineProperty(new Error(), 'message', {get() { for (;;); }})",
    "a loop in the name thrown": "throw Object.defineProperty(new Error(), 'name', {get() { for (;;); }})",
    "a loop in what is logged": "console.log({toJSON() { for (;;); }})",
    "a loop in a comparator": "[3, 2, 1].sort(() => { for (;;); })",
    "a loop in a proxy trap": "new Proxy({}, {get() { for (;;); }}).x",
    "a loop in a replacer": "JSON.stringify({a: 1}, () => { for (;;); })",
    "a loop in finally": "try { for (;;); } finally { for (;;); }",
    "asking the time for ever": "for (;;) Date.now()",
    "logging for ever": "for (;;) console.log('x'.repeat(100000))",
    "nested quantifiers": "/^(a+)+$/.test('a'.repeat(50) + 'b')",
    "alternatives that overlap": "/^(a|aa)+$/.test('a'.repeat(100) + 'b')",
    "a backtracking look-ahead": "/(?=(a+)+c)b/.test('a'.repeat(50) + 'b')",
    "a search in a long string": "const h = 'a'.repeat(4e6), n = 'a'.repeat(2e6) + 'b'; h.indexOf(n)",
    "divisions of huge integers": "const x = 7n ** 340000n, y = 3n ** 300000n; for (;;) x % y",
}

GREEDY = {
    "strings": "let s = 'x'; for (;;) s += s + 1",
    "arrays": "const a = []; for (;;) a.push([a.length])",
    "buffers": "const a = []; for (;;) a.push(new Uint8Array(1e5))",
    "a buffer": "new ArrayBuffer(2 ** 31)",
    "maps": "const m = new Map(); for (let i = 0; ; i++) m.set(i, i)",
    "closures": "const a = []; for (let i = 0; ; i++) a.push(() => i)",
    "big integers": "let n = 3n; for (;;) n *= n",
    "a caught want of memory": "const a = []; for (;;) try { for (;;) a.push({}) } catch {}",
    "errors": "const a = []; for (;;) a.push(new Error('x'.repeat(1000)))",
    "a result": "const a = []; for (let i = 0; i < 300000; i++) a.push('\\u4e2d'); return {a, b: 'x'.repeat(5e6)}",
    "what is logged": "console.log('x'.repeat(12e6) + 'y')",
    "what is thrown": "throw new Error('x'.repeat(12e6))",
}

DEEP = {
    "recursion": "const f = () => f() + 1; f()",
    "recursion through natives": "const f = () => [1, 2].map(f); f()",
    "recursion while caught": "const f = () => { try { f() } finally { f() } }; f()",
    "a result": "let a = {}; for (let i = 0; i < 1e5; i++) a = {a}; return a",
    "JSON": "JSON.parse('['.repeat(1e6))",
    "a regular expression": "new RegExp('(?:'.repeat(1e5) + ')'.repeat(1e5))",
    "a toString of itself": "const o = {toString() { return '' + o }}; '' + o",
    "source text": "return " + "[" * 30_000 + "]" * 30_000,
    "source blocks": "{" * 30_000 + "}" * 30_000,
    "source operators": "return {a: " + "+-" * 15_000 + "1}",
}


def returning(code: str) -> str:
    """The program with its last expression, if it ends with one, in its result, where the host has to read it."""
    head, separator, tail = code.rpartition(";")
    return f"{head}{separator} return {{value: {tail}\n}}"


SCRIPTS = {
    **CORPUS,
    **{f"{name}, returned": returning(code) for name, code in CORPUS.items()},
    **HUGE_ARRAY_LIKES,
    **{f"endless: {name}": code for name, code in ENDLESS.items()},
    **{f"greedy: {name}": code for name, code in GREEDY.items()},
    **{f"deep: {name}": code for name, code in DEEP.items()},
}


@pytest.fixture(scope="module")
def ended(run: Run) -> Iterator[dict[str, Future[tuple[ScriptOutcome, float, ScriptOutcome]]]]:
    def attempt(code: str) -> tuple[ScriptOutcome, float, ScriptOutcome]:
        started = time.monotonic()
        outcome = run(code, timeout=LIMIT)
        took = (time.monotonic() - started) * 1000
        return outcome, took, run("return {sum: [1, 2, 3].reduce((a, b) => a + b), given: input.a}", input={"a": "b"})

    with ThreadPoolExecutor(4) as pool:
        yield {name: pool.submit(attempt, code) for name, code in SCRIPTS.items()}


@pytest.mark.parametrize("name", SCRIPTS)
def test_it_ends_on_time_and_the_next_script_runs_clean(
    ended: dict[str, Future[tuple[ScriptOutcome, float, ScriptOutcome]]], name: str
) -> None:
    outcome, took, following = ended[name].result()
    assert isinstance(outcome, ScriptReturned) or outcome.code in {"script_error", "script_timeout"}
    assert took < LIMIT + GRACE
    assert isinstance(following, ScriptReturned)
    assert following.value == {"sum": 6, "given": "b"}


@pytest.mark.parametrize("name", ENDLESS)
def test_what_never_ends_is_a_timeout(
    ended: dict[str, Future[tuple[ScriptOutcome, float, ScriptOutcome]]], name: str
) -> None:
    outcome, took, _ = ended[f"endless: {name}"].result()
    assert isinstance(outcome, ScriptFailed)
    assert (outcome.code, outcome.message) == ("script_timeout", f"The script took longer than {LIMIT} ms")
    assert took >= LIMIT
    assert outcome.duration_ms >= LIMIT


@pytest.mark.parametrize("name", ["recursion", "JSON", "source text", "source blocks"])
def test_what_nests_without_end_is_an_error(run: Run, name: str) -> None:
    outcome = run(DEEP[name])
    assert isinstance(outcome, ScriptFailed)
    assert outcome.code == "script_error"
    assert "call stack" in outcome.message


@pytest.mark.parametrize("name", ["strings", "arrays", "buffers", "a buffer", "closures", "what is thrown"])
def test_what_takes_all_memory_is_an_error(run: Run, name: str) -> None:
    outcome = run(GREEDY[name])
    assert isinstance(outcome, ScriptFailed)
    assert outcome.code == "script_error"


def test_data_that_the_sandbox_cannot_hold_is_an_error(run: Run) -> None:
    outcome = run("return {}", input={"text": "x" * 33_000_000})
    assert isinstance(outcome, ScriptFailed)
    assert (outcome.code, outcome.message) == ("script_error", "The script used up its memory (16 MB)")


def test_what_was_logged_before_a_timeout_is_kept(run: Run) -> None:
    outcome = run("console.log('before'); for (;;);", timeout=LIMIT)
    assert outcome.logs == ["before"]


@pytest.mark.parametrize(
    "code", ["[" * 65_536, "{" * 65_536, "`${" * 21_000, "a=>" * 21_000, "/" + "(" * 65_000 + "/", "x\n" * 32_000]
)
def test_compiling_alone_ends_on_time_too(runner: QuickJsRunner, code: str) -> None:
    started = time.monotonic()
    runner.syntax_error(code)
    assert time.monotonic() - started < 1 + GRACE / 1000
