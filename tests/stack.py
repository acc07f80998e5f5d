"""The whole local stack for tests: started once per session with an empty table and IAM enforced, on free ports.

What it installs and builds is kept in `.local`, where `make up` looks for it too.
"""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest

from interactor_local.building import PROJECT
from interactor_local.calling import Caller
from interactor_local.data_directory import DataDirectory
from interactor_local.launching import Options, start


@dataclass
class Stack:
    """A running stack. `principals` and `settings` are those of its `stack.json`."""

    data: DataDirectory
    _tokens: dict[tuple[str, str | None], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        stack = self.data.stack()
        self.base_url: str = stack["base_url"]
        self.principals: dict[str, Any] = stack["principals"]
        self.settings: dict[str, Any] = stack["settings"]

    def token(self, principal: str, scopes: str | None = None) -> str:
        """An access token, the same for the same question: tokens live an hour."""
        wanted = principal, scopes
        if wanted not in self._tokens:
            self._tokens[wanted] = Caller(self.data.stack()).token(principal, scopes)
        return self._tokens[wanted]

    def logs(self) -> str:
        """Everything that the functions have printed so far."""
        return self.data.function_log.read_text(encoding="utf-8")

    def aws(self, service: str) -> Any:
        """A boto3 client of the emulated AWS, with every permission."""
        settings = self.settings
        session: Any = boto3.Session("test", "test", region_name=settings["region"])
        return session.client(service, endpoint_url=settings["aws_endpoint_url"])


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    data = DataDirectory(tmp_path_factory.mktemp("stack"), installed=PROJECT / ".local")
    settings = {"metric_workflows": "1000"}  # so that none goes without its name for what other tests have run
    start(data, Options(port=free_port(), iam=True, settings=settings), print, follow_parent=True)
    try:
        yield Stack(data)
    finally:
        data.stop()
