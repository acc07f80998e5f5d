"""What an HTTP caller is: the one door between the product and other people's servers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from interactor.engine.work import CallHttp, HttpOutcome

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class HttpCaller(Protocol):
    """Makes tenants' HTTP calls. Never reaches an address that is not public, never takes longer than the time-out."""

    def call(
        self, work: CallHttp, trace_parent: str | None, own_headers: Mapping[str, str] = NO_HEADERS
    ) -> HttpOutcome:
        """Make one try, redirects not followed. `own_headers` are the product's: only there may `X-Interactor-*` stand.

        Of a longer body 256 KB are kept, as text: its status is still an answer, and a workflow that stores it is told
        `data_limit_exceeded`. A URL, address or header that is not allowed is `http_error` with `retriable=False`, and
        nothing of the request has left.
        """
