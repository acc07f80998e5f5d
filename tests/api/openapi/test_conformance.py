"""Whatever schemathesis makes of the OpenAPI document, the answer is one that the document has, and no fault of ours.

It sends what fits the schemas and what does not, the same in each run; `make attack` sends more (docs/attacks.md). Its
requests go through the functions' own handlers, in a world in which every route leads somewhere.
"""

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from interactor.api.openapi.document import document
from tests.api.matrix import Place
from tests.api.openapi.gateway import Gateway
from tests.world import world

EXAMPLES = int(os.environ.get("ATTACK_EXAMPLES", "20"))
"""Of each operation."""

GATEWAY = Gateway()
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(document())
SCHEMA.app = GATEWAY
CALLS = [found.ok() for found in SCHEMA.get_all_operations()]
SETTINGS = hypothesis.settings(
    max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def place() -> Iterator[Place]:
    with world() as fresh:
        GATEWAY.world = fresh
        yield Place(fresh)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", CALLS, ids=lambda operation: operation.label)
@SETTINGS
@given(data=st.data())
def test_every_answer_is_documented(place: Place, operation: Any, mode: GenerationMode, data: st.DataObject) -> None:
    case = data.draw(operation.as_strategy(mode))
    if data.draw(st.booleans()):  # names of things that are there, or nearly every call would find nothing
        case.path_parameters = {name: place.names[name] for name in case.path_parameters}
    case.call_and_validate(checks=CHECKS)
