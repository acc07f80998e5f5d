"""Requests about secrets."""

from typing import Annotated

from pydantic import AfterValidator, Field

from interactor.api.models.base import Request
from interactor.secrets.redaction import SHORTEST_SECRET

MAX_SECRET_BYTES = 4096
"""What a standard parameter holds
(https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html).
"""


def _check_value(value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise ValueError(
            f"must have at least {SHORTEST_SECRET} characters, as a shorter one could not be kept out of logs"
        )
    try:
        size = len(value.encode())
    except UnicodeEncodeError as error:
        raise ValueError("must not contain half of a surrogate pair") from error
    if size > MAX_SECRET_BYTES:
        raise ValueError(f"must have at most {MAX_SECRET_BYTES} bytes, but has {size}")
    if "\0" in value:
        raise ValueError("must not contain the character U+0000")
    if "{{" in value:
        raise ValueError("must not contain '{{', which Parameter Store takes for the name of another parameter")
    return value


class PutSecretBody(Request):
    """The value of a secret. It is never shown again."""

    value: Annotated[str, AfterValidator(_check_value)] = Field(
        description="8 characters to 4 KB of UTF-8.",
        json_schema_extra={"writeOnly": True, "minLength": SHORTEST_SECRET, "maxLength": MAX_SECRET_BYTES},
    )
