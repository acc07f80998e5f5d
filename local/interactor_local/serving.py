"""The HTTP server of the local stack: uvicorn, without its signals and its log.

MiniStack comes with hypercorn, whose parser and writer in Python take two fifths of the emulator's time.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import uvicorn

App = Callable[..., Awaitable[None]]


async def serve(app: App, ports: Sequence[int], stop: asyncio.Event, grace: int = 1) -> None:
    """Serve an ASGI application on these ports of the loopback interface until `stop` is set. Connections that still do
    something then have `grace` seconds.
    """
    server = _Server(uvicorn.Config(
        app, http="httptools", ws="none", lifespan="on", log_config=None, access_log=False, proxy_headers=False,
        server_header=False, date_header=False, timeout_keep_alive=75, timeout_graceful_shutdown=grace,
    ))  # fmt: skip
    sockets = [socket.create_server(("127.0.0.1", port), backlog=2048) for port in ports]
    serving = asyncio.create_task(server.serve(sockets))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopping.cancel()
    await serving


class _Server(uvicorn.Server):  # type: ignore[misc]  # installed in the emulator's own environment alone
    @contextmanager
    def capture_signals(self) -> Iterator[Any]:
        """Leave signals to the process."""
        yield
