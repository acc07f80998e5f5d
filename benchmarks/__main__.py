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

from benchmarks import growth, key_heat, latency, prices, process, units
from benchmarks.handlers import Handlers
from benchmarks.rows import show
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
    rows = process.measure()
    with _stack() as stack:
        rows += latency.measure(stack, Caller(stack).token("acme_user"))
        handlers = Handlers(stack["settings"])
        counted, flows = units.measure(handlers)
        rows += counted + prices.compare(flows)
        rows += growth.measure(handlers, _SIZES[:-1] if asked.quick else _SIZES)
    print(show(rows))


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
