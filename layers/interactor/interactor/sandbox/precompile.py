"""Compiles the script engine to machine code, for `machine.py` to load in a millisecond.

Usage: `python -m interactor.sandbox.precompile FILE`. For Linux on the kind of processor that this runs on, without
what only newer processors of the kind have: the wheels of wasmtime have no compiler for another kind. For other kinds
the module itself is put beside it, as `.wasm`.
"""

import platform
import sys
from pathlib import Path

from wasmtime import Engine, Module

from interactor.sandbox.machine import config
from interactor.sandbox.snapshot import started_engine

PROCESSORS = {"x86_64": "x86_64", "AMD64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}
"""Names that operating systems have for those that Lambda offers."""


def main(file: Path) -> None:
    processor = PROCESSORS[platform.machine()]
    target = config()
    target.target = f"{processor}-unknown-linux-gnu"
    file.parent.mkdir(parents=True, exist_ok=True)
    started = started_engine()
    file.with_suffix(".wasm").write_bytes(started)
    file.write_bytes(Module(Engine(target), started).serialize())
    print(f"the script engine is compiled for {processor}: {file}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
