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
from hypothesis import HealthCheck
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.specs.openapi import checks

from interactor.api.openapi import document
from interactor.api.routes import BASE_PATH, OPERATIONS
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
SETTINGS = hypothesis.settings(
    max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
SCHEMA = schemathesis.openapi.from_dict(document())
SCHEMA.app = GATEWAY


@pytest.fixture
def place() -> Iterator[Place]:
    with world() as fresh:
        GATEWAY.world = fresh
        yield Place(fresh)


@SCHEMA.parametrize()
@SETTINGS
def test_any_call(place: Place, case: Any) -> None:
    case.call_and_validate(checks=CHECKS)
