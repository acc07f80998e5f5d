"""No text becomes code but the script, and the script is one function body: it cannot end what stands around it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interactor.engine.work import ScriptFailed, ScriptReturned
from interactor.sandbox.quickjs import QuickJsRunner
from tests.sandbox.conftest import Run

EVALUATORS = [
    "eval('1')",
    "(0, eval)('1')",
    "globalThis.eval('1')",
    "Function('return 1')()",
    "new Function('return 1')()",
    "(function () {}).constructor('return 1')()",
    "(() => 1).constructor('return 1')()",
    "(async () => 1).constructor('return 1')()",
    "(async function () {}).constructor('return 1')()",
    "(function* () {}).constructor('yield 1')()",
    "(async function* () {}).constructor('yield 1')()",
    "({m() {}}).m.constructor('return 1')()",
    "(class {}).constructor('return 1')()",
    "Object.getPrototypeOf(function () {}).constructor('return 1')()",
    "Object.getPrototypeOf(Object.getPrototypeOf(async () => 1)).constructor('return 1')()",
    "Reflect.construct(Object.constructor, ['return 1'])()",
    "Array.from.constructor('return 1')()",
    "console.log.constructor('return 1')()",
    "JSON.parse.bind().constructor('return 1')()",
    "new Proxy(function () {}, {}).constructor('return 1')()",
    "arguments.callee.constructor('return 1')()",
    "Object.getOwnPropertyDescriptor(Function.prototype, 'constructor').value('return 1')()",
    "Object.defineProperty((() => 1).__proto__, 'constructor', {value: 1}).constructor",
    "setTimeout('1')",
    "setInterval('1')",
    "require('os')",
    "std.evalScript('1')",
    "os.exec(['ls'])",
    "new Worker('x')",
    "WebAssembly.compile(new Uint8Array(8))",
    "import('qjs:std')",
    "import ('qjs:os')",
    "import/**/('qjs:os')",
    "import\n('qjs:os')",
    "[import('qjs:os')]",
    "(() => import('qjs:os'))()",
    "`${import('qjs:os')}`",
    "'import()', import('qjs:os')",
    "\\u0069mport('qjs:os')",
    "import.meta",
]

CLOSERS = [
    "}",
    "})",
    "}; evil(); {",
    "} evil(); {",
    "} evil(); function script() {",
    "} evil(); function script(){",
    "} function evil() {",
    "} var evil = 1; {",
    "} globalThis.evil = 1; function script(){ return {}",
    "} evil(); async function script() {",
    "} evil(); class script { constructor() {",
    "}); evil(); (function () {",
    "})(); evil(); (function () {",
    "}, evil(), function () {",
    "}}); evil(); ({script() {",
    "}, [evil()]: 1, script() {",
    "}/*",
    "}//",
    "} `",
    "}<!--",
    "\n}\nevil();\nfunction script(){\n",
    "return {}\n}\nfunction script(){\nreturn {}",
    "} function script(){} script = {toString() { return 'x' }}; {",
]


@pytest.mark.parametrize("expression", EVALUATORS)
def test_what_evaluates_text_is_not_there(run: Run, expression: str) -> None:
    outcome = run(f"console.log('started'); return {{made: {expression}}}")
    assert isinstance(outcome, ScriptFailed)
    assert outcome.code == "script_error"


@pytest.mark.parametrize("expression", [text for text in EVALUATORS if "import" in text])
def test_an_import_is_refused_before_anything_runs(run: Run, runner: QuickJsRunner, expression: str) -> None:
    code = f"console.log('started'); return {{made: {expression}}}"
    assert run(code).logs == []
    assert runner.syntax_error(code)


@pytest.mark.parametrize(
    "code",
    [
        "return {text: \"import('x')\"}",
        "return {text: `import('x')`}",
        "return {text: /import('x')/.source}",
        "// import('x')\nreturn {text: 1}",
        "/* import('x') */ return {text: 1}",
        "return {text: {import: 1}.import}",
        "return {text: {import() { return 1 }}.import('x')}",
        "const imported = 1, exported = 2; return {text: imported + exported}",
        "const $import = 1, $export = 2; return {text: $import + $export}",
        "class A { #import = 1; #export = 2; sum() { return this.#import + this.#export } } return {n: new A().sum()}",
    ],
)
def test_the_word_import_is_no_import(run: Run, code: str) -> None:
    outcome = run(code)
    assert isinstance(outcome, ScriptReturned)
    assert outcome.value


@pytest.mark.parametrize("code", CLOSERS)
def test_a_script_cannot_close_what_stands_around_it(run: Run, runner: QuickJsRunner, code: str) -> None:
    with_traces = code.replace("evil()", "console.log('evil'), print('log \"evil\"'), print('returned {}')")
    outcome = run(with_traces)
    assert isinstance(outcome, ScriptFailed)
    assert outcome.message.startswith("SyntaxError: ")
    assert outcome.logs == []
    assert (runner.syntax_error(with_traces) or "").startswith(outcome.message)


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(exclude_categories=[])), name=st.text(max_size=5))
def test_whatever_text_data_and_comments_hold_stays_text(run: Run, text: str, name: str) -> None:
    comment = text.replace("*/", "* /")
    outcome = run(f"/*{comment}*/ return {{...input, code: 1}}", input={"text": text, name: text})
    assert isinstance(outcome, ScriptReturned)
    assert outcome.value == {"text": text, name: text, "code": 1}
