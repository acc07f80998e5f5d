"""Requests that schemathesis makes of the OpenAPI document, and what every answer to one of them must be like.

It sends what fits the schemas and what does not, the same in each run: to the functions' own handlers
(`test_conformance.py`), or to a whole stack (`tests/attacks/on_the_stack.py`).
"""

import os
from collections.abc import Mapping
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from interactor.api.openapi.document import document

EXAMPLES = int(os.environ.get("ATTACK_EXAMPLES", "20"))
"""Of each operation."""

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
every_mode = pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)


def every_operation(application: Any = None) -> pytest.MarkDecorator:
    """All operations of the document, those that end something last. `application` is who serves them in this process,
    if anybody.
    """
    schema = schemathesis.openapi.from_dict(document())
    schema.app = application
    operations = sorted((found.ok() for found in schema.get_all_operations()), key=_ends_something)
    return pytest.mark.parametrize("operation", operations, ids=lambda operation: operation.label)


def judge(operation: Any, mode: GenerationMode, names: Mapping[str, str], **sending: Any) -> None:
    """Every answer is one that the document has, and no fault of ours. Half of the requests are about `names`, which
    are there, or nearly all would find nothing. `sending` is for schemathesis: where to, with which headers.
    """

    @SETTINGS
    @given(data=st.data())
    def answers_are_documented(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy(mode))
        if data.draw(st.booleans()):
            case.path_parameters = {name: names[name] for name in case.path_parameters}
        case.call_and_validate(checks=CHECKS, **sending)

    answers_are_documented()


def _ends_something(operation: Any) -> bool:
    return operation.method.upper() == "DELETE" or operation.path.endswith("/cancel")
