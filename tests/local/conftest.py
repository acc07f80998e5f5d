"""The emulator alone, once as released and once corrected, each with the deployment of `template.yaml` beside this
file.
"""

import http.client
import json
import os
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest

from interactor_local.building import PROJECT, emulator_environment, runtime_environment
from interactor_local.data_directory import DataDirectory
from interactor_local.deployment import Clients, deploy
from tests.local import handlers
from tests.stack import free_port

HERE = Path(__file__).parent
PATIENCE = 20.0
"""Seconds to wait for what the emulator does on its own time; nearly all come within one."""


@dataclass
class Emulator:
    """A running emulator with the deployment. `outputs` are the stack's."""

    port: int
    home: Path
    outputs: dict[str, str] = field(default_factory=dict)

    def aws(self, service: str) -> Any:
        session: Any = boto3.Session("test", "test", region_name="us-east-1")
        return session.client(service, endpoint_url=f"http://127.0.0.1:{self.port}")

    def get(self, path: str) -> tuple[int, Any]:
        """Status and JSON of an answer of the HTTP API."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path, headers={"Host": f"{self.outputs['ApiId']}.execute-api.localhost"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    def put(self, *words: str) -> None:
        """Write an item with each word in its outbox."""
        for word in words:
            item = {"pk": {"S": word}, "outbox": {"S": word}}
            self.aws("dynamodb").put_item(TableName=self.outputs["Table"], Item=item)

    def batches(self, of: str = "") -> list[list[str]]:
        """The words of every batch that the stream's function, or another of its functions, was given so far."""
        journal = self.home / f"journal{of}"
        return [json.loads(line) for line in journal.read_text().splitlines()] if journal.exists() else []

    def dead_letters(self) -> list[Any]:
        queue = self.outputs["DeadLetters"]
        messages = self.aws("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]


def eventually(found: Callable[[], Any]) -> Any:
    """What `found` returns once it is true. Fails when it never is."""
    deadline = time.monotonic() + PATIENCE
    while not (value := found()):
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)
    return value


@contextmanager
def running(home: Path, kind: str) -> Iterator[Emulator]:
    """The emulator in `home`, where it also finds what it saved when it last ended."""
    port = free_port()
    python = PROJECT / ".local" / "emulator" / "bin" / "python"
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT / "local"),
        "BIND_HOST": "127.0.0.1",
        "DOCKER_HOST": "unix:///nonexistent",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "ERROR",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(home / "state"),
        "S3_DATA_DIR": str(home / "s3"),
        "S3_PERSIST": "1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
    }
    command = [str(python), str(HERE / "bare_emulator.py"), str(port), kind, str(home)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "serving\n"
            emulator = Emulator(port, home)
            emulator.outputs = _deployed(emulator)
            yield emulator
        finally:
            process.terminate()


def _deployed(emulator: Emulator) -> dict[str, str]:
    packages = {}
    for name, files in {
        "probe": {"app.py": handlers.PROBE},
        "on_stream": {"app.py": handlers.ON_STREAM},
        "token_claims": {"app.py": handlers.TOKEN_CLAIMS},
        "layer": {"words/greeting.txt": "hello", "python/words_module.py": ""},
    }.items():
        packages[name] = emulator.home / f"{name}.zip"
        with zipfile.ZipFile(packages[name], "w") as archive:
            for path, text in files.items():
                archive.writestr(zipfile.ZipInfo(path), text)
    clients = Clients(emulator.aws("cloudformation"), emulator.aws("s3"))
    template = (HERE / "template.yaml").read_text()
    return deploy(clients, template, packages, {"Journal": str(emulator.home / "journal")})


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Makes directories for emulators to live in."""
    installed = DataDirectory(PROJECT / ".local", installed=PROJECT / ".local")
    emulator_environment(installed, print)
    runtime_environment(installed)

    def make() -> Path:
        home = tmp_path_factory.mktemp("emulator")
        (home / "runtime").symlink_to(installed.runtime)
        return home

    return make


@pytest.fixture(scope="session")
def released(new_home: Callable[[], Path]) -> Iterator[Emulator]:
    """The emulator as its makers released it. When a test that needs it fails, a correction may be needed no longer."""
    with running(new_home(), "released") as emulator:
        yield emulator


@pytest.fixture(scope="session")
def corrected(new_home: Callable[[], Path]) -> Iterator[Emulator]:
    with running(new_home(), "corrected") as emulator:
        yield emulator
