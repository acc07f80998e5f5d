"""What a receiver's answer means for a delivery. Pure."""

from interactor.engine.work import HttpAnswered, HttpOutcome
from interactor.json_text import dump

GONE = 410
"""The receiver wants nothing any more (RFC 9110, 15.5.11): the subscription is disabled."""
_RESPONSE_KEPT = 1024
"""Characters."""


def failure(outcome: HttpOutcome) -> str | None:
    """Why the delivery is not acknowledged, fit for the subscription's owner; None for a 2xx."""
    if not isinstance(outcome, HttpAnswered):
        return outcome.message
    if 200 <= outcome.status < 300:
        return None
    if 300 <= outcome.status < 400:
        return f"answered {outcome.status}; redirects are not followed"
    return f"answered {outcome.status}"


def excerpt(outcome: HttpOutcome) -> str | None:
    """The first of the answer's body, JSON written compactly; None without one."""
    if not isinstance(outcome, HttpAnswered) or outcome.body is None:
        return None
    text = outcome.body if isinstance(outcome.body, str) else dump(outcome.body)
    return text[:_RESPONSE_KEPT]
