"""A namespace has never more active instances than it may have, and every place that was lost to a fault comes free:
whatever a start dies of.
"""

import pytest

from tests.crashes import KINDS, attempt, disturbed
from tests.definitions import end, halt, workflow
from tests.proof.system import LONG_ENOUGH, System
from tests.world import World

LIMIT = 3


def active(system: System) -> list[str]:
    return [id_ for id_, entry in system.listed().items() if entry["status"] in ("running", "halted")]


@pytest.mark.parametrize("kind", KINDS)
def test_a_namespace_is_never_too_full_and_never_full_of_nothing(world: World, kind: str) -> None:
    world.publish(workflow(ask=halt("end"), end=end()))
    world.limit_instances(LIMIT)
    system = System(world)
    for fault in disturbed(world, kind):
        for _ in range(LIMIT - 1):
            attempt(world, fault, lambda: system.start("flow", {}))
        for _ in range(2):
            system.start("flow", {})
        assert len(active(system)) <= LIMIT
        for instance_id in active(system):
            system.cancel(instance_id)
    world.clock.pass_by(LONG_ENOUGH)
    assert [system.start("flow", {}).status for _ in range(LIMIT + 1)] == [201] * LIMIT + [429]
    system.check()
