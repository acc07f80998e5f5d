"""The module that instances are made from holds what starting the engine left, and only what running needs."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wasmtime import Engine, Module

from interactor.sandbox import snapshot
from interactor.sandbox.snapshot import SnapshotFailed, started_engine
from interactor.sandbox.wasm_binary import Binary, read_unsigned, signed, unsigned


@pytest.fixture(scope="module")
def started() -> bytes:
    return started_engine()


def test_it_exports_only_what_running_a_program_needs(started: bytes) -> None:
    exports = [export.name for export in Module(Engine(), started).exports]
    assert exports == ["memory", "malloc", "JS_Eval", "context", "random_state"]


def test_it_is_the_same_to_the_byte_each_time(started: bytes) -> None:
    assert started_engine() == started


def test_a_prelude_that_fails_is_no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "prelude.js").write_text("throw new Error('no')", encoding="utf-8")
    monkeypatch.setattr(snapshot, "PRELUDE", tmp_path / "prelude.js")
    with pytest.raises(SnapshotFailed, match="prelude"):
        started_engine()


def test_a_state_of_random_numbers_that_is_not_found_is_no_engine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "prelude.js").write_text("Math.random = () => 0", encoding="utf-8")
    monkeypatch.setattr(snapshot, "PRELUDE", tmp_path / "prelude.js")
    with pytest.raises(SnapshotFailed, match=r"Math\.random"):
        started_engine()


def test_a_function_that_the_engine_does_not_have_is_named(started: bytes) -> None:
    with pytest.raises(LookupError, match="JS_Eval"):
        Binary.read(started).function("JS_Eval")  # names are not written


def test_what_is_no_module_is_not_read() -> None:
    with pytest.raises(ValueError, match="not a WebAssembly module"):
        Binary.read(b"\0elf")


@given(st.integers(0, 2**32 - 1), st.binary())
def test_numbers_are_read_as_they_were_written(value: int, after: bytes) -> None:
    written = unsigned(value)
    assert read_unsigned(written + after, 0) == (value, len(written))


@given(st.integers(0, 2**31 - 1))
def test_a_constant_is_not_read_as_a_negative_one(value: int) -> None:
    written = signed(value)
    assert read_unsigned(written, 0) == (value, len(written))
    assert not written[-1] & 0x40
