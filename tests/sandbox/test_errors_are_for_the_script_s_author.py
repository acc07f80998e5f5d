"""A failure's message says what and in which line of the code as written; it is short and knows nothing of the host."""

import pytest

from interactor.engine.work import ScriptFailed
from interactor.sandbox.quickjs import MAX_MESSAGE_BYTES, QuickJsRunner
from tests.sandbox.conftest import Run

THROWN = {
    "null.x": "TypeError: cannot read property 'x' of null (line 1)",
    "\n\nmissing()": "ReferenceError: missing is not defined (line 3)",
    "const f = () => {\n  throw new RangeError('far')\n};\n\nf();": "RangeError: far (line 2)",
    "[1].map(() => {\n\n throw new Error('inner') })": "Error: inner (line 3)",
    "class Mine extends Error { get name() { return 'Mine' } }; throw new Mine('x')": "Mine: x (line 1)",
    "throw 'text'": "threw text",
    "throw {code: 7}": 'threw {"code":7}',
    "throw undefined": "threw undefined",
    "throw null": "threw null, or ran out of memory",
    "throw {toJSON() { throw 1 }}": "threw [cannot be shown]",
    "throw Object.defineProperty(new Error(), 'message', {get() { throw 1 }})": "[cannot be shown] (line 1)",
    "console.log({toJSON() {\n null.x } });\nnull.y": "TypeError: cannot read property 'y' of null (line 3)",
}

MALFORMED = {
    "return {": 1,
    "const a = 1;\nconst a = 2;": 2,
    "\n\nreturn }": 3,
    "if (x) {\n\n": 3,
    "let s = 'open\n'": 1,
    "return {\n  a: 1,\n  b: ,\n}": 3,
    "const f = ;\n\n\n": 1,
    "/* open": 1,
    "return `open": 1,
    "await 1": 1,
    "import x from 'y'": 1,
    "\nexport default 1": 2,
    "return 08n": 1,
}


@pytest.mark.parametrize("code", THROWN)
def test_what_is_thrown_is_told_with_its_line(run: Run, code: str) -> None:
    outcome = run(code)
    assert isinstance(outcome, ScriptFailed)
    assert (outcome.code, outcome.message) == ("script_error", THROWN[code])


@pytest.mark.parametrize("code", MALFORMED)
def test_a_syntax_error_is_told_with_its_line_before_and_at_the_run(run: Run, runner: QuickJsRunner, code: str) -> None:
    message = runner.syntax_error(code)
    assert message is not None
    assert message.startswith("SyntaxError: ")
    assert message.endswith(f"(line {MALFORMED[code]})")
    outcome = run(code)
    assert isinstance(outcome, ScriptFailed)
    assert (outcome.code, outcome.message) == ("script_error", message)


@pytest.mark.parametrize(
    "code", ["", "return {a: 1}", "// only a comment", "missing()", "'use strict'; return", "<!-- old\n--> html"]
)
def test_code_that_compiles_has_no_syntax_error_and_does_not_run(runner: QuickJsRunner, code: str) -> None:
    assert runner.syntax_error(code) is None


@pytest.mark.parametrize(
    ("code", "line"), [("return /(/", 1), ("\n\nreturn /(/\n", 3), ("if (a) {\n  /[z-a]/\n}\n\n", 2)]
)
def test_a_malformed_regular_expression_is_told_with_its_line(runner: QuickJsRunner, code: str, line: int) -> None:
    message = runner.syntax_error(code)
    assert message is not None
    assert message.endswith(f" (line {line})")


def test_compiling_runs_nothing(runner: QuickJsRunner) -> None:
    assert runner.syntax_error("for (;;);") is None


def test_a_message_is_cut(run: Run) -> None:
    outcome = run("throw new Error('é'.repeat(1e5))")
    assert isinstance(outcome, ScriptFailed)
    assert MAX_MESSAGE_BYTES - 2 <= len(outcome.message.removesuffix(" (line 1)").encode()) <= MAX_MESSAGE_BYTES


@pytest.mark.parametrize(
    "code",
    [
        "null.x",
        "JSON.parse('{')",
        "console.log(); null.x",
        "new (class { constructor() { null.x } })()",
        "[].reduce(1)",
        "1n + 1",
    ],
)
def test_a_message_tells_nothing_of_the_host(run: Run, code: str) -> None:
    outcome = run(code)
    assert isinstance(outcome, ScriptFailed)
    for inner in ("cmdline", "<input>", "prelude", "wasm", "/", ".py"):
        assert inner not in outcome.message
