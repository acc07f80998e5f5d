"""Fixtures that tests of several folders use."""

from collections.abc import Iterator

import pytest

from tests import world as worlds
from tests.stack import stack

__all__ = ["stack", "world"]


@pytest.fixture
def world() -> Iterator[worlds.World]:
    """A fresh service, with its people, servers and clock in the test's hands."""
    with worlds.world() as fresh:
        yield fresh
