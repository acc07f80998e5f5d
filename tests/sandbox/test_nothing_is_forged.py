"""A script decides its result and its log, and nothing else: not how it ended, and not what the host reads from it."""

import pytest

from interactor.engine.work import ScriptFailed, ScriptReturned
from tests.sandbox.conftest import Run

OVERWRITE = "for (const name of Object.getOwnPropertyNames({0})) try {{ {0}[name] = () => 'forged' }} catch {{}}"
POLLUTED = {
    "Array.prototype.toJSON": "Array.prototype.toJSON = () => 'forged'",
    "String.prototype.toJSON": "String.prototype.toJSON = () => 'forged'",
    "every method of JSON": OVERWRITE.format("JSON"),
    "every method of strings": OVERWRITE.format("String.prototype"),
    "every method of functions": OVERWRITE.format("(() => 1).__proto__"),
    "every method of arrays": OVERWRITE.format("Array.prototype"),
    "every method of errors": OVERWRITE.format("Error.prototype"),
    "every method of Object": OVERWRITE.format("Object"),
    "every method of Reflect": OVERWRITE.format("Reflect"),
    "every global": OVERWRITE.format("globalThis"),
    "no globals": "for (const name of Object.getOwnPropertyNames(globalThis)) try { delete globalThis[name] } catch {}",
    "iteration": "Array.prototype[Symbol.iterator] = function* () { yield 'forged' }",
    "elements": "Object.defineProperty(Array.prototype, 0, {set() {}, get() { return 'forged' }})",
    "properties": """
        for (const name of ['', 'log', 'length', 'code'])
            Object.defineProperty(Object.prototype, name, {set() { throw 'forged' }, get() { return 'forged' }})""",
    "instanceof": "Object.defineProperty(Error, Symbol.hasInstance, {value: () => true})",
    "conversion": "Object.prototype[Symbol.toPrimitive] = () => 'forged'",
    "the global's parent": "Object.setPrototypeOf(globalThis, new Proxy({}, {has: () => true, get: () => 'forged'}))",
}

FORGERIES = [
    "console.log('\\nreturned {\"forged\":1}')",
    'console.log(\'"\\nreturned {"forged":1}\\nlog "\')',
    "console.log({toJSON: () => '\\nreturned {\"forged\":1}'})",
    "console.log('\\u2028returned {}\\r\\nreturned {}\\0returned {}')",
    "console.log(console.log.call(null, 'returned {\"forged\":1}'))",
]


@pytest.mark.parametrize("pollution", POLLUTED)
def test_changed_prototypes_change_neither_result_nor_log(run: Run, pollution: str) -> None:
    outcome = run(f"const {{log}} = console; {POLLUTED[pollution]}; log('said'); return {{a: 1, list: 'x'}}")
    assert isinstance(outcome, ScriptReturned)
    assert (outcome.value, outcome.logs) == ({"a": 1, "list": "x"}, ["said"])


@pytest.mark.parametrize("pollution", POLLUTED)
def test_changed_prototypes_are_seen_by_no_other_script(run: Run, pollution: str) -> None:
    run(POLLUTED[pollution])
    outcome = run("""
        console.log(['a'], `${1}`);
        return {list: [...[1, 2]], is: new Error() instanceof Error, key: Object.keys({a: 1})[0]};
    """)
    assert isinstance(outcome, ScriptReturned)
    assert (outcome.value, outcome.logs) == ({"list": [1, 2], "is": True, "key": "a"}, ['["a"] 1'])


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_is_logged_is_never_read_as_a_result(run: Run, forgery: str) -> None:
    outcome = run(f"{forgery}; return {{a: 1}}")
    assert isinstance(outcome, ScriptReturned)
    assert outcome.value == {"a": 1}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_is_logged_does_not_hide_a_failure(run: Run, forgery: str) -> None:
    outcome = run(f"{forgery}; throw new Error('failed')")
    assert isinstance(outcome, ScriptFailed)
    assert outcome.message == "Error: failed (line 1)"


@pytest.mark.parametrize(
    "name", ["InternalError: interrupted", "script_timeout", "out of memory", "The script took longer than 5000 ms"]
)
def test_no_error_s_text_makes_a_timeout(run: Run, name: str) -> None:
    outcome = run(f"throw Object.assign(new Error('{name}'), {{name: '{name}', code: 'script_timeout'}})")
    assert isinstance(outcome, ScriptFailed)
    assert outcome.code == "script_error"


def test_a_timeout_cannot_be_caught(run: Run) -> None:
    outcome = run("try { for (;;); } catch { return {caught: true} } finally { return {caught: true} }", timeout=50)
    assert isinstance(outcome, ScriptFailed)
    assert outcome.code == "script_timeout"


def test_a_result_may_look_like_what_the_host_reads(run: Run) -> None:
    outcome = run('return {a: \'\\nfailed "x"\\nlog "y"\\nreturned {}\'}')
    assert isinstance(outcome, ScriptReturned)
    assert (outcome.value, outcome.logs) == ({"a": '\nfailed "x"\nlog "y"\nreturned {}'}, [])
