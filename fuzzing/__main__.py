"""`python -m fuzzing [--seconds 30] [target …]`: makes up input for each target, guided by what code it reaches.

libFuzzer (by atheris) runs in a process for each target, with the same seed each time. What makes a target raise is
written to `found/<target>/`, where it becomes an ordinary test (`tests/fuzzing`), and the run fails.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FOUND = Path(__file__).with_name("found")
MAX_BYTES = 4096
SLOW_S = 5
"""A single input that takes longer is a finding."""


def main() -> int:
    """The exit code: 1 when something was found."""
    options = _options()
    if options.only:
        _fuzz(options.only, options.seconds)  # does not return
    failed = []
    for name in options.targets or _names():
        started = time.monotonic()
        command = [sys.executable, "-m", "fuzzing", "--seconds", str(options.seconds), "--only", name]
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        said = ended.stderr.splitlines()
        tries = next((line for line in reversed(said) if line.startswith("stat::number_of_executed_units")), "")
        print(f"{name:15s} {time.monotonic() - started:4.0f} s {tries.rpartition(' ')[2]:>9s} tries ", end="")
        print("nothing found" if ended.returncode == 0 else "FOUND SOMETHING", flush=True)
        if ended.returncode != 0:
            failed.append(name)
            print(ended.stdout[-3000:], *said[-30:], sep="\n")
    return 1 if failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fuzzing", description=__doc__)
    parser.add_argument("targets", nargs="*", help="all where none is named")
    parser.add_argument("--seconds", type=int, default=30, help="for each target")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    return parser.parse_args()


def _names() -> list[str]:
    from fuzzing.targets import TARGETS

    return list(TARGETS)


def _fuzz(name: str, seconds: int) -> None:
    import atheris

    with atheris.instrument_imports(include=["interactor"]):
        from fuzzing.targets import TARGETS
    target, seeds = TARGETS[name]
    corpus = Path(tempfile.mkdtemp())
    for number, seed in enumerate(seeds):
        (corpus / str(number)).write_bytes(seed)

    def judge(data: bytes) -> None:
        try:
            target(data)
        except BaseException:
            found = FOUND / name / hashlib.sha256(data).hexdigest()[:16]
            found.parent.mkdir(parents=True, exist_ok=True)
            found.write_bytes(data)
            raise

    limits = [f"-max_total_time={seconds}", f"-max_len={MAX_BYTES}", f"-timeout={SLOW_S}", "-rss_limit_mb=2048"]
    quiet = ["-seed=1", "-print_final_stats=1", f"-artifact_prefix={corpus}/"]
    atheris.Setup([sys.argv[0], *limits, *quiet, str(corpus)], judge)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
