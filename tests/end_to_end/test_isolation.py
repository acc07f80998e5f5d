"""Accounts and namespaces on the deployed stack: what is not yours does not exist."""

import pytest

from tests.end_to_end.client import Client
from tests.end_to_end.test_resume_races import TWO_LEVELS


@pytest.fixture
def theirs(user: Client) -> str:
    """An instance in user_1 of acme."""
    instance_id: str = user.start(user.publish(TWO_LEVELS), {}).data["id"]
    return instance_id


@pytest.mark.parametrize("who", ["peer", "stranger"])
def test_an_instance_of_somebody_else_is_not_found(request: pytest.FixtureRequest, theirs: str, who: str) -> None:
    other: Client = request.getfixturevalue(who)
    missing = other.get("/workflows/instances/inst_00000000000000000000000000")
    for answer in (
        other.get(f"/workflows/instances/{theirs}"),
        other.resume(theirs, {}),
        other.post(f"/workflows/instances/{theirs}/cancel"),
        other.get(f"/workflows/instances/{theirs}/threads"),
    ):
        assert (
            (answer.status, answer.error["code"])
            == (missing.status, missing.error["code"])
            == (404, "instance_not_found")
        )
    assert theirs not in other.get("/workflows/instances").text


def test_the_service_account_sees_all_of_its_account_and_nothing_else(
    service: Client, stranger: Client, theirs: str
) -> None:
    foreign = stranger.start(stranger.publish(TWO_LEVELS), {}, namespace="user_3").data["id"]
    listed = service.get("/workflows/instances?limit=200").text
    assert theirs in listed
    assert foreign not in listed


def test_starting_in_a_namespace_one_does_not_own_is_forbidden(user: Client, peer: Client) -> None:
    name = user.publish(TWO_LEVELS)
    answer = peer.start(name, {}, namespace="user_1")
    assert (answer.status, answer.error["code"]) == (403, "forbidden")


def test_without_a_token_nothing_is_answered(stack_url: str) -> None:
    answer = Client(stack_url, None).get("/workflows")
    assert (answer.status, answer.error["code"]) == (401, "unauthorized")
    assert answer.headers["X-Request-Id"] == answer.error["request_id"]
