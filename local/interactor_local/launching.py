"""Starts the process of a local stack: checks that it can, builds what it needs, and waits until it serves."""

import json
import os
import re
import socket
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from interactor_local.building import PROJECT, build, emulator_environment, runtime_environment
from interactor_local.data_directory import DataDirectory
from interactor_local.server import Launch

REGION = "us-east-1"
TEMPLATE = PROJECT / "template.yaml"

_LOCAL_PARAMETERS = {
    "DeletionProtection": "false",
    "EgressAllowedCidrs": "127.0.0.0/8,::1/128",
    "StatisticsWindowSeconds": "1",
}
_HIGH_LIMITS = {"RateLimitRead": "1000000000", "RateLimitWrite": "1000000000", "RateLimitCreate": "1000000000"}


class CannotStart(Exception):
    """The stack does not start; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Options:
    """What `interactor local up` was asked for. `settings` are template parameters in snake case, and
    `rate_limits=default`.
    """

    port: int = 8080
    iam: bool = False
    settings: dict[str, str] = field(default_factory=dict)


def start(
    data: DataDirectory, options: Options, say: Callable[[str], None], *, follow_parent: bool
) -> subprocess.Popen[bytes]:
    """Start the stack and return when it serves.

    Raises AlreadyRunning, BuildFailed and CannotStart; then nothing has been left running.
    """
    lock = data.lock()
    try:
        parameters = _parameters(options.settings)
        _check_port(options.port)
        python = emulator_environment(data, say)
        runtime_environment(data)
        packages = build(data, python, say)
        read_end, write_end = os.pipe()
        launch = Launch(
            root=str(data.root),
            installed=str(data.installed),
            template=str(TEMPLATE),
            packages={name: str(path) for name, path in packages.items()},
            port=options.port,
            aws_port=_aws_port(data, options.port),
            region=REGION,
            iam=options.iam,
            parameters=parameters,
            announce_to=write_end,
            follow_parent=follow_parent,
        )
        process = _spawn(data, python, launch, lock)
        os.close(write_end)
        data.name_holder(lock, process.pid)
    finally:
        os.close(lock)
    _wait(data, process, read_end, say)
    return process


def _parameters(settings: dict[str, str]) -> dict[str, str]:
    known = set(re.findall(r"^  (\w+):$", TEMPLATE.read_text(encoding="utf-8").split("\nConditions:")[0], re.MULTILINE))
    parameters = {**_LOCAL_PARAMETERS, **_HIGH_LIMITS}
    for name, value in settings.items():
        parameter = "".join(word.capitalize() for word in name.split("_"))
        if name == "rate_limits" and value == "default":
            parameters = {key: given for key, given in parameters.items() if key not in _HIGH_LIMITS}
        elif parameter in known:
            parameters[parameter] = value
        else:
            raise CannotStart(
                f"--set {name}={value}: there is no such setting; template.yaml lists them under Parameters"
            )
    return parameters


def _check_port(port: int) -> None:
    if not _is_free(port):
        raise CannotStart(f"port {port} is taken by another program; choose another with --port")


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _aws_port(data: DataDirectory, taken: int) -> int:
    """The port of the emulated AWS: if possible that of last time, so that the deployment does not change with it."""
    previous = urlsplit(str(data.stack().get("settings", {}).get("aws_endpoint_url", ""))).port
    if previous and previous != taken and _is_free(previous):
        return previous
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _spawn(data: DataDirectory, python: Path, launch: Launch, lock: int) -> subprocess.Popen[bytes]:
    data.emulator_log.parent.mkdir(parents=True, exist_ok=True)
    with data.emulator_log.open("ab") as log:
        return subprocess.Popen(
            [str(python), "-m", "interactor_local.server", launch.to_json()],
            env=_environment(data, launch),
            stdin=subprocess.PIPE if launch.follow_parent else subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(launch.announce_to, lock),
            start_new_session=True,  # the terminal's Ctrl-C reaches it only through the process that waits for it
        )


def _environment(data: DataDirectory, launch: Launch) -> dict[str, str]:
    """Nothing of the caller's environment but where programs, temporary files and a language model are."""
    passed_on = ("HOME", "PATH", "TMPDIR", "MINISTACK_BEDROCK_PROXY_URL")
    kept = {name: os.environ[name] for name in passed_on if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(PROJECT / "local"),
        "LOG_LEVEL": "WARNING",
        "AUTH": str(launch.iam).lower(),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "MINISTACK_REGION": REGION,
        "BIND_HOST": "127.0.0.1",
        # Only a name: queues' addresses contain it, and they must be the same after a restart on another port.
        "GATEWAY_PORT": "4566",
        "DOCKER_HOST": "unix:///nonexistent",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(data.state),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(data.objects),
    }


def _wait(data: DataDirectory, process: subprocess.Popen[bytes], read_end: int, say: Callable[[str], None]) -> None:
    """Pass on what the process says until it serves. Raises CannotStart when it gives up or ends."""
    try:
        with os.fdopen(read_end, encoding="utf-8") as announcements:
            for line in announcements:
                message = json.loads(line)
                if "ready" in message:
                    return
                if "failed" in message:
                    process.wait()
                    raise CannotStart(f"the stack did not start: {message['failed']}")
                say(message["say"])
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    process.wait()
    lines = data.emulator_log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
    raise CannotStart("\n".join(["the stack did not start; the end of its log:", *lines]))
