"""Stopping, killing and resetting a local stack: what is there when it starts again."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from interactor_local import demo
from interactor_local.building import PROJECT
from interactor_local.calling import Caller
from interactor_local.cli import main
from interactor_local.data_directory import DataDirectory
from interactor_local.launching import Options, start
from tests.local.conftest import eventually
from tests.stack import free_port


@pytest.fixture
def data(tmp_path: Path) -> Any:
    directory = DataDirectory(tmp_path / "data", installed=PROJECT / ".local")
    yield directory
    directory.stop()


def restarted(data: DataDirectory) -> Caller:
    start(data, Options(port=free_port()), print, follow_parent=False)
    return Caller(data.stack())


def workflows(caller: Caller) -> list[str]:
    listed = caller.send("GET", "/api/v1/workflows", token=caller.token("acme_user"))["data"]["workflows"]
    return [workflow["name"] for workflow in listed]


def test_a_restart_keeps_data_and_log_ins_and_a_reset_removes_them(data: DataDirectory) -> None:
    caller = restarted(data)
    demo.run(caller, print)
    kept, principals, state = workflows(caller), caller.stack["principals"], data.state / "dynamodb.json"
    assert len(kept) == 1
    saved_before = state.stat().st_mtime_ns if state.exists() else 0
    eventually(lambda: state.exists() and state.stat().st_mtime_ns > saved_before)

    process = data.running()
    assert process is not None
    os.kill(process, signal.SIGKILL)
    eventually(lambda: data.running() is None)
    caller = restarted(data)
    assert workflows(caller) == kept
    assert caller.stack["principals"] == principals

    data.stop()
    caller = restarted(data)
    assert workflows(caller) == kept

    assert main(["local", "reset", "--data-dir", str(data.root)]) == 0
    assert data.running() is None
    assert workflows(restarted(data)) == []
