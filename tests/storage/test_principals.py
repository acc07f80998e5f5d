"""A principal is read as an operator enters it (docs/deploy.md)."""

import pytest

from interactor.auth.principals import Principal, UnknownPrincipal
from interactor.storage.principals import read_principal
from tests.world import World


def test_it_is_what_was_entered(world: World) -> None:
    item = {
        "pk": {"S": "PRINCIPAL#a1b2"}, "sk": {"S": "PRINCIPAL"}, "name": {"S": "ann"}, "account": {"S": "acme"},
        "namespaces": {"L": [{"S": "user_ann"}, {"S": "org_acme"}]},
        "scopes": {"L": [{"S": "workflows:read"}, {"S": "workflows:write"}]},
    }  # fmt: skip
    world.aws.client("dynamodb").put_item(TableName=world.parts.settings.table_name, Item=item)
    scopes, namespaces = frozenset({"workflows:read", "workflows:write"}), frozenset({"user_ann", "org_acme"})
    assert read_principal(world.parts.table, "a1b2") == Principal("a1b2", "acme", scopes, namespaces)


def test_nobody_has_entered_a_stranger(world: World) -> None:
    with pytest.raises(UnknownPrincipal, match="unknown principal"):
        read_principal(world.parts.table, "a1b2")
