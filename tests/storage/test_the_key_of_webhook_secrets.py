"""The key that webhook secrets are sealed with is made once, by whoever needs it first, and kept as a SecureString."""

from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from moto import mock_aws

from interactor.storage.webhook_key import KeyNotKept, webhook_key

NAME = "/interactor/webhook-key"


@pytest.fixture
def ssm() -> Iterator[Any]:
    with mock_aws():
        yield botocore.session.get_session().create_client(
            "ssm", region_name="eu-west-1", aws_access_key_id="test", aws_secret_access_key="test"
        )


def test_the_first_makes_it_and_the_next_finds_it(ssm: Any) -> None:
    first = webhook_key(ssm, NAME, lambda size: b"a" * size)
    assert first == b"a" * 32
    assert webhook_key(ssm, NAME, lambda size: b"b" * size) == first


def test_it_is_encrypted_at_rest(ssm: Any) -> None:
    webhook_key(ssm, NAME, lambda size: b"a" * size)
    assert ssm.get_parameter(Name=NAME)["Parameter"]["Type"] == "SecureString"


def test_of_two_who_make_one_both_use_that_of_the_quicker(ssm: Any) -> None:
    def another_first(size: int) -> bytes:
        webhook_key(ssm, NAME, lambda size: b"a" * size)
        return b"b" * size

    assert webhook_key(ssm, NAME, another_first) == b"a" * 32


def test_one_that_cannot_be_read_back_is_not_used(ssm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssm, "put_parameter", lambda **_: {})
    with pytest.raises(KeyNotKept):
        webhook_key(ssm, NAME, lambda size: b"a" * size)
