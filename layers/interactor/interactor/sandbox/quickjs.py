"""The script runner of production: what a script is given, and what becomes of what it leaves.

`prelude.js` is the program around the script, `machine.py` runs the two in a fresh QuickJS; only text passes between
them. How a run ended is told by the machine: an error's text, which a script may choose, is only shown to its author.
Importing this imports wasmtime: import it where a runner is made.
"""

import re
import time
from bisect import bisect_left
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from interactor import json_text
from interactor.clock import Millis
from interactor.engine.work import RunScript, ScriptFailed, ScriptOutcome, ScriptReturned
from interactor.json_text import InvalidJson, Json
from interactor.sandbox.machine import End, Ended, Machine
from interactor.secrets.redaction import Redactor

MAX_LOG_BYTES = 1024
"""Of one line, in UTF-8; `prelude.js` keeps the first 100 lines (docs/sandbox.md)."""
MAX_MESSAGE_BYTES = 1024
_MAX_TEXT = 16384
"""Characters that `prelude.js` lets through of a line or message."""
MAX_RESULT_BYTES = 1024 * 1024
"""Of a result as JSON; four times what `workflow_data` may have, so that its own limit is the one that is met."""
COMPILE_TIMEOUT: Millis = 1_000

_USER_LINE = re.compile(r"<input>:(\d+)")
"""A frame of the script in a stack; those of the prelude and of its call have other names."""
_LINE = re.compile(r" \(line \d+\)$")


class QuickJsRunner:
    """The `ScriptRunner` of production. One is made per process; threads may share it."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    @classmethod
    def load(cls, module: Path | None) -> Self:
        """`module` is what `precompile.py` compiled, see `Machine.load`; without it this takes a second or two."""
        return cls(Machine.load(module))

    def run(
        self, work: RunScript, secrets: dict[str, str], timeout: Millis = 5_000, now: Millis | None = None
    ) -> ScriptOutcome:
        """See `ScriptRunner`. Numbers return as JavaScript has them: -0 and 1.0 as 0 and 1, those past 2^53 rounded."""
        started = time.monotonic()
        given = {"input": work.input, "workflow_data": work.workflow_data, "context": work.context, "secrets": secrets}
        ended = self._machine.run(_program(work.code, given), timeout, now)
        duration = round((time.monotonic() - started) * 1000)
        return _outcome(ended, _Author(work.code, secrets), timeout, duration)

    def syntax_error(self, code: str) -> str | None:
        """See `ScriptRunner`. Takes a second at most."""
        deadline = time.monotonic() + COMPILE_TIMEOUT / 1000

        def judge(code: str) -> str | None:
            remaining = max(0, round((deadline - time.monotonic()) * 1000))
            ended = self._machine.run(_program(code, None), remaining)
            outcome = _outcome(ended, _Author(code, {}), COMPILE_TIMEOUT, 0)
            return outcome.message if isinstance(outcome, ScriptFailed) else None

        message = judge(code)
        if message is None or not message.startswith("SyntaxError: ") or _LINE.search(message):
            return message
        # The engine gives no line for a malformed regular expression: it is the first with which the error appears.
        lines = code.split("\n")
        before = bisect_left(range(1, len(lines)), True, key=lambda count: judge("\n".join(lines[:count])) == message)
        return f"{message} (line {before + 1})"


def _program(code: str, given: Json) -> bytes:
    # ASCII JSON is a JavaScript literal whatever it holds: the prelude takes all of the data as one string.
    literal = json_text.dump(json_text.dump({"code": code, "globals": given}))
    return b"run(" + literal.encode("ascii") + b")"


class _Author:
    """Puts things for the script's author to read: by lines of the code as written, without secrets, and short."""

    def __init__(self, code: str, secrets: dict[str, str]) -> None:
        self._lines = code.count("\n") + 1
        self._redactor = Redactor(secrets.values())

    def text(self, text: str, limit: int) -> str:
        # Before it is cut, as half a secret is no longer found.
        text = self._redactor.text(text, _MAX_TEXT)
        return text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")

    def error(self, text: str, stack: str) -> str:
        message = self.text(text, MAX_MESSAGE_BYTES)
        frame = _USER_LINE.search(stack)
        if frame is None:
            return message
        line = int(frame[1]) - 1  # the wrapper's own line comes first
        return f"{message} (line {min(max(line, 1), self._lines)})"


@dataclass(slots=True)
class _Said:
    """What the prelude printed: the log, then one of `failure` and `result` (empty for none returned), or neither."""

    logs: list[str] = field(default_factory=list)
    stack: str = ""
    failure: str | None = None
    result: bytes | None = None


def _read(output: bytes, author: _Author) -> _Said:
    said = _Said()
    for line in output.split(b"\n")[:-1]:  # what follows the last line's end was not printed whole
        kind, _, text = line.partition(b" ")
        match kind:
            case b"log":
                said.logs.append(author.text(_string(text), MAX_LOG_BYTES))
            case b"stack":
                said.stack = _string(text)
            case b"failed":
                said.failure = _string(text)
            case b"returned":
                said.result = text
    return said


def _string(text: bytes) -> str:
    value = json_text.parse(text)
    if not isinstance(value, str):
        raise InvalidJson("not a string")
    return value


def _outcome(ended: Ended, author: _Author, timeout: Millis, duration: Millis) -> ScriptOutcome:
    try:
        said = _read(ended.output, author)
    except InvalidJson:  # no line of the prelude: memory did not suffice to print it whole
        said = _Said()

    def failed(message: str, code: str = "script_error") -> ScriptFailed:
        return ScriptFailed(code, message, said.logs, duration)

    if ended.end is End.TIMED_OUT:
        return failed(f"The script took longer than {timeout} ms", "script_timeout")
    if ended.end is End.STACK_EXHAUSTED:
        return failed("The script nested or recursed too deeply: the call stack is used up")
    if ended.end is End.FINISHED and said.failure is not None:
        return failed(author.error(said.failure, said.stack))
    if ended.end is End.FINISHED and said.result is not None:
        if len(said.result) > MAX_RESULT_BYTES:
            return failed(
                f"The script must return a plain object of at most {MAX_RESULT_BYTES} bytes, not {len(said.result)}"
            )
        try:
            value = json_text.parse(said.result) if said.result else None
        except InvalidJson as error:
            return failed(f"The script must return a plain object that JSON can hold: {error}")
        return ScriptReturned(value, said.logs, duration)
    return failed("The script used up its memory (16 MB)")
