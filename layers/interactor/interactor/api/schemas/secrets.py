"""What secrets look like: never with their values."""

from typing import Annotated, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from interactor.api.schemas.common import Moment, Pagination

SecretName: TypeAlias = Annotated[
    str,
    Field(pattern="^[A-Za-z_][A-Za-z0-9_]{0,63}$", description="The secret's name.", examples=["API_KEY"]),
]


class Secret(TypedDict):
    """A secret of the account. Its value is never shown."""

    name: SecretName
    updated_at: Annotated[Moment, Field(description="When its value was put.")]


class Secrets(TypedDict):
    """A page of secrets, by name."""

    secrets: list[Secret]
    pagination: Pagination
