"""A principal: who calls, for which account, with which scopes and namespaces (reference, 'Namespace Authorization').

Owns the two questions every route asks of a caller, and the stored item from which a token's claims are made. How a
token becomes a principal is `tokens.py`; what the identity provider puts into a token is `claims.py`.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

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


class ItemReader(Protocol):
    """The one call of botocore's DynamoDB client that is needed here."""

    def get_item(self, **arguments: Any) -> Any: ...


def read_principal(dynamodb: ItemReader, table_name: str, subject: str) -> Principal:
    """The principal an operator has entered for a user or app client. Raises `UnknownPrincipal`."""
    answer = dynamodb.get_item(TableName=table_name, Key=_key(subject), ConsistentRead=True)
    item = answer.get("Item")
    if item is None:
        raise UnknownPrincipal
    return Principal(
        subject=subject,
        account=item["account"]["S"],
        scopes=frozenset(scope["S"] for scope in item["scopes"]["L"]),
        namespaces=frozenset(namespace["S"] for namespace in item["namespaces"]["L"]),
    )


def principal_item(principal: Principal, name: str) -> dict[str, Any]:
    """The principal as the table keeps it; `name` is for people who read the table."""
    return {
        **_key(principal.subject),
        "name": {"S": name},
        "account": {"S": principal.account},
        "scopes": _strings(principal.scopes),
        "namespaces": _strings(principal.namespaces),
    }


def _key(subject: str) -> dict[str, Any]:
    return {"pk": {"S": f"PRINCIPAL#{subject}"}, "sk": {"S": "PRINCIPAL"}}


def _strings(values: Iterable[str]) -> dict[str, Any]:
    return {"L": [{"S": value} for value in sorted(values)]}
