"""The layer brings the engine as machine code; where that does not fit, the engine is compiled from its package."""

import logging
from pathlib import Path

import pytest
from wasmtime import Config, Engine, Module

from interactor.engine.work import RunScript, ScriptReturned
from interactor.sandbox import snapshot
from interactor.sandbox.quickjs import QuickJsRunner

RETURNS = RunScript("main", "check", "return {}", {}, {}, {})


def compiled_for_another_deadline() -> bytes:
    config = Config()
    config.epoch_interruption = False
    return bytes(Module(Engine(config), "(module)").serialize())


def test_what_the_layer_compiled_is_loaded(compiled: Path, caplog: pytest.LogCaptureFixture) -> None:
    runner = QuickJsRunner.load(compiled)
    assert isinstance(runner.run(RETURNS, {}), ScriptReturned)
    assert caplog.text == ""


@pytest.mark.parametrize("content", [None, b"garbage", compiled_for_another_deadline()])
def test_a_file_that_cannot_be_used_is_told_and_done_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes | None
) -> None:
    file = tmp_path / "quickjs.cwasm"
    if content is not None:
        file.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        runner = QuickJsRunner.load(file)
    assert isinstance(runner.run(RETURNS, {}), ScriptReturned)
    assert str(file) in caplog.text


def test_on_another_kind_of_processor_the_module_beside_it_is_compiled_without_starting_the_engine_again(
    compiled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "quickjs.cwasm"
    file.write_bytes(b"machine code of another kind")
    file.with_suffix(".wasm").write_bytes(compiled.with_suffix(".wasm").read_bytes())
    monkeypatch.delattr(snapshot, "started_engine")
    assert isinstance(QuickJsRunner.load(file).run(RETURNS, {}), ScriptReturned)
