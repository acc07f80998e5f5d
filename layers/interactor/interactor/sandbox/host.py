"""What a program in the sandbox may ask of the host: to take its standard output, and the time. Nothing else.

These are the only imports of the module that are there; it ends when it calls another, and finds no environment, no
arguments but its own, and no file. Nothing here may raise: wasmtime keeps one pending exception for all threads.
"""

import struct
import threading
from collections.abc import Callable
from typing import cast

from wasmtime import Caller, Engine, FuncType, InstancePre, Linker, Memory, Module

from interactor.clock import Clock, Millis

_WASI = "wasi_snapshot_preview1"
_SUCCESS, _BAD_DESCRIPTOR, _FAULT, _NO_SPACE = 0, 8, 21, 51
"""Error numbers of WASI preview 1."""
_STANDARD_OUTPUT = 1
_BUFFERS_AT_ONCE = 16
_OUTPUT_CAP = 8 * 1024 * 1024
"""Bytes; more than `prelude.js` ever writes."""
_LAST_NANOSECOND = 2**64 - 1
"""Of the clock of WASI preview 1, in the year 2554: a simulation may go on past it."""


class Host:
    """The functions of one engine; they serve the program that runs on the thread that they are called on."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._program = _Program()

    def start(self, now: Millis | None) -> bytearray:
        """A program is about to run on this thread; what it prints goes to the array returned. With `now`, that is the
        moment it is told whenever it asks.
        """
        self._program.output = bytearray()
        self._program.now = now
        return self._program.output

    def link(self, engine: Engine, module: Module) -> InstancePre:
        """Join the module to these functions, ready to be instantiated any number of times."""
        functions: dict[str, Callable[..., int]] = {
            "clock_time_get": self._clock_time_get,
            "environ_sizes_get": _environ_sizes_get,
            "fd_fdstat_get": _fd_get,
            "fd_prestat_get": _fd_get,
            "fd_write": self._fd_write,
        }
        linker = Linker(engine)
        types = {wanted.name: wanted.type for wanted in module.imports if wanted.module == _WASI}
        for name, function in functions.items():
            linker.define_func(_WASI, name, cast(FuncType, types[name]), function, access_caller=True)
        linker.define_unknown_imports_as_traps(module)
        return linker.instantiate_pre(module)

    def _clock_time_get(self, caller: Caller, _clock: int, _precision: int, address: int) -> int:
        now = self._program.now
        nanoseconds = (self._clock() if now is None else now) * 1_000_000
        return _store(caller, address, struct.pack("<Q", min(max(nanoseconds, 0), _LAST_NANOSECOND)))

    def _fd_write(self, caller: Caller, descriptor: int, buffers: int, count: int, address: int) -> int:
        if descriptor != _STANDARD_OUTPUT:
            return _BAD_DESCRIPTOR
        output, before = self._program.output, len(self._program.output)
        memory = _memory(caller)
        listed = memory.read(caller, buffers, buffers + 8 * min(count, _BUFFERS_AT_ONCE))
        for start, length in struct.iter_unpack("<II", listed[: len(listed) // 8 * 8]):
            if len(output) + length > _OUTPUT_CAP:
                return _NO_SPACE
            output += memory.read(caller, start, start + length)
        return _store(caller, address, struct.pack("<I", len(output) - before))


class _Program(threading.local):
    def __init__(self) -> None:
        self.output = bytearray()
        self.now: Millis | None = None


def _environ_sizes_get(caller: Caller, count: int, size: int) -> int:
    return _store(caller, count, bytes(4)) or _store(caller, size, bytes(4))


def _fd_get(_caller: Caller, _descriptor: int, _address: int) -> int:
    return _BAD_DESCRIPTOR


def _memory(caller: Caller) -> Memory:
    return cast(Memory, caller["memory"])


def _store(caller: Caller, address: int, data: bytes) -> int:
    try:
        _memory(caller).write(caller, data, address)
    except IndexError:  # outside the program's memory
        return _FAULT
    return _SUCCESS
