"""`python -m benchmarks [--quick]`: starts a local stack of its own, measures, prints one table.

`python -m benchmarks key_heat` prints the hottest keys instead. `--quick` leaves out what takes minutes: the growth to
100,000 instances.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import after_commits, deployed, growth, key_heat, latency, prices, process, units, webhooks
from benchmarks.handlers import Handlers
from benchmarks.http_api import HttpApi
from benchmarks.rows import Row, show
from interactor_local.calling import Caller
from interactor_local.data_directory import DataDirectory
from interactor_local.launching import Options, start
from tests.stack import free_port

_SIZES = (1_000, 10_000, 100_000)
_HEAT_FLOWS = 1_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("all", "key_heat"), default="all")
    parser.add_argument("--quick", action="store_true", help="leave out the largest of the growth")
    asked = parser.parse_args()
    if asked.what == "key_heat":
        with _stack() as stack:
            print(key_heat.show(key_heat.record(Handlers(stack["settings"]), _HEAT_FLOWS)))
        return
    print(show(_measure(_SIZES[:-1] if asked.quick else _SIZES)))


def _measure(sizes: tuple[int, ...]) -> dict[str, list[Row]]:
    sections = {"In one process": process.measure()}
    with _stack() as stack:
        api = HttpApi(stack, Caller(stack).token("acme_user"), latency.CLIENTS)
        sections["Over HTTP, on the local stack"] = latency.measure(stack, api)
        handlers = Handlers(stack["settings"])
        done = units.record(handlers)
        sections["Operations, in the functions' handlers"] = units.rows(done)
        sections["An approval in the deployed functions, requests"] = deployed.measure(stack, api, done)
        followed, after = after_commits.measure(handlers, done)
        told, delivered = webhooks.measure(handlers)
        sections["What follows a commit"] = followed + told
        approval, purchase = units.approval(done), units.purchase(handlers)
        sections["Dollars for a million, list prices"] = prices.compare({
            prices.APPROVAL: {load: approval + usage for load, usage in after.items()},
            prices.PURCHASE: {load: purchase + usage.times(2) for load, usage in after.items()},
            prices.WEBHOOK: delivered,
        })  # fmt: skip
        heading = f"With {', '.join(f'{size:,}' for size in sizes)} instances"
        sections[heading] = growth.measure(handlers, sizes)
    counted = f"{handlers.counter.counted:,}, each at our client and in the emulator's record"
    return sections | {"How it was counted": [Row("requests in this process", counted)]}


@contextmanager
def _stack() -> Iterator[dict[str, Any]]:
    """A local stack in a folder that goes with it; what `stack.json` says of it."""
    with tempfile.TemporaryDirectory() as folder:
        data = DataDirectory(Path(folder), installed=process.ROOT / ".local")
        start(data, Options(port=free_port(), iam=False, settings={}), lambda text: None, follow_parent=True)
        try:
            yield data.stack()
        finally:
            data.stop()


if __name__ == "__main__":
    main()
