"""Runs the emulator alone, as released or corrected, without our deployment. Usage: bare_emulator.py PORT
released|corrected HOME

Run with the emulator's interpreter and environment; prints a line when it serves, and ends on SIGTERM.
"""

import asyncio
import signal
import sys
from pathlib import Path


async def main(port: int, corrected: bool, home: Path) -> None:
    from ministack.app import app

    from interactor_local.serving import serve

    machine = None
    if corrected:
        from interactor_local import emulator

        machine = emulator.correct(
            runtime=home / "runtime" / "bin" / "python",
            extracted=home / "extracted",
            log=home / "functions.log",
            endpoint=f"http://127.0.0.1:{port}",
        )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    server = asyncio.create_task(serve(app, [port], stop, grace=0))
    while not server.done():
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            print("serving", flush=True)
            break
    await server
    if machine:
        machine.stop_all()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2] == "corrected", Path(sys.argv[3])))
