"""The issuer's keys are fetched when needed, seldom, and survive an issuer that is down."""

import pytest

from interactor.auth.issuer import IssuerUnavailable
from interactor.auth.keys import SigningKeys
from tests.auth.minting import JWKS_URL, KEY, STRANGERS_KEY, Moment, jwk, jwks

OTHER = jwk(STRANGERS_KEY, "key-2")


class Issuer:
    """Answers with its document, or not at all when it has none; counts the questions."""

    def __init__(self, document: bytes | None = None) -> None:
        self.document = jwks() if document is None else document
        self.is_down = False
        self.asked: list[str] = []

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        if self.is_down:
            raise IssuerUnavailable("status 500")
        return self.document


def test_nothing_is_fetched_until_a_key_is_wanted() -> None:
    issuer = Issuer()
    keys = SigningKeys(JWKS_URL, issuer, Moment())
    assert issuer.asked == []
    assert keys.get("key-1") == KEY.public_key()
    assert issuer.asked == [JWKS_URL]


def test_a_known_key_is_not_fetched_again_within_the_hour() -> None:
    issuer, clock = Issuer(), Moment()
    keys = SigningKeys(JWKS_URL, issuer, clock)
    keys.get("key-1")
    clock.seconds += 3599
    keys.get("key-1")
    assert len(issuer.asked) == 1


def test_unknown_ids_make_one_fetch_a_minute_however_many_come() -> None:
    issuer, clock = Issuer(), Moment()
    keys = SigningKeys(JWKS_URL, issuer, clock)
    keys.get("key-1")
    for number in range(100):
        assert keys.get(f"made-up-{number}") is None
    assert len(issuer.asked) == 1
    clock.seconds += 60
    for number in range(100):
        assert keys.get(f"made-up-{number}") is None
    assert len(issuer.asked) == 2


def test_a_new_key_of_the_issuer_is_found_after_a_minute() -> None:
    issuer, clock = Issuer(), Moment()
    keys = SigningKeys(JWKS_URL, issuer, clock)
    keys.get("key-1")
    issuer.document = jwks(jwk(), OTHER)
    assert keys.get("key-2") is None
    clock.seconds += 60
    assert keys.get("key-2") == STRANGERS_KEY.public_key()


def test_a_key_that_the_issuer_withdraws_is_gone_within_the_hour() -> None:
    issuer, clock = Issuer(), Moment()
    keys = SigningKeys(JWKS_URL, issuer, clock)
    keys.get("key-1")
    issuer.document = jwks(OTHER)
    clock.seconds += 3600
    assert keys.get("key-1") is None


@pytest.mark.parametrize("later", [60, 3600, 86_400])
def test_the_keys_at_hand_stay_in_use_while_the_issuer_is_down(later: int) -> None:
    issuer, clock = Issuer(), Moment()
    keys = SigningKeys(JWKS_URL, issuer, clock)
    keys.get("key-1")
    issuer.is_down = True
    clock.seconds += later
    assert keys.get("made-up") is None
    assert keys.get("key-1") == KEY.public_key()
    assert len(issuer.asked) == 2


def test_without_any_keys_an_unreachable_issuer_is_not_the_callers_fault_and_is_asked_again() -> None:
    issuer = Issuer()
    issuer.is_down = True
    keys = SigningKeys(JWKS_URL, issuer, Moment())
    with pytest.raises(IssuerUnavailable):
        keys.get("key-1")
    issuer.is_down = False
    assert keys.get("key-1") == KEY.public_key()


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"keys":1}',
        b'{"keys":[1]}',
        b'{"keys":[{"kty":"RSA","kid":"key-1","n":"\xc3\xa9","e":"AQAB"}]}',
    ],
)
def test_a_document_that_is_no_key_set_counts_as_no_answer(document: bytes) -> None:
    with pytest.raises(IssuerUnavailable):
        SigningKeys(JWKS_URL, Issuer(document), Moment()).get("key-1")


@pytest.mark.parametrize(
    "unusable",
    [
        jwk(kid="odd", use="enc"),
        jwk(kid="odd", alg="RS512"),
        jwk(kid="odd", n=jwk()["n"][:100]),
        {"kty": "EC", "kid": "odd", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "oct", "kid": "odd", "k": "AA"},
    ],
    ids=["for encryption", "for another algorithm", "too short", "elliptic", "symmetric"],
)
def test_keys_of_another_kind_are_passed_over(unusable: dict[str, str]) -> None:
    keys = SigningKeys(JWKS_URL, Issuer(jwks(unusable, jwk())), Moment())
    assert keys.get("odd") is None
    assert keys.get("key-1") == KEY.public_key()
