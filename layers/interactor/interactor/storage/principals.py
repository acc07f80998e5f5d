"""Principals in the table: one item for each user and app client, entered by an operator (docs/deploy.md)."""

from interactor.auth.principals import Principal, UnknownPrincipal
from interactor.storage import keys
from interactor.storage.table import Table


def read_principal(table: Table, subject: str) -> Principal:
    """The principal of a user or an app client, by the id that the identity provider knows it by.

    Raises UnknownPrincipal.
    """
    item = table.get(keys.principal(subject))
    if item is None:
        raise UnknownPrincipal
    return Principal(subject, item["account"], frozenset(item["scopes"]), frozenset(item["namespaces"]))
