"""Compiles the script engine to machine code, for `interactor.sandbox.machine` to load in a millisecond.

Usage: `python precompile.py FILE`. For Linux on the kind of processor that this runs on, without what only newer
processors of the kind have: the wheels of wasmtime have no compiler for another kind. Stands alone, because `sam build`
sees nothing but this folder; the settings are those of `machine.py`, and wasmtime refuses the file if they are not.
"""

import platform
import sys
from importlib.metadata import distribution
from pathlib import Path

from wasmtime import Config, Engine, Module

PROCESSORS = {"x86_64": "x86_64", "AMD64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}
"""Names that operating systems have for those that Lambda offers."""


def main(file: Path) -> None:
    processor = PROCESSORS[platform.machine()]
    config = Config()
    config.target = f"{processor}-unknown-linux-gnu"
    config.epoch_interruption = True
    config.memory_reservation = 32 * 1024 * 1024
    config.memory_guard_size = 64 * 1024
    config.memory_may_move = False
    engine = Engine(config)
    package = distribution("qjs-wasi-reactor.wasm")
    module = Module.from_file(engine, str(package.locate_file("qjs-wasi-reactor/qjs-wasi-reactor.wasm")))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(module.serialize())
    print(f"the script engine is compiled for {processor}: {file}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
