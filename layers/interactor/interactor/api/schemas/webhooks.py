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

DeliveryId: TypeAlias = Annotated[
    str,
    Field(
        pattern=f"^del_{ULID}$",
        description="The delivery, as its receiver sees it in `X-Interactor-Delivery`.",
        examples=["del_01KFDMDAG0V7HQ3YB5N1KTEW8C"],
    ),
]
ReplayId: TypeAlias = Annotated[
    str, Field(pattern=f"^rpl_{ULID}$", description="The replay.", examples=["rpl_01KFDMDAG0D8M2ZS4X7QGYNB1J"])
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


class Latency(TypedDict):
    """How long attempts took, in milliseconds, to within a fifth."""

    p50: int
    p95: int


class Health(TypedDict):
    """How deliveries fare. Rate and latency are of the last 24 hours, null without any attempt."""

    success_rate: Annotated[float | None, Field(description="Of all attempts, between 0 and 1.")]
    latency_ms: Latency | None
    last_success_at: Moment | None
    last_failure_at: Moment | None
    last_error: str | None
    failing_since: Annotated[
        Moment | None, Field(description="The first failure after the last success; null where the last succeeded.")
    ]


class SubscriptionDetails(Subscription):
    """A subscription, and how its deliveries fare."""

    health: Health


class Subscriptions(TypedDict):
    """A page of subscriptions, newest first."""

    subscriptions: list[Subscription]
    pagination: Pagination


class AttemptSummary(TypedDict):
    """One try at a delivery."""

    attempt: Annotated[int, Field(description="Counted from 1, replays included.")]
    at: Moment
    status_code: Annotated[int | None, Field(description="Null where no answer came.")]
    duration_ms: int
    error: Annotated[str | None, Field(description="Why it failed; null where it succeeded.")]


class Attempt(AttemptSummary):
    """One try at a delivery, with what was answered."""

    response: Annotated[str | None, Field(description="The first KB of the answer's body.")]


class DeliveryBase(TypedDict):
    """What both lists and details say of one event for one subscription."""

    id: DeliveryId
    subscription_id: SubscriptionId
    event: str
    status: Annotated[
        Literal["pending", "delivered", "dead"], Field(description="`dead` after its last try; it can be replayed.")
    ]
    created_at: Annotated[Moment, Field(description="When the event happened.")]
    next_attempt_at: Annotated[Moment | None, Field(description="Null unless it is `pending`.")]


class Delivery(DeliveryBase):
    """One event for one subscription."""

    attempt_count: int
    last_attempt: AttemptSummary | None


class DeliveryDetails(DeliveryBase):
    """One event for one subscription, with all that is known of it."""

    attempts: Annotated[list[Attempt], Field(description="Oldest first; the latest thirty.")]
    payload: Annotated[str, Field(description="The body of every attempt, byte for byte.")]


class Deliveries(TypedDict):
    """A page of deliveries, newest event first."""

    deliveries: list[Delivery]
    pagination: Pagination


class Replay(TypedDict):
    """A job that delivers again."""

    id: ReplayId
    subscription_id: SubscriptionId
    status: Literal["running", "done"]
    replaying: Annotated[Literal["dead", "delivered"], Field(description="Deliveries of this status ...")]
    since: Annotated[Moment, Field(description="... of events at this moment or after it.")]
    replayed: Annotated[int, Field(description="Deliveries that are to be tried again by now.")]
    started_at: Moment
    finished_at: Moment | None
