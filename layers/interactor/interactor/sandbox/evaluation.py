"""Hands a JavaScript program to a started engine, by the C API of QuickJS (`quickjs.h`)."""

from collections.abc import Mapping
from typing import TypeAlias, cast

from wasmtime import Func, Memory, Store

Exports: TypeAlias = Mapping[str, object]
"""What an instance exports, by name."""

_NAME = b"<call>"
"""The name of this program in an error's stack; frames of the script have another (`quickjs.py`)."""
_GLOBAL = 0
"""`JS_EVAL_TYPE_GLOBAL`: a program, not a module."""
_EXCEPTION = 6
"""`JS_TAG_EXCEPTION`, in the upper half of a value."""


def evaluate(store: Store, exports: Exports, context: int, program: bytes) -> bool:
    """Evaluate a program, UTF-8 without NUL, and tell whether it came to its end: it may throw, or find no memory.

    `context` is the address of the engine's `JSContext`. Raises wasmtime's Trap and WasmtimeError.
    """
    address = cast(Func, exports["malloc"])(store, len(program) + len(_NAME) + 2)
    if not address:
        return False
    cast(Memory, exports["memory"]).write(store, program + b"\0" + _NAME + b"\0", address)
    name = address + len(program) + 1
    value = cast(Func, exports["JS_Eval"])(store, context, address, len(program), name, _GLOBAL)
    return bool(value >> 32 != _EXCEPTION)
