"""`interactor local …`: what cannot work ends with status 1 and a message, and leaves nothing running."""

import os
import socket
from pathlib import Path

import pytest

from interactor_local.cli import main
from interactor_local.data_directory import DataDirectory
from tests.stack import Stack


def test_a_taken_port_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["local", "up", "--port", str(port), "--data-dir", str(tmp_path)]) == 1
    assert f"port {port} is taken" in capsys.readouterr().err
    assert DataDirectory(tmp_path, tmp_path).running() is None


def test_an_unknown_setting_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["local", "up", "--port", "0", "--set", "colour=red", "--data-dir", str(tmp_path)]) == 1
    assert "--set colour=red" in capsys.readouterr().err


def test_a_second_stack_in_one_directory_is_refused(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["local", "up", "--data-dir", str(stack.data.root)]) == 1
    assert f"already runs from {stack.data.root} ({stack.base_url})" in capsys.readouterr().err


def test_a_token_needs_a_running_stack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["local", "token", "acme_user", "--data-dir", str(tmp_path)]) == 1
    assert "interactor local up" in capsys.readouterr().err


def test_a_token_of_a_stack_that_is_still_starting_is_not_to_be_had_yet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    descriptor = DataDirectory(tmp_path, tmp_path).lock()
    try:
        assert main(["local", "token", "acme_user", "--data-dir", str(tmp_path)]) == 1
    finally:
        os.close(descriptor)
    assert "still starting" in capsys.readouterr().err


def test_an_unknown_principal_is_told_who_there_is(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["local", "token", "nobody", "--data-dir", str(stack.data.root)]) == 1
    assert "acme_user, acme_peer, globex_user, acme_service, globex_service" in capsys.readouterr().err


def test_stopping_what_does_not_run_is_no_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["local", "down", "--data-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "Nothing runs.\n"
