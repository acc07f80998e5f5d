"""A service with something at the end of every route."""

import pytest

from tests.api.matrix import Place
from tests.world import World


@pytest.fixture
def place(world: World) -> Place:
    return Place(world)
