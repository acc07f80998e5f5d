"""What fuzzing has begun from, and what it has once found, breaks no promise."""

from pathlib import Path

import pytest

from fuzzing import targets

FOUND = Path(targets.__file__).with_name("found")
SEEDS = [(name, seed) for name, (_, seeds) in targets.TARGETS.items() for seed in seeds]
EXAMPLES = [(example.parent.name, example.read_bytes()) for example in sorted(FOUND.glob("*/*"))]


@pytest.mark.parametrize(("name", "data"), SEEDS + EXAMPLES, ids=lambda part: ascii(part)[:60])
def test_no_promise_is_broken(name: str, data: bytes) -> None:
    targets.TARGETS[name][0](data)
