"""What the token endpoints take and give, in the words of RFC 6749.

Their reader, `auth/oauth_request.py`, has no models.
"""

from typing import Annotated, Literal, NotRequired, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

Scope: TypeAlias = Annotated[
    str,
    Field(
        description="Scopes separated by single spaces; all that there are, where left out.",
        examples=["workflows:read"],
    ),
]


class Login(TypedDict):
    """Who signs in."""

    username: str
    password: str
    scope: NotRequired[Scope]


class RefreshGrant(TypedDict):
    """New tokens for a refresh token."""

    grant_type: Literal["refresh_token"]
    refresh_token: str
    client_id: NotRequired[
        Annotated[str, Field(description="The client it was issued to; by default that of the login.")]
    ]
    scope: NotRequired[Scope]


class ClientCredentialsGrant(TypedDict):
    """A token for a service account; id and secret may come by HTTP Basic instead."""

    grant_type: Literal["client_credentials"]
    client_id: NotRequired[str]
    client_secret: NotRequired[str]
    scope: NotRequired[Scope]


Grant: TypeAlias = Annotated[RefreshGrant | ClientCredentialsGrant, Field(discriminator="grant_type")]


class Tokens(TypedDict):
    """The access token, and what goes with it."""

    access_token: Annotated[str, Field(description="For `Authorization: Bearer …`.")]
    token_type: Literal["Bearer"]
    expires_in: Annotated[int, Field(description="Seconds.")]
    scope: Annotated[str, Field(description="The scopes it has, separated by spaces.")]
    refresh_token: NotRequired[str]


class TokenError(TypedDict):
    """Why no token was issued."""

    error: str
    error_description: NotRequired[str]
