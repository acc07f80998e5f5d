"""Requests about webhook subscriptions and their deliveries."""

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, JsonValue, WithJsonSchema

from interactor.api.models.base import GivenMoment, Matching, Namespace, Page, Request
from interactor.webhooks.event_types import ACCEPTED


def _check_true(value: bool) -> bool:
    if not value:
        raise ValueError("must be true")
    return value


ReceiverUrl: TypeAlias = Annotated[
    str, Field(max_length=2000, description="Where deliveries are posted to: https, and a public address.")
]
EventNames: TypeAlias = Annotated[
    list[Annotated[str, Field(json_schema_extra={"enum": list(ACCEPTED)})]],
    Field(
        min_length=1,
        max_length=len(ACCEPTED),
        description="What to deliver; `workflow.*` and `workflow.instance.*` stand for all that begin so.",
    ),
]
GivenSecret: TypeAlias = Annotated[str, Matching("[ -~]{32,256}", "32 to 256 printable ASCII characters")]
TrueAlone: TypeAlias = Annotated[bool, AfterValidator(_check_true), WithJsonSchema({"type": "boolean", "const": True})]
_NEVER_SHOWN: dict[str, JsonValue] = {"writeOnly": True}


class CreateSubscriptionBody(Request):
    """Who is to hear of what."""

    url: ReceiverUrl
    events: EventNames
    secret: GivenSecret | None = Field(
        None,
        description="What deliveries are signed with: 32 to 256 printable ASCII characters. It is never shown again. "
        "Left out, one is made, and shown in this answer alone.",
        json_schema_extra=_NEVER_SHOWN,
    )
    namespace_filter: Namespace | None = Field(
        None,
        description="Only events of this namespace, which the token must own. A token that owns every namespace may "
        "leave it out, for the events of all.",
    )


class UpdateSubscriptionBody(Request):
    """What is to be changed; the rest stays. `namespace_filter` never changes."""

    url: ReceiverUrl | None = Field(None, description="Deliveries that are still to be tried go there as well.")
    events: EventNames | None = Field(None, description="What to deliver from now on.")
    status: Literal["active", "paused"] | None = Field(
        None,
        description="While it is `paused`, deliveries wait. `active` sends what has waited, and puts a disabled "
        "subscription to work again.",
    )
    secret: GivenSecret | None = Field(
        None,
        description="The secret from now on. For 24 hours deliveries are signed with the one before as well.",
        json_schema_extra=_NEVER_SHOWN,
    )
    rotate_secret: TrueAlone | None = Field(
        None, description="As `secret`, but one is made, and shown in this answer alone."
    )


class ReplayBody(Request):
    """What is to be delivered again."""

    since: GivenMoment = Field(description="Deliveries of events at this moment or after it.")
    status: Literal["dead", "delivered"] = Field("dead", description="Those of them that have this status.")


class DeliveriesPage(Page):
    subscription_id: str | None = Field(None, max_length=64, description="Only deliveries of this subscription.")
    status: Literal["pending", "delivered", "dead"] | None = Field(None, description="Only deliveries of this status.")
    since: GivenMoment | None = Field(None, description="Only deliveries of events at this moment or after it.")
