"""What a route is: one operation of the API, with what it needs and what it answers."""

from typing import NamedTuple

from pydantic import BaseModel

from interactor.api.models.base import NoParameters, Query
from interactor.errors import InteractorError
from interactor.limits.rate import Category

BASE_PATH = "/api/v1"
"""What all paths begin with; those of routes are relative to it, and `{…}` in them stands for one segment."""

READ, WRITE, EXECUTE, MANAGE = "workflows:read", "workflows:write", "workflows:execute", "webhooks:manage"

_LONGEST_SEGMENT = 128


class Route(NamedTuple):
    """One operation. `scope` is what the token must have, None where no token is needed; `errors` come on top of the
    common ones.
    """

    operation: str
    method: str
    path: str
    scope: str | None
    status: int
    summary: str
    answer: str
    """Name of the answer's schema in `api/schemas/`; empty where there is none (204)."""
    body: type[BaseModel] | None = None
    query: type[Query] = NoParameters
    errors: tuple[type[InteractorError], ...] = ()
    idempotent: bool = False
    """Takes an `Idempotency-Key`."""

    @property
    def category(self) -> Category:
        """Which rate limit a call counts against (reference, 'Rate Limits')."""
        if self.operation == "create_instance":
            return "create"
        return "read" if self.method == "GET" else "write"

    @property
    def precedence(self) -> list[bool]:
        """Sorts a route whose path names a segment before one that takes any there, as the gateway does."""
        return [segment.startswith("{") for segment in self.path.split("/")]

    def match(self, path: str) -> dict[str, str] | None:
        """The path parameters of a path (without `BASE_PATH`) that is this route's; None for another, or where a
        segment is longer than any name or id.
        """
        segments, values = self.path.split("/"), path.split("/")
        if len(segments) != len(values):
            return None
        parameters: dict[str, str] = {}
        for segment, value in zip(segments, values, strict=True):
            if segment.startswith("{") and 0 < len(value) <= _LONGEST_SEGMENT:
                parameters[segment[1:-1]] = value
            elif segment != value:
                return None
        return parameters
