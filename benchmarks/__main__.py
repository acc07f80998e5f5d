"""`python -m benchmarks`: starts a local stack of its own, measures, prints one table."""

import tempfile
from pathlib import Path

from benchmarks import latency, process, units
from interactor_local.calling import Caller
from interactor_local.data_directory import DataDirectory
from interactor_local.launching import Options, start
from tests.stack import free_port


def main() -> None:
    rows = process.measure()
    with tempfile.TemporaryDirectory() as folder:
        data = DataDirectory(Path(folder), installed=process.ROOT / ".local")
        start(data, Options(port=free_port(), iam=False, settings={}), lambda text: None, follow_parent=True)
        try:
            stack = data.stack()
            token = Caller(stack).token("acme_user")
            rows |= latency.measure(stack["base_url"], token)
            rows |= units.measure(stack["settings"])
        finally:
            data.stop()
    print("| what | measured |\n|---|---|")
    for name, value in rows.items():
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
