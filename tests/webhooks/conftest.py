"""What the tests of webhooks share."""

import pytest

from tests.webhooks.receivers import Receivers, listening
from tests.world import World


@pytest.fixture
def receivers(world: World) -> Receivers:
    return listening(world)
