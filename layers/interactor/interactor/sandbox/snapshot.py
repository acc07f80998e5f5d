"""The script engine, started: its module with the memory that starting it and evaluating `prelude.js` left.

A fresh instance of it begins where starting ended, which spares a short script most of its time. Wizer
(https://github.com/bytecodealliance/wizer) does this for modules that ask for it; here the function that evaluates is
exported as well, which the package leaves out. One thing must not be the same in each instance: the state of
`Math.random`. It is found as what differs with the clock at the start and changes when a number is drawn.
"""

import struct
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import cast

from wasmtime import Config, Engine, Func, Memory, Module, Store

from interactor.clock import Millis
from interactor.sandbox.evaluation import Exports, evaluate
from interactor.sandbox.host import Host
from interactor.sandbox.wasm_binary import Binary

PRELUDE = Path(__file__).with_name("prelude.js")
_ENGINE = "qjs-wasi-reactor/qjs-wasi-reactor.wasm"
_ARGUMENTS = (b"qjs", b"--memory-limit", b"16m", b"--stack-size", b"300k", b"--eval")
"""16 MB is the reference's limit ('Runtime Specification'). The program follows."""
_TO_START = ("_initialize", "qjs_init_argv", "qjs_get_context")
_TO_RUN = ("malloc", "JS_Eval")
_WORD = 4
"""Bytes. The state of `Math.random` has two."""


class SnapshotFailed(Exception):
    """The engine does not start, or is not as this file takes it to be: another release of it, perhaps."""


def started_engine() -> bytes:
    """The module, for any kind of processor: it exports `memory`, `malloc`, `JS_Eval`, and the addresses `context` and
    `random_state`. Takes half a second, most of it to compile the engine. Raises SnapshotFailed.
    """
    package = distribution("qjs-wasi-reactor.wasm")
    packaged = Binary.read(Path(str(package.locate_file(_ENGINE))).read_bytes())
    config = Config()
    config.cranelift_opt_level = "none"  # it runs for milliseconds
    engine = Engine(config)
    module = Module(engine, packaged.exporting((*_TO_START, *_TO_RUN), {}).written())
    started, at_another_time = (_Started.at(engine, module, moment) for moment in (1, 2))
    image = started.memory()
    drawn = started.memory_after(b"Math.random()")
    random_state = _random_state(started.context, image, at_another_time.memory(), drawn)
    addresses = {"context": started.context, "random_state": random_state}
    return packaged.exporting(_TO_RUN, addresses).with_memory(image).written()


@dataclass(frozen=True, slots=True)
class _Started:
    """An instance of the package's engine, with the prelude evaluated."""

    store: Store
    exports: Exports
    context: int

    @classmethod
    def at(cls, engine: Engine, module: Module, moment: Millis) -> "_Started":
        host = Host(lambda: moment)
        host.start(None)
        store = Store(engine)
        exports = host.link(engine, module).instantiate(store).exports(store)
        arguments = (*_ARGUMENTS, PRELUDE.read_bytes())
        cast(Func, exports["_initialize"])(store)
        if cast(Func, exports["qjs_init_argv"])(store, len(arguments), _written(store, exports, arguments)) != 0:
            raise SnapshotFailed("the prelude failed")
        return cls(store, exports, cast(Func, exports["qjs_get_context"])(store))

    def memory(self) -> bytes:
        return bytes(cast(Memory, self.exports["memory"]).read(self.store, 0))

    def memory_after(self, program: bytes) -> bytes:
        if not evaluate(self.store, self.exports, self.context, program):
            raise SnapshotFailed("it evaluates nothing")
        return self.memory()


def _written(store: Store, exports: Exports, arguments: tuple[bytes, ...]) -> int:
    """The address of the `argv` of a C program."""
    pointers = 4 * len(arguments)
    address = cast(Func, exports["malloc"])(store, pointers + sum(len(argument) + 1 for argument in arguments))
    block = bytearray(pointers)
    for index, argument in enumerate(arguments):
        struct.pack_into("<I", block, 4 * index, address + len(block))
        block += argument + b"\0"
    cast(Memory, exports["memory"]).write(store, block, address)
    return int(address)


def _random_state(context: int, *images: bytes) -> int:
    """The address of the two neighbouring words, from the context on, whose value differs in each image."""
    words = zip(*(memoryview(image[context : len(images[0])]).cast("I") for image in images), strict=True)
    found = [context + _WORD * place for place, values in enumerate(words) if len(set(values)) == len(images)]
    if len(found) != 2 or found[1] != found[0] + _WORD:
        raise SnapshotFailed(f"the state of Math.random could be at any of {found}")
    return found[0]
