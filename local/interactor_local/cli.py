"""The `interactor` command."""

import argparse
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from interactor_local import demo
from interactor_local.building import BuildFailed
from interactor_local.calling import Caller, CallFailed
from interactor_local.data_directory import AlreadyRunning, DataDirectory
from interactor_local.launching import CannotStart, Options, start

_LOG_POLL_SECONDS = 0.2


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status: 0, or 1 with a message on standard error."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (AlreadyRunning, BuildFailed, CallFailed, CannotStart) as error:
        print(f"interactor: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="interactor", description="Interactor on this machine.")
    local = (
        parser.add_subparsers(required=True).add_parser("local", help="the local stack").add_subparsers(required=True)
    )

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        added = local.add_parser(name, help=text, description=text)
        added.add_argument(
            "--data-dir", type=Path, default=Path(".local"), help="where the stack lives (default: .local)"
        )
        added.set_defaults(run=run)
        return added

    up = command("up", _up, "Start the stack, or start it again with its data.")
    up.add_argument("--port", type=int, default=8080, help="port of the API (default: 8080)")
    up.add_argument("--detach", action="store_true", help="return when it serves, and leave it running")
    up.add_argument("--iam", action="store_true", help="enforce the functions' IAM policies")
    up.add_argument(
        "--set",
        action="append",
        default=[],
        type=_setting,
        metavar="NAME=VALUE",
        help="a parameter of template.yaml, in snake case; rate_limits=default for the limits that AWS would get",
    )
    command("down", _down, "Stop the stack; its data stays.")
    command("reset", _reset, "Stop the stack and remove its data.")
    logs = command("logs", _logs, "Show what the functions have logged.")
    logs.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C")
    token = command("token", _token, "Print an access token.")
    token.add_argument("principal", help="acme_user, acme_peer, globex_user, acme_service or globex_service")
    token.add_argument("--scopes", help="ask for these alone, separated by spaces")
    command("demo", _demo, "Run an approval from end to end and show each step.")
    return parser


def _setting(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator:
        raise argparse.ArgumentTypeError(f"{text} is not NAME=VALUE")
    return name, value


def _data(options: argparse.Namespace) -> DataDirectory:
    root = options.data_dir.resolve()
    return DataDirectory(root, installed=root)


def _up(options: argparse.Namespace) -> None:
    data = _data(options)
    try:
        process = start(
            data,
            Options(port=options.port, iam=options.iam, settings=dict(options.set)),
            lambda text: print(text, flush=True),
            follow_parent=not options.detach,
        )
    except AlreadyRunning as error:
        where = data.stack().get("base_url", "it is still starting")
        raise AlreadyRunning(f"{error} ({where}); stop it with `interactor local down`") from error
    print(_welcome(data, detached=options.detach), flush=True)
    if not options.detach:
        _wait_for(process)


def _welcome(data: DataDirectory, *, detached: bool) -> str:
    stack = data.stack()
    url = stack["base_url"]
    logins = [
        f"  {name:<15} {item['password']:<25} {', '.join(item['namespaces'])}"
        for name, item in stack["principals"].items()
        if "username" in item
    ]
    user = stack["principals"]["acme_user"]
    body = f'{{"username": "{user["username"]}", "password": "{user["password"]}"}}'
    login = f"curl -s {url}/api/v1/auth/login -H 'Content-Type: application/json' -d {shlex.quote(body)}"
    return "\n".join(
        [
            "",
            f"Interactor serves at {url}",
            "",
            f"  {'user':<15} {'password':<25} namespaces",
            *logins,
            f"  (service accounts and all else: {data.stack_file})",
            "",
            "Log in:",
            f"  {login}",
            "",
            "Stop it with `interactor local down`." if detached else "Stop it with Ctrl-C; its data stays.",
        ]
    )


def _wait_for(process: subprocess.Popen[bytes]) -> None:
    """Stay until the stack ends; Ctrl-C and SIGTERM end it."""

    def stop(number: int, frame: FrameType | None) -> None:
        process.terminate()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    if process.wait() != 0:
        raise CannotStart("the stack ended by itself; see logs/emulator.log in its directory")


def _down(options: argparse.Namespace) -> None:
    print("Stopped." if _data(options).stop() else "Nothing runs.")


def _reset(options: argparse.Namespace) -> None:
    data = _data(options)
    data.stop()
    data.wipe()
    print(f"The data in {data.root} is gone; `interactor local up` starts afresh.")


def _logs(options: argparse.Namespace) -> None:
    path = _data(options).function_log
    if not path.exists():
        return
    with path.open(encoding="utf-8") as log:
        while True:
            for line in log:
                print(line, end="", flush=True)
            if not options.follow:
                return
            time.sleep(_LOG_POLL_SECONDS)


def _caller(options: argparse.Namespace) -> Caller:
    data = _data(options)
    if data.running() is None:
        raise CannotStart(f"no stack runs from {data.root}; start one with `interactor local up`")
    stack = data.stack()
    if "principals" not in stack:
        raise CannotStart(f"the stack in {data.root} is still starting; try again when it has told its address")
    return Caller(stack)


def _token(options: argparse.Namespace) -> None:
    print(_caller(options).token(options.principal, options.scopes))


def _demo(options: argparse.Namespace) -> None:
    demo.run(_caller(options), print)
