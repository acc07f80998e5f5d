"""One program in one fresh QuickJS, inside WebAssembly: the walls and the clock, and nothing of what the program means.

An instance reaches the outside through the time and its standard output; every other import ends it. wasmtime ends it at its
deadline and refuses it memory past its cap, whatever it does (HARDENING, 'The script sandbox'). Importing this file imports
wasmtime, so only what is about to run a script does.
"""

import logging
import secrets
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import distribution
from pathlib import Path
from typing import Self

from wasmtime import Caller, Config, Engine, Func, FuncType, InstancePre, Linker, Memory, Module, Store, Trap, TrapCode, WasmtimeError

from interactor.clock import Clock, Millis, system_clock

MEMORY_CAP = 32 * 1024 * 1024
"""Bytes of linear memory, the C stack and constants of QuickJS included, which its own limit does not count."""
_OUTPUT_CAP = 8 * 1024 * 1024
"""Bytes; several times what prelude.js can write."""
_STACK = 2 * 1024 * 1024
"""Bytes of machine stack for compiled code. QuickJS's own stack limit below is met first in all but its recursive parsers."""
_ARGUMENTS = (b"qjs", b"--memory-limit", b"16m", b"--stack-size", b"300k", b"--eval")
"""16 MB is the reference's limit ('Runtime Specification'). The program follows."""
_TICK: Millis = 10

_WASI = "wasi_snapshot_preview1"
_SUCCESS, _BAD_DESCRIPTOR, _FAULT, _NO_SPACE = 0, 8, 21, 51
"""Error numbers of WASI preview 1."""
_STANDARD_OUTPUT = 1
_BUFFERS_AT_ONCE = 16

_logger = logging.getLogger(__name__)


class End(Enum):
    """How a program ended, as wasmtime told it."""

    FINISHED = "finished"
    TIMED_OUT = "timed out"
    STACK_EXHAUSTED = "stack exhausted"
    FAILED = "failed"
    """It ended itself or was ended otherwise: for want of memory, unless the engine is broken."""


@dataclass(frozen=True, slots=True)
class Ended:
    """`output` is what the program printed until then."""

    end: End
    output: bytes


class Machine:
    """A loaded engine; runs any number of programs, several at once. None finds anything of another."""

    def __init__(self, engine: Engine, module: Module, clock: Clock) -> None:
        self._engine = engine
        self._ticker = _Ticker(engine.increment_epoch)
        self._host = _Host(clock)
        self._linked = self._host.link(engine, module)

    @classmethod
    def load(cls, compiled: Path | None, clock: Clock = system_clock) -> Self:
        """Load the module that `layers/sandbox` compiled (1 ms); without one that fits this machine, compile it (1 s).

        `compiled` is native code that is trusted as our own is: it must come from the deployment, never from a user.
        """
        engine = Engine(_config())
        return cls(engine, _compiled_module(engine, compiled) or _packaged_module(engine), clock)

    def run(self, program: bytes, timeout: Millis) -> Ended:
        """Evaluate `program`, JavaScript in UTF-8 without NUL, for at most `timeout` milliseconds of wall time and three ticks."""
        output = self._host.start()
        with Store(self._engine) as store, self._ticker.ticking():
            store.set_limits(memory_size=MEMORY_CAP)
            store.set_epoch_deadline(-(-timeout // _TICK) + 1)
            end = _evaluate(self._linked, store, program)
        return Ended(end, bytes(output))


def _evaluate(linked: InstancePre, store: Store, program: bytes) -> End:
    exports = linked.instantiate(store).exports(store)
    memory, start, malloc, evaluate = (exports[name] for name in ("memory", "_initialize", "malloc", "qjs_init_argv"))
    assert isinstance(memory, Memory) and isinstance(start, Func)  # noqa: S101  # for the type checker
    assert isinstance(malloc, Func) and isinstance(evaluate, Func)  # noqa: S101
    arguments = (*_ARGUMENTS, program)
    pointers = 4 * len(arguments)
    try:
        start(store)
        address = malloc(store, pointers + sum(len(argument) + 1 for argument in arguments))
        if not address:
            return End.FAILED
        block = bytearray(pointers)
        for index, argument in enumerate(arguments):
            struct.pack_into("<I", block, 4 * index, address + len(block))
            block += argument + b"\0"
        memory.write(store, block, address)
        return End.FINISHED if evaluate(store, len(arguments), address) == 0 else End.FAILED
    except Trap as trap:
        return _ENDS.get(trap.trap_code, End.FAILED)
    except WasmtimeError:  # it called an import that it is not given, to leave
        return End.FAILED


_ENDS = {TrapCode.INTERRUPT: End.TIMED_OUT, TrapCode.STACK_OVERFLOW: End.STACK_EXHAUSTED}


class _Ticker:
    """Advances the engine's epoch, on which the deadlines are, every 10 ms while anything runs.

    Each program counts ticks from its own start, so that no deadline touches another program. Ticks follow the monotonic clock;
    those of a time when nothing ran are never made up for: a process that was frozen meanwhile owes the next program none.
    """

    def __init__(self, tick: Callable[[], None]) -> None:
        self._tick = tick
        self._wakened = threading.Condition()
        self._running = 0
        self._due = 0.0
        self._thread = threading.Thread()

    @contextmanager
    def ticking(self) -> Iterator[None]:
        with self._wakened:
            if self._running:
                self._catch_up()
            else:
                self._due = time.monotonic() + _TICK / 1000
                self._wakened.notify()
            self._running += 1
            if not self._thread.is_alive():  # the first time, or in a forked child
                self._thread = threading.Thread(target=self._keep_ticking, name="sandbox-ticker", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._wakened:
                self._running -= 1

    def _keep_ticking(self) -> None:
        with self._wakened:
            while True:
                self._wakened.wait(self._due - time.monotonic() if self._running else None)
                if self._running:
                    self._catch_up()

    def _catch_up(self) -> None:
        while self._due <= time.monotonic():
            self._tick()
            self._due += _TICK / 1000


class _Host:
    """What a program may ask of the host: to take its output, and the time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._thread = _OfThread()

    def start(self) -> bytearray:
        """Begin a run on this thread; its output goes to what is returned."""
        self._thread.output = bytearray()
        self._thread.seeded = False
        return self._thread.output

    def link(self, engine: Engine, module: Module) -> InstancePre:
        linker = Linker(engine)
        offered = {
            "clock_time_get": self._clock_time_get,
            "environ_sizes_get": _environ_sizes_get,
            "fd_write": self._fd_write,
            "fd_fdstat_get": _no_descriptor,
            "fd_prestat_get": _no_descriptor,
        }
        for wanted in module.imports:
            function = offered.get(wanted.name or "") if wanted.module == _WASI else None
            if function and isinstance(wanted.type, FuncType):
                linker.define_func(_WASI, wanted.name or "", wanted.type, function, access_caller=True)
        linker.define_unknown_imports_as_traps(module)
        return linker.instantiate_pre(module)

    def _clock_time_get(self, caller: Caller, _clock: int, _precision: int, answer: int) -> int:
        nanoseconds = self._clock() * 1_000_000
        if not self._thread.seeded:
            # The engine seeds Math.random with its first reading of the time, which many instances share.
            self._thread.seeded = True
            nanoseconds = secrets.randbits(62)
        return _answer(caller, answer, struct.pack("<Q", nanoseconds))

    def _fd_write(self, caller: Caller, descriptor: int, buffers: int, count: int, answer: int) -> int:
        if descriptor != _STANDARD_OUTPUT:
            return _BAD_DESCRIPTOR
        output, before = self._thread.output, len(self._thread.output)
        memory = _memory_of(caller)
        listed = memory.read(caller, buffers, buffers + 8 * min(count, _BUFFERS_AT_ONCE))
        for address, length in struct.iter_unpack("<II", listed[: len(listed) // 8 * 8]):
            if len(output) + length > _OUTPUT_CAP:
                return _NO_SPACE
            output += memory.read(caller, address, address + length)
        return _answer(caller, answer, struct.pack("<I", len(output) - before))


class _OfThread(threading.local):
    """What belongs to the program that runs on this thread; its calls come back on the thread that called it."""

    def __init__(self) -> None:
        self.output = bytearray()
        self.seeded = False


def _environ_sizes_get(caller: Caller, count: int, size: int) -> int:
    return _answer(caller, count, bytes(4)) or _answer(caller, size, bytes(4))


def _no_descriptor(_caller: Caller, _descriptor: int, _answer: int) -> int:
    return _BAD_DESCRIPTOR


def _memory_of(caller: Caller) -> Memory:
    memory = caller["memory"]
    assert isinstance(memory, Memory)  # noqa: S101  # for the type checker
    return memory


def _answer(caller: Caller, address: int, data: bytes) -> int:
    # Nothing may be raised into wasmtime, which keeps one exception for all threads.
    try:
        _memory_of(caller).write(caller, data, address)
    except IndexError:
        return _FAULT
    return _SUCCESS


def _config() -> Config:
    """What the code is compiled for. `layers/sandbox/compile.py` says the same; wasmtime loads nothing compiled otherwise."""
    config = Config()
    config.epoch_interruption = True
    # One reservation of the whole cap, that never moves, instead of the usual 4 GB of addresses for each instance.
    config.memory_reservation = MEMORY_CAP
    config.memory_guard_size = 64 * 1024
    config.memory_may_move = False
    config.max_wasm_stack = _STACK
    return config


def _compiled_module(engine: Engine, path: Path | None) -> Module | None:
    if path is None:
        return None
    try:
        return Module.deserialize_file(engine, str(path))
    except WasmtimeError as error:
        _logger.warning("compiling the script engine, which takes a second: %s cannot be used: %s", path, error)
        return None


def _packaged_module(engine: Engine) -> Module:
    package = distribution("qjs-wasi-reactor.wasm")
    return Module.from_file(engine, str(package.locate_file("qjs-wasi-reactor/qjs-wasi-reactor.wasm")))
