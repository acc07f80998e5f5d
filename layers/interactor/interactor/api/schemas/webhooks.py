"""What webhook subscriptions and deliveries look like."""

from typing import Annotated, Literal, NotRequired, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from interactor.api.models.base import Namespace
from interactor.api.schemas.common import ULID, Moment, Pagination

SubscriptionId: TypeAlias = Annotated[
    str,
    Field(pattern=f"^whsub_{ULID}$", description="The subscription.", examples=["whsub_01KFDMDAG0X4T9WQ6JZ2N8RVBH"]),
]


class Subscription(TypedDict):
    """A URL that events are delivered to."""

    id: SubscriptionId
    url: str
    events: list[str]
    namespace_filter: Annotated[
        Namespace | None, Field(description="Only events of this namespace; null for those of all.")
    ]
    status: Annotated[
        Literal["active", "paused", "disabled"],
        Field(description="While it is `paused`, deliveries wait. To one that is `disabled` nothing is delivered."),
    ]
    disabled_reason: NotRequired[
        Annotated[
            Literal["gone", "failing"],
            Field(description="`gone`: the receiver answered 410; `failing`: every delivery failed for five days."),
        ]
    ]
    disabled_at: NotRequired[Moment]
    previous_secret_expires_at: NotRequired[
        Annotated[Moment, Field(description="Until then deliveries are signed with the previous secret as well.")]
    ]
    created_at: Moment


class CreatedSubscription(Subscription):
    """A subscription, and the secret if one was made: it is never shown again."""

    secret: NotRequired[str]


class SubscriptionDetails(Subscription):
    """A subscription, and how its deliveries fare."""


class Subscriptions(TypedDict):
    """A page of subscriptions, newest first."""

    subscriptions: list[Subscription]
    pagination: Pagination
