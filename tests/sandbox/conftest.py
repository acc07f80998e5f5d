"""A runner as deployed, its engine compiled by the layer's own build step, and a short way to run a script on it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from interactor.engine.work import RunScript, ScriptOutcome
from interactor.json_text import Json
from interactor.sandbox import precompile
from interactor.sandbox.quickjs import QuickJsRunner

CONTEXT = {"namespace": "acme", "instance_id": "inst_1", "workflow_name": "order", "state_name": "check"}

Run = Callable[..., ScriptOutcome]


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("layer") / "quickjs" / "quickjs.cwasm"
    precompile.main(file)
    return file


@pytest.fixture(scope="session")
def runner(compiled: Path) -> QuickJsRunner:
    return QuickJsRunner.load(compiled)


@pytest.fixture(scope="session")
def run(runner: QuickJsRunner) -> Run:
    def run(
        code: str,
        input: Json = None,
        workflow_data: Json = None,
        secrets: dict[str, str] | None = None,
        timeout: int = 5_000,
    ) -> ScriptOutcome:
        work = RunScript("main", "check", code, input or {}, workflow_data or {}, CONTEXT)
        return runner.run(work, secrets or {}, timeout)

    return run
