"""`interactor_local.emulator`'s `table`, `queues` and `tokens`: settings and refusals that AWS knows."""

import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.conftest import Emulator


def time_to_live(emulator: Emulator) -> Any:
    answer = emulator.aws("dynamodb").describe_time_to_live(TableName=emulator.outputs["Table"])
    return answer["TimeToLiveDescription"]


def send_late(emulator: Emulator, seconds: int) -> Any:
    queue = emulator.outputs["DeadLetters"]
    return emulator.aws("sqs").send_message(QueueUrl=queue, MessageBody="late", DelaySeconds=seconds)


def asked_by_refresh(emulator: Emulator) -> str:
    """What the pre-token-generation trigger was told by the client metadata of a refresh."""
    cognito, pool, client = (
        emulator.aws("cognito-idp"),
        emulator.outputs["UserPool"],
        emulator.outputs["UserPoolClient"],
    )
    cognito.admin_create_user(UserPoolId=pool, Username="ann", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username="ann", Password="Passw0rd-of-ann", Permanent=True)
    login = cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=client,
        AuthParameters={"USERNAME": "ann", "PASSWORD": "Passw0rd-of-ann"},
    )
    refreshed = cognito.get_tokens_from_refresh_token(
        ClientId=client,
        RefreshToken=login["AuthenticationResult"]["RefreshToken"],
        ClientMetadata={"scope": "workflows:read"},
    )
    claims = refreshed["AuthenticationResult"]["AccessToken"].split(".")[1]
    asked: str = json.loads(base64.urlsafe_b64decode(claims + "=="))["asked"]
    return asked


def test_items_expire_by_the_attribute_of_the_template(corrected: Emulator) -> None:
    assert time_to_live(corrected) == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}


def test_the_release_lets_nothing_expire(released: Emulator) -> None:
    assert time_to_live(released)["TimeToLiveStatus"] == "DISABLED"


@pytest.mark.parametrize("seconds", [-1, 901])
def test_a_message_cannot_be_delayed_longer_than_sqs_can(corrected: Emulator, seconds: int) -> None:
    with pytest.raises(ClientError, match="DelaySeconds"):
        send_late(corrected, seconds)


def test_the_longest_delay_works(corrected: Emulator) -> None:
    assert send_late(corrected, 900)["MessageId"]


def test_the_release_takes_any_delay(released: Emulator) -> None:
    assert send_late(released, 901)["MessageId"]


def test_a_refresh_tells_the_trigger_which_scopes_it_wants(corrected: Emulator) -> None:
    assert asked_by_refresh(corrected) == "workflows:read"


def test_the_release_keeps_that_to_itself(released: Emulator) -> None:
    assert asked_by_refresh(released) == "nothing"
