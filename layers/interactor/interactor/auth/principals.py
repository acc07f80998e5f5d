"""A principal: who calls, for which account, with which scopes and namespaces (reference, 'Namespace Authorization').

Owns the two questions every route asks of a caller. How a token becomes a principal is `tokens.py`; what the identity
provider puts into a token is `claims.py`, from what an operator has entered (`storage/principals.py`).
"""

from typing import NamedTuple

from interactor.errors import Forbidden

SCOPES = frozenset({"workflows:read", "workflows:write", "workflows:execute", "webhooks:manage"})
"""Every scope there is (reference, 'Required OAuth Scopes')."""

EVERY_NAMESPACE = frozenset({"*"})
"""What a service account owns. Only alone does `*` mean 'all'; beside other names it is a name like any other."""

UNKNOWN_PRINCIPAL = "unknown principal"
"""The text by which the token endpoints recognise this refusal when it comes back through the identity provider."""


class UnknownPrincipal(Exception):
    """Nobody has entered this user or app client as a principal, so no token may be issued to it."""

    def __init__(self) -> None:
        super().__init__(UNKNOWN_PRINCIPAL)


class Principal(NamedTuple):
    """A caller. `subject` is the identity provider's id of a user, or the id of a service account's app client."""

    subject: str
    account: str
    scopes: frozenset[str]
    namespaces: frozenset[str]

    @property
    def owns_every_namespace(self) -> bool:
        return self.namespaces == EVERY_NAMESPACE

    def owns(self, namespace: str) -> bool:
        """Whether objects of this namespace, within the caller's account, are the caller's. Names compare whole."""
        return self.owns_every_namespace or namespace in self.namespaces

    def require_scope(self, scope: str) -> None:
        """Raises `Forbidden`, naming the scope, unless the caller has exactly this one."""
        if scope not in self.scopes:
            raise Forbidden(f"The token lacks the scope '{scope}'", {"required_scope": scope})
