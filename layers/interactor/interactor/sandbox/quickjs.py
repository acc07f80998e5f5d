"""The script runner of production: what a script is given, and what becomes of what it leaves.

`prelude.js` is the program around the script, `machine.py` runs the two in a fresh QuickJS; only text passes between them. How a
run ended is told by the machine; an error's text, which a script may choose, is only ever shown to its author. Importing this
file imports wasmtime (50 ms): import it where a runner is made.
"""

import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from interactor import json_text
from interactor.clock import Millis
from interactor.engine.work import RunScript, ScriptFailed, ScriptOutcome, ScriptReturned
from interactor.json_text import InvalidJson, Json
from interactor.sandbox.machine import End, Ended, Machine

MAX_LOG_BYTES = 1024
"""Of one line, in UTF-8; `prelude.js` keeps the first 100 lines (HARDENING, 'The script sandbox')."""
MAX_MESSAGE_BYTES = 1024
MAX_RESULT_BYTES = 1024 * 1024
"""Of a result as JSON; four times what `workflow_data` may have, so that its own limit is the one that is met."""
COMPILE_TIMEOUT: Millis = 1_000

_PRELUDE = re.sub(rb"(?m)^ +|^//.*\n| +//.*$", b"", Path(__file__).with_name("prelude.js").read_bytes()).strip()
"""Without comments and indentation, which every run would read again."""
_USER_LINE = re.compile(r"<input>:(\d+)")
"""A frame of the script in a stack; those of the prelude are in `<cmdline>`."""


class QuickJsRunner:
    """The `ScriptRunner` of production. One is made per process; threads may share it."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    @classmethod
    def load(cls, module: Path | None) -> Self:
        """`module` is what `layers/sandbox` compiled, see `Machine.load`; without it this takes a second."""
        return cls(Machine.load(module))

    def run(self, work: RunScript, secrets: dict[str, str], timeout: Millis = 5_000) -> ScriptOutcome:
        """See `ScriptRunner`. Numbers come back as JavaScript has them: -0 and 1.0 as 0 and 1, integers past 2^53 rounded."""
        started = time.monotonic()
        given = {"input": work.input, "workflow_data": work.workflow_data, "context": work.context, "secrets": secrets}
        ended = self._machine.run(_program(work.code, given), timeout)
        duration = round((time.monotonic() - started) * 1000)
        return _outcome(ended, _Author(work.code, secrets), timeout, duration)

    def syntax_error(self, code: str) -> str | None:
        """See `ScriptRunner`. Ends within a second."""
        ended = self._machine.run(_program(code, None), COMPILE_TIMEOUT)
        outcome = _outcome(ended, _Author(code, {}), COMPILE_TIMEOUT, 0)
        return outcome.message if isinstance(outcome, ScriptFailed) else None


def _program(code: str, given: Json) -> bytes:
    # ASCII JSON is a JavaScript literal whatever it holds: the prelude takes all of the data as one string.
    literal = json_text.dump(json_text.dump({"code": code, "globals": given}))
    return _PRELUDE + b"(" + literal.encode("ascii") + b")"


class _Author:
    """Puts things so that the script's author may read them: in lines of the code as written, without secrets, and short."""

    def __init__(self, code: str, secrets: dict[str, str]) -> None:
        self._lines = code.count("\n") + 1
        self._secrets = sorted(filter(None, secrets.values()), key=len, reverse=True)

    def text(self, text: str, limit: int) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")

    def error(self, text: str, stack: str) -> str:
        message = self.text(text, MAX_MESSAGE_BYTES)
        frame = _USER_LINE.search(stack)
        if frame is None:
            return message
        line = int(frame[1]) - 1  # the wrapper's own line comes first
        return f"{message} (line {min(max(line, 1), self._lines)})"


def _outcome(ended: Ended, author: _Author, timeout: Millis, duration: Millis) -> ScriptOutcome:
    logs, kind, text = _read(ended.output.split(b"\n"), author)

    def failed(message: str, code: str = "script_error") -> ScriptFailed:
        return ScriptFailed(code, message, logs, duration)

    match ended.end, kind:
        case End.TIMED_OUT, _:
            return failed(f"took longer than {timeout} ms", "script_timeout")
        case End.STACK_EXHAUSTED, _:
            return failed("nested or recursed too deeply: the call stack is used up")
        case End.FINISHED, b"failed":
            return failed(author.error(*json_text.parse(text)))
        case End.FINISHED, b"returned" if not text:
            return ScriptReturned(None, logs, duration)
        case End.FINISHED, b"returned" if len(text) > MAX_RESULT_BYTES:
            return failed(f"must return a plain object of at most {MAX_RESULT_BYTES} bytes as JSON, not {len(text)}")
        case End.FINISHED, b"returned":
            try:
                return ScriptReturned(json_text.parse(text), logs, duration)
            except InvalidJson as error:
                return failed(f"must return a plain object that JSON can hold: {error}")
        case _:
            return failed("the memory of a script (16 MB) is used up")


def _read(output: Iterable[bytes], author: _Author) -> tuple[list[str], bytes, bytes]:
    """The log, and the kind and text of the last line. A line that memory did not suffice to print is of no kind we know."""
    logs: list[str] = []
    last = b"", b""
    for line in output:
        kind, _, text = line.partition(b" ")
        if kind == b"log":
            logs.append(author.text(json_text.parse(text), MAX_LOG_BYTES))
        elif kind:
            last = kind, text
    return logs, *last
