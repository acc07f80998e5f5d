"""Every example in the document is one that the service would take, or could have given."""

from collections.abc import Iterator
from typing import Any

import pytest

from interactor.api import examples
from interactor.api.examples import errors
from interactor.api.models.base import EmptyBody
from interactor.api.routes.table import OPERATIONS as ROUTE_OF
from interactor.api.routes.table import ROUTES
from interactor.auth.oauth_request import TokenRequest, read_parameters
from interactor.engine.definition.workflow import Definition
from interactor.json_text import dump
from interactor.services.define_workflow import validate_workflow
from tests.api.openapi.documented import OPERATIONS, misfits, responses
from tests.world import World


def requests() -> Iterator[Any]:
    for name, operation in OPERATIONS.items():
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        for example, shown in content.get("examples", {}).items():
            yield pytest.param(name, content["schema"], shown["value"], id=f"{name} {example}")


def answers() -> Iterator[Any]:
    for name in OPERATIONS:
        for status, response in responses(name).items():
            content = response.get("content", {}).get("application/json", {})
            for example, shown in content.get("examples", {}).items():
                yield pytest.param(content["schema"], shown["value"], id=f"{name} {status} {example}")


@pytest.mark.parametrize(("operation", "schema", "body"), list(requests()))
def test_a_request_fits_its_schema_and_passes_the_reader(
    operation: str, schema: dict[str, Any], body: Any, world: World
) -> None:
    assert misfits(schema, body) == []
    if operation not in ROUTE_OF:
        read = read_parameters(TokenRequest("application/json", None, dump(body).encode()))
        assert read == body
    elif (model := ROUTE_OF[operation].body) is Definition:
        validation = validate_workflow(world.parts, body)
        assert (validation.errors, validation.warnings) == ([], [])
    else:
        assert model is not None
        model.model_validate(body)


@pytest.mark.parametrize(("schema", "body"), list(answers()))
def test_an_answer_fits_its_schema(schema: dict[str, Any], body: Any) -> None:
    assert misfits(schema, body) == []


def test_every_answer_has_one() -> None:
    without_answer = {name for name, operation in OPERATIONS.items() if "204" in operation["responses"]}
    assert examples.ANSWERS.keys() == OPERATIONS.keys() - {"get_openapi"} - without_answer


def test_every_body_that_is_not_empty_has_one() -> None:
    with_body = {name for name, operation in OPERATIONS.items() if "requestBody" in operation}
    empty = {route.operation for route in ROUTES if route.body is EmptyBody}
    assert examples.REQUESTS.keys() == with_body - empty


def test_none_is_of_an_error_that_does_not_exist() -> None:
    listed = {example for name in OPERATIONS for response in responses(name).values() for example in _shown(response)}
    assert (errors.ERRORS | errors.ACTION_FAILURES).keys() <= listed


def _shown(response: dict[str, Any]) -> Iterator[str]:
    yield from response.get("content", {}).get("application/json", {}).get("examples", {})
