"""Whatever schemathesis makes of the OpenAPI document, the answer is one that the document has, and no fault of ours.

The requests go through the functions' own handlers, in a world in which every route leads somewhere. `make attack`
sends more (docs/attacks.md).
"""

from collections.abc import Iterator
from typing import Any

import pytest
from schemathesis import GenerationMode

from tests.api.matrix import Place
from tests.api.openapi.conformance import every_mode, every_operation, judge
from tests.api.openapi.gateway import Gateway
from tests.world import world

GATEWAY = Gateway()


@pytest.fixture
def place() -> Iterator[Place]:
    with world() as fresh:
        GATEWAY.world = fresh
        yield Place(fresh)


@every_mode
@every_operation(GATEWAY)
def test_every_answer_is_documented(place: Place, operation: Any, mode: GenerationMode) -> None:
    judge(operation, mode, place.names)
