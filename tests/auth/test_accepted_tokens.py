"""A good token says who calls; what the standards leave open about its form does not matter."""

import pytest

from interactor.auth.principals import Principal
from interactor.auth.tokens import OWN_CLIENT, TokenVerifier
from interactor.errors import Unauthorized
from tests.auth.minting import AUDIENCE, ISSUER, JWKS_URL, NOW, Moment, jwks, token, verifier

ACCEPTED = {
    "as issued": {},
    "our audience in a list": {"aud": ["https://other.example", AUDIENCE]},
    "times with fractions": {"exp": NOW + 600.5, "iat": NOW - 0.5},
    "no iat": {"iat": None},
    "begun": {"nbf": NOW},
    "the issuer's clock a minute ahead": {"iat": NOW + 60, "nbf": NOW + 60, "exp": NOW + 3660},
    "an hour of life and the skew": {"iat": NOW, "exp": NOW + 3660},
    "a second to live": {"exp": NOW + 1},
    "claims we do not know": {"jti": "1", "nested": {"a": [1, None]}},
}


@pytest.mark.parametrize("changes", ACCEPTED.values(), ids=ACCEPTED)
def test_a_good_token_names_its_principal(changes: dict[str, object]) -> None:
    assert verifier().verify("Bearer " + token(changes)) == Principal(
        subject="user-1",
        account="acme",
        scopes=frozenset({"workflows:read", "workflows:execute"}),
        namespaces=frozenset({"user_1", "org_1"}),
    )


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_read_in_any_case(scheme: str) -> None:
    assert verifier().verify(f"{scheme} {token()}").account == "acme"


def test_keys_that_the_header_offers_are_not_looked_at() -> None:
    offered = {"jku": "https://evil.example", "jwk": {"kty": "oct"}, "x5u": "https://evil.example", "x5c": ["?"]}
    assert verifier().verify("Bearer " + token(header=offered)).account == "acme"


def test_a_token_without_scope_and_namespaces_is_good_for_nothing() -> None:
    principal = verifier().verify("Bearer " + token({"scope": None, "namespaces": None}))
    assert principal.scopes == frozenset()
    assert principal.namespaces == frozenset()


def test_where_the_audience_is_the_tokens_own_client_it_must_be_that_client() -> None:
    own_client = verifier(audience=OWN_CLIENT)
    assert own_client.verify("Bearer " + token({"aud": "client-1"})).account == "acme"
    for changes in ({"aud": "client-2"}, {"aud": OWN_CLIENT}, {"aud": None}, {"aud": "", "client_id": ""}):
        with pytest.raises(Unauthorized):
            own_client.verify("Bearer " + token(changes))
    for client_id in (None, 1, ["client-1"]):
        with pytest.raises(Unauthorized):
            own_client.verify("Bearer " + token({"aud": "client-1", "client_id": client_id}))


@pytest.mark.parametrize("settings", [("", JWKS_URL, AUDIENCE), (ISSUER, "", AUDIENCE), (ISSUER, JWKS_URL, "")])
def test_a_verifier_that_would_check_nothing_cannot_be_made(settings: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match="must be set"):
        TokenVerifier(*settings, lambda _: jwks(), Moment())
