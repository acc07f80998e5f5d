"""What tests of metrics read: the values of the lines that were printed, and what is true of a world's instances."""

from collections import Counter, defaultdict
from typing import Any

from tests.definitions import APPROVED, end, halt, script, workflow
from tests.world import World

FLOW = workflow(
    work=script("return { n: 1 }", "ask"), ask=halt(("yes", APPROVED), "no"), yes=end(), no=end(),
)  # fmt: skip


def values(lines: list[Any], name: str, **dimensions: str) -> list[Any]:
    """All values of one metric under these dimensions, as CloudWatch would receive them."""
    found: list[Any] = []
    for line in lines:
        if name in line and all(line.get(key) == value for key, value in dimensions.items()):
            found += line[name] if isinstance(line[name], list) else [line[name]]
    return found


def counters(lines: list[Any]) -> dict[str, int]:
    """What each counter adds up to."""
    names = ("created", "completed", "failed")
    return {name: sum(values(lines, f"workflow.instance.{name}")) for name in names}


def true_counts(world: World) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """(instances by status, by state and status), counted one by one in the lists."""
    listed = world.get("/workflows/instances", as_="service", query="limit=200").data["instances"]
    by_state: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in listed:
        by_state[entry["current_state"]][entry["status"]] += 1
    return dict(Counter(entry["status"] for entry in listed)), {state: dict(n) for state, n in by_state.items()}


def assert_statistics_are_true(world: World, name: str = "flow") -> None:
    by_status, by_state = true_counts(world)
    assert world.statistics(name)["instances"] == {"by_status": by_status, "by_state": by_state}
