"""What an HTTP caller is: the one door between the product and other people's servers."""

from typing import Protocol

from interactor.engine.work import CallHttp, HttpOutcome


class HttpCaller(Protocol):
    """Makes tenants' HTTP calls. Never reaches an address that is not public, never takes longer than the call's time-out."""

    def call(self, work: CallHttp, trace_parent: str | None) -> HttpOutcome:
        """Make one try, redirects not followed."""
