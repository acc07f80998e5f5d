"""The trigger answers Cognito's event with the principal's claims, or raises so that Cognito issues no token."""

import json
from pathlib import Path
from typing import Any

import pytest

from functions.token_claims.app import customise
from interactor.auth.principals import Principal, UnknownPrincipal
from interactor.storage import keys

EVENTS = Path(__file__).parents[3] / "events"

USER = Principal(
    "a1b2c3d4-5678-90ab-cdef-EXAMPLE11111",
    "acme",
    frozenset({"workflows:read", "workflows:execute"}),
    frozenset({"user_ann"}),
)
SERVICE = Principal("2example23456789", "acme", frozenset({"workflows:read"}), frozenset({"*"}))


class Table:
    """Holds the one item it is given."""

    def __init__(self, principal: Principal) -> None:
        self.key = keys.principal(principal.subject)
        self.item = principal._asdict()

    def get(self, key: keys.Key) -> Any:
        return self.item if key == self.key else None


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return event


def test_a_users_refreshed_token_has_its_claims_and_the_scopes_it_was_narrowed_to() -> None:
    event = sample("token_claims_user")
    answer = customise(event, Table(USER))
    assert answer["response"]["claimsAndScopeOverrideDetails"]["accessTokenGeneration"] == {
        "claimsToAddOrOverride": {"aud": "1example23456789", "account": "acme", "namespaces": ["user_ann"]},
        "scopesToAdd": ["workflows:read"],
        "scopesToSuppress": ["aws.cognito.signin.user.admin"],
    }
    assert {**answer, "response": None} == {**event, "response": None}


def test_a_service_accounts_token_has_plain_scopes_in_place_of_cognitos() -> None:
    answer = customise(sample("token_claims_service"), Table(SERVICE))
    assert answer["response"]["claimsAndScopeOverrideDetails"]["accessTokenGeneration"] == {
        "claimsToAddOrOverride": {"aud": "2example23456789", "account": "acme", "namespaces": ["*"]},
        "scopesToAdd": ["workflows:read"],
        "scopesToSuppress": ["interactor/workflows:read", "interactor/workflows:write"],
    }


@pytest.mark.parametrize("name", ["token_claims_user", "token_claims_service"])
def test_who_is_no_principal_gets_no_token(name: str) -> None:
    stranger = Principal("stranger", "acme", frozenset(), frozenset())
    with pytest.raises(UnknownPrincipal):
        customise(sample(name), Table(stranger))


def test_a_trigger_of_version_1_which_cannot_change_access_tokens_is_refused() -> None:
    with pytest.raises(ValueError, match="V3_0"):
        customise({**sample("token_claims_user"), "version": "1"}, Table(USER))
