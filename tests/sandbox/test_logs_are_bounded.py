"""`console.log` writes to the instance's history: at most 100 lines of 1 KB, as text that a person can read."""

import pytest

from interactor.engine.work import ScriptReturned
from interactor.sandbox.quickjs import MAX_LOG_BYTES
from tests.sandbox.conftest import Run

SHOWN = {
    "'text'": "text",
    "''": "",
    "1, true, null, undefined": "1 true null undefined",
    "{a: [1, {b: 2}]}": '{"a":[1,{"b":2}]}',
    "['x']": '["x"]',
    "12345678901234567890n": "12345678901234567890",
    "Symbol('x')": "Symbol(x)",
    "new TypeError('no')": "TypeError: no",
    "new Date(0)": '"1970-01-01T00:00:00.000Z"',
    "'ü', '😀'": "ü 😀",
    "'\\ud800'": "?",
    "{toJSON() { throw 1 }}": "[cannot be shown]",
    "(() => { const o = {}; o.o = o; return o })()": "[cannot be shown]",
    "{big: 1n}": "[cannot be shown]",
    "Object.assign(() => 1, {toString() { throw 1 }})": "[cannot be shown]",
    "": "",
}


@pytest.mark.parametrize("values", SHOWN)
def test_values_are_shown_as_text_or_json(run: Run, values: str) -> None:
    assert run(f"console.log({values})").logs == [SHOWN[values]]


@pytest.mark.parametrize("method", ["log", "info", "warn", "error"])
def test_every_method_of_the_console_logs(run: Run, method: str) -> None:
    assert run(f"console.{method}('x', 1)").logs == ["x 1"]


def test_a_hundred_lines_are_kept(run: Run) -> None:
    assert run("for (let i = 1; i <= 101; i++) console.log(i)").logs == [str(n) for n in range(1, 101)]


@pytest.mark.parametrize("character", ["x", "é", "中", "😀"])
def test_a_line_is_cut_to_a_kilobyte_between_characters(run: Run, character: str) -> None:
    (line,) = run(f"console.log('{character}'.repeat(5000))").logs
    assert line == character * (MAX_LOG_BYTES // len(character.encode()))


def test_a_failed_script_keeps_its_log(run: Run) -> None:
    assert run("console.log('one'); null.x").logs == ["one"]


def test_logging_does_not_fail_a_script(run: Run) -> None:
    outcome = run("for (let i = 0; i < 1000; i++) console.log({get a() { throw 1 }}); return {a: 1}")
    assert isinstance(outcome, ScriptReturned)
