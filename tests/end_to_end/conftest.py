"""The deployed local stack, IAM enforced, and its people as clients."""

from collections.abc import Iterator

import pytest

from tests.end_to_end.client import Client
from tests.end_to_end.receiver import Receiver, receiver
from tests.stack import Stack


@pytest.fixture
def stack_url(stack: Stack) -> str:
    return stack.base_url


@pytest.fixture
def user(stack: Stack) -> Client:
    """Owns user_1 and org_acme of the account acme."""
    return Client(stack.base_url, stack.token("acme_user"))


@pytest.fixture
def peer(stack: Stack) -> Client:
    """Owns user_2 of the account acme."""
    return Client(stack.base_url, stack.token("acme_peer"))


@pytest.fixture
def stranger(stack: Stack) -> Client:
    """Owns user_3 of the account globex."""
    return Client(stack.base_url, stack.token("globex_user"))


@pytest.fixture
def service(stack: Stack) -> Client:
    """The service account of acme: every namespace."""
    return Client(stack.base_url, stack.token("acme_service"))


@pytest.fixture
def server() -> Iterator[Receiver]:
    with receiver() as listening:
        yield listening
