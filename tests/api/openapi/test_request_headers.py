"""What the document says of a request header's form is what the service goes by."""

import re

import pytest

from tests.api.openapi.documented import DOCUMENT
from tests.world import World

HEADERS = DOCUMENT["components"]["parameters"]


def fits(header: str, value: str) -> bool:
    return re.search(HEADERS[header]["schema"]["pattern"], value) is not None


@pytest.mark.parametrize("key", ["", "k", "a b", " a", "a ", "ü", "\x7f", "k" * 255, "k" * 256])
def test_an_idempotency_key(world: World, key: str) -> None:
    answered = world.post("/workflows/none/instances", {"namespace": "user_1"}, headers={"Idempotency-Key": key})
    assert (answered.error["code"] == "workflow_not_found") == fits("IdempotencyKey", key)


@pytest.mark.parametrize("request_id", ["", "a", "A.b_c-1", "a b", "ü", "a" * 128, "a" * 129])
def test_a_request_id(world: World, request_id: str) -> None:
    answered = world.get("/workflows", headers={"X-Request-Id": request_id})
    assert (answered.headers["X-Request-Id"] == request_id) == fits("RequestId", request_id)
