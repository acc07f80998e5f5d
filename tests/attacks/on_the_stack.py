"""The requests of `tests/api/openapi/test_conformance.py`, over HTTP, to a stack of their own: API Gateway's part, real
tokens and the functions' IAM policies are in the way. For `make attack` alone; `make test` does not collect this file.
"""

from typing import Any

import pytest
from schemathesis import GenerationMode

from interactor_local.calling import Caller
from tests.api.matrix import Place
from tests.api.openapi.conformance import every_mode, every_operation, judge
from tests.end_to_end.client import Answer, Client
from tests.stack import Stack


class Service(Client):
    """The stack as `Place` asks for it."""

    def publish(self, definition: dict[str, Any]) -> str:
        name: str = definition["name"]
        version_id = self.post("/workflows", definition).data["version_id"]
        assert self.post(f"/workflows/{name}/versions/{version_id}/publish").status == 200
        return name

    def start(self, name: str, input: Any = None, namespace: str = "user_1", **headers: str) -> Answer:
        return super().start(name, input or {}, namespace, **headers)


@pytest.fixture(scope="module")
def place(stack: Stack) -> Place:
    return Place(Service(stack.base_url, stack.token("acme_user")))


@pytest.fixture
def token(stack: Stack) -> str:
    """A new one each time: it lives an hour, and all of this may take longer."""
    return Caller(stack.data.stack()).token("acme_user")


@every_mode
@every_operation()
def test_every_answer_is_documented(
    stack: Stack, place: Place, token: str, operation: Any, mode: GenerationMode
) -> None:
    where = f"{stack.base_url}/api/v1"
    judge(operation, mode, place.names, base_url=where, headers={"Authorization": f"Bearer {token}"})
