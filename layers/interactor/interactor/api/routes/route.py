"""What a route is: one operation of the API, with what it needs and what it answers."""

from dataclasses import dataclass

from pydantic import BaseModel

from interactor.api.models.base import NoParameters, Query
from interactor.errors import InteractorError
from interactor.limits.rate import Category

READ, WRITE, EXECUTE, MANAGE = "workflows:read", "workflows:write", "workflows:execute", "webhooks:manage"


@dataclass(frozen=True, slots=True)
class Route:
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
