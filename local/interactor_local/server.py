"""The process of a local stack: the emulator, the deployment in it, and the API in front of both.

Started by `launching.py` in the emulator's virtual environment and with an environment of its own; tells it how far it
is, one JSON line each: `{"say": …}` on the way, then `{"ready": true}` or `{"failed": …}`. Ends on SIGTERM, with
everything saved and stopped.
"""

import asyncio
import json
import os
import signal
import sys
import threading
import time
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from interactor_local.data_directory import DataDirectory

_QUIET_SECONDS = 1.5
"""State is saved when nothing has been asked for so long, so that saving and serving do not meet."""


@dataclass(frozen=True, slots=True)
class Launch:
    """What the process is told. `follow_parent` ends it when the process that started it is gone."""

    root: str
    installed: str
    template: str
    packages: dict[str, str]
    port: int
    aws_port: int
    region: str
    iam: bool
    parameters: dict[str, str]
    announce_to: int
    follow_parent: bool

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @property
    def aws_url(self) -> str:
        return f"http://127.0.0.1:{self.aws_port}"


class _Announcer:
    """The way back to the process that waits for this one."""

    def __init__(self, descriptor: int) -> None:
        self._file = os.fdopen(descriptor, "w", encoding="utf-8")

    def __call__(self, **message: Any) -> None:
        try:
            self._file.write(json.dumps(message) + "\n")
            self._file.flush()
        except BrokenPipeError:
            pass  # nobody waits any more, and the signal to stop is on its way

    def close(self) -> None:
        self._file.close()


async def _serve(launch: Launch) -> int:
    """Run until told to stop. Returns the exit status."""
    from interactor_local import emulator
    from interactor_local.front import Front
    from interactor_local.serving import serve

    data = DataDirectory(Path(launch.root), Path(launch.installed))
    announce = _Announcer(launch.announce_to)
    stop = _stop_event(launch.follow_parent)
    machine = emulator.correct(
        runtime=data.runtime_python, extracted=data.extracted, log=data.function_log, endpoint=launch.aws_url
    )
    front = Front(launch.port)
    server = asyncio.create_task(serve(front, (launch.port, launch.aws_port), stop))
    saver = asyncio.create_task(_save_when_quiet(front))
    try:
        failed = False
        await _until_reachable(launch.aws_port, server)
        setup = asyncio.create_task(_set_up(launch, data, front, machine, announce))
        await asyncio.wait({setup, server, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
        if setup.done() and (error := setup.exception()):
            failed = True
            announce(failed=str(error))
            stop.set()
        announce.close()
        await server
    finally:
        saver.cancel()
        machine.stop_all()
    return int(failed)


def _stop_event(follow_parent: bool) -> asyncio.Event:
    """Set by SIGTERM and SIGINT and, for a stack in the foreground, when standard input ends with the parent."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if follow_parent:

        def follow() -> None:
            os.read(0, 1)  # not sys.stdin, whose lock Python could not take from this thread when it exits
            loop.call_soon_threadsafe(stop.set)

        threading.Thread(target=follow, daemon=True).start()
    return stop


async def _until_reachable(port: int, server: "asyncio.Task[None]") -> None:
    while not server.done():
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return


async def _set_up(launch: Launch, data: DataDirectory, front: Any, machine: Any, announce: _Announcer) -> None:
    """Deploy, seed, write `stack.json`, warm up, and say so."""
    announce(say="Deploying template.yaml …")
    outputs, principals = await asyncio.to_thread(_deploy_and_seed, launch)
    front.api_id = outputs["ApiId"]
    announce(say="Starting the functions …")
    await asyncio.to_thread(machine.start_all)
    stack = {
        "base_url": f"http://127.0.0.1:{launch.port}",
        "client_id": outputs["UserPoolClientId"],
        "principals": principals,
        "settings": {
            "aws_endpoint_url": launch.aws_url,
            "region": launch.region,
            "iam": launch.iam,
            "parameters": launch.parameters,
            "outputs": outputs,
        },
    }
    unfinished = data.stack_file.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(stack, indent=2) + "\n", encoding="utf-8")
    unfinished.rename(data.stack_file)
    announce(ready=True)


def _deploy_and_seed(launch: Launch) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
    import boto3

    from interactor_local.deployment import Clients, deploy
    from interactor_local.principals import Seeder

    session: Any = boto3.Session("test", "test", region_name=launch.region)
    client = partial(session.client, endpoint_url=launch.aws_url)
    outputs = deploy(
        Clients(client("cloudformation"), client("s3")),
        Path(launch.template).read_text(encoding="utf-8"),
        {name: Path(archive) for name, archive in launch.packages.items()},
        {**launch.parameters, "CognitoEndpoint": launch.aws_url},
    )
    seeder = Seeder(client("cognito-idp"), client("dynamodb"), outputs["UserPoolId"], outputs["TableName"])
    return outputs, seeder.seed()


async def _save_when_quiet(front: Any) -> None:
    """Write the emulator's state to disk in its idle moments: by itself it only does so when it stops, and it may be
    killed.
    """
    from ministack.app import _build_persistence_save_dict
    from ministack.core.persistence import save_all

    saved, quiet = front.last_request, _QUIET_SECONDS
    while True:
        await asyncio.sleep(0.5)
        if front.last_request == saved or time.monotonic() - front.last_request < quiet:
            continue
        saved, started = front.last_request, time.monotonic()
        await asyncio.to_thread(save_all, _build_persistence_save_dict())
        quiet = max(_QUIET_SECONDS, 10 * (time.monotonic() - started))


def main() -> int:
    """Returns the exit status."""
    import uvloop

    return uvloop.run(_serve(Launch(**json.loads(sys.argv[1]))))  # type: ignore[no-any-return]


if __name__ == "__main__":
    sys.exit(main())
