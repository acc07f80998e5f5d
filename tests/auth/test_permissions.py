"""Scopes and namespaces compare exactly, as whole strings."""

import pytest

from interactor.auth.principals import Principal
from interactor.errors import Forbidden


def principal(scopes: str = "", namespaces: tuple[str, ...] = ()) -> Principal:
    return Principal("user-1", "acme", frozenset(scopes.split()), frozenset(namespaces))


def test_a_scope_that_the_token_has_is_granted() -> None:
    principal(scopes="workflows:read webhooks:manage").require_scope("webhooks:manage")


@pytest.mark.parametrize(
    "scopes", ["", "workflows:reads", "workflows", "workflows:*", "*", "WORKFLOWS:READ", "interactor/workflows:read"]
)
def test_a_scope_that_is_only_similar_is_not(scopes: str) -> None:
    with pytest.raises(Forbidden, match="lacks the scope 'workflows:read'") as refused:
        principal(scopes=scopes).require_scope("workflows:read")
    assert refused.value.details == {"required_scope": "workflows:read"}


def test_a_namespace_is_owned_when_the_token_names_it() -> None:
    assert principal(namespaces=("user_1", "org_1")).owns("org_1")


@pytest.mark.parametrize("namespaces", [(), ("user_1",), ("user",), ("user_*",), ("USER_12",), ("user_12 ",)])
def test_a_namespace_that_is_only_similar_is_not(namespaces: tuple[str, ...]) -> None:
    assert not principal(namespaces=namespaces).owns("user_12")


def test_the_star_alone_owns_every_namespace() -> None:
    service = principal(namespaces=("*",))
    assert service.owns_every_namespace
    assert service.owns("user_12")


def test_the_star_beside_other_names_is_only_a_name() -> None:
    mixed = principal(namespaces=("*", "user_1"))
    assert not mixed.owns_every_namespace
    assert not mixed.owns("user_12")
