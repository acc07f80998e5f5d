"""One JavaScript program in one fresh QuickJS, inside WebAssembly: the walls, and nothing of what the program means.

wasmtime ends a program at its deadline and refuses it memory past its cap whatever it does (HARDENING, 'The script
sandbox'). `ticker.py` makes the deadlines pass, `host.py` has what a program may ask for. Importing this imports
wasmtime (50 ms of CPU), so only what is about to run a script does.
"""

import logging
import struct
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import distribution
from pathlib import Path
from typing import Self, cast

from wasmtime import Config, Engine, Func, InstancePre, Memory, Module, Store, Trap, TrapCode, WasmtimeError

from interactor.clock import Clock, Millis, system_clock
from interactor.sandbox.host import Host
from interactor.sandbox.ticker import TICK, Ticker

MEMORY_CAP = 32 * 1024 * 1024
"""Bytes of linear memory, which holds more than QuickJS's own limit counts: its stack, its constants, the program."""
_STACK = 2 * 1024 * 1024
"""Bytes of the calling thread's stack (8 MB is usual) for compiled code. QuickJS's own limit, which a script can catch,
is met first in all but its recursive parsers."""
_ARGUMENTS = (b"qjs", b"--memory-limit", b"16m", b"--stack-size", b"300k", b"--eval")
"""16 MB is the reference's limit ('Runtime Specification'). The program follows."""

_logger = logging.getLogger(__name__)


class End(Enum):
    """How a program ended, by wasmtime's word."""

    FINISHED = "finished"
    TIMED_OUT = "timed out"
    STACK_EXHAUSTED = "stack exhausted"
    FAILED = "failed"
    """Ended for another reason, which is want of memory unless the engine itself is broken."""


@dataclass(frozen=True, slots=True)
class Ended:
    """`output` is what the program printed until then."""

    end: End
    output: bytes


class Machine:
    """A loaded engine. Runs any number of programs, on several threads at once; none finds anything of another."""

    def __init__(self, engine: Engine, module: Module, clock: Clock) -> None:
        self._engine = engine
        self._ticker = Ticker(engine.increment_epoch)
        self._host = Host(clock)
        self._linked = self._host.link(engine, module)

    @classmethod
    def load(cls, compiled: Path | None, clock: Clock = system_clock) -> Self:
        """Load what `layers/sandbox` compiled (1 ms); without it, or where it does not fit, compile anew (1 s).

        `compiled` is machine code, trusted as our own is: it comes with the deployment, never from a user.
        """
        engine = Engine(_config())
        return cls(engine, _compiled(engine, compiled) or _packaged(engine), clock)

    def run(self, program: bytes, timeout: Millis, now: Millis | None = None) -> Ended:
        """Evaluate JavaScript, UTF-8 without NUL, for at least `timeout` milliseconds and at most two ticks more.

        With `now`, the program sees a clock that stands still at that moment.
        """
        output = self._host.start(now)
        with Store(self._engine) as store, self._ticker.ticking():
            store.set_limits(memory_size=MEMORY_CAP)
            store.set_epoch_deadline(-(-timeout // TICK) + 1)
            end = _evaluate(self._linked, store, program)
        return Ended(end, bytes(output))


def _evaluate(linked: InstancePre, store: Store, program: bytes) -> End:
    exports = linked.instantiate(store).exports(store)
    arguments = (*_ARGUMENTS, program)
    pointers = 4 * len(arguments)
    try:
        cast(Func, exports["_initialize"])(store)
        address = cast(Func, exports["malloc"])(store, pointers + sum(len(argument) + 1 for argument in arguments))
        if not address:
            return End.FAILED
        block = bytearray(pointers)
        for index, argument in enumerate(arguments):
            struct.pack_into("<I", block, 4 * index, address + len(block))
            block += argument + b"\0"
        cast(Memory, exports["memory"]).write(store, block, address)
        status = cast(Func, exports["qjs_init_argv"])(store, len(arguments), address)
    except Trap as trap:
        match trap.trap_code:
            case TrapCode.INTERRUPT:
                return End.TIMED_OUT
            case TrapCode.STACK_OVERFLOW:
                return End.STACK_EXHAUSTED
            case _:
                return End.FAILED
    except WasmtimeError:  # it called an import that is not there
        return End.FAILED
    return End.FINISHED if status == 0 else End.FAILED


def _config() -> Config:
    """What code is compiled for. `layers/sandbox/precompile.py` says the same; wasmtime loads nothing that differs."""
    config = Config()
    config.epoch_interruption = True
    # Each instance reserves the addresses of its cap once and never moves, instead of the 4 GB that are usual.
    config.memory_reservation = MEMORY_CAP
    config.memory_guard_size = 64 * 1024
    config.memory_may_move = False
    config.max_wasm_stack = _STACK
    return config


def _compiled(engine: Engine, path: Path | None) -> Module | None:
    if path is None:
        return None
    try:
        return Module.deserialize_file(engine, str(path))
    except WasmtimeError as error:
        _logger.warning("cannot use %s, so the script engine is compiled now, which takes a second: %s", path, error)
        return None


def _packaged(engine: Engine) -> Module:
    package = distribution("qjs-wasi-reactor.wasm")
    return Module.from_file(engine, str(package.locate_file("qjs-wasi-reactor/qjs-wasi-reactor.wasm")))
