"""A token that is wrong in any one way is refused, always with the same words."""

import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from interactor.errors import Unauthorized
from tests.auth.minting import (
    AUDIENCE,
    CLAIMS,
    HEADER,
    ISSUER,
    KEY,
    NOW,
    STRANGERS_KEY,
    base64url,
    jwk,
    segment,
    token,
    verifier,
)

GOOD = token()
SIGNED, _, SIGNATURE = GOOD.rpartition(".")


def unsigned(algorithm: str) -> str:
    return f"{segment({**HEADER, 'alg': algorithm})}.{segment(CLAIMS)}."


def signed_with_public_key_as_secret() -> str:
    public_key = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{segment({**HEADER, 'alg': 'HS256'})}.{segment(CLAIMS)}"
    return f"{signed}.{base64url(hmac.digest(public_key, signed.encode(), hashlib.sha256))}"


def with_key_of_its_own() -> str:
    return token(header={"jwk": jwk(STRANGERS_KEY), "kid": "key-1"}, key=STRANGERS_KEY)


def non_canonical_signature() -> str:
    # The last character of 256 bytes carries four unused bits; other ones decode to the same bytes.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return SIGNATURE[:-1] + alphabet[alphabet.index(SIGNATURE[-1]) + 1]


def claims_text(changed: str) -> str:
    return json.dumps(CLAIMS)[:-1] + changed + "}"


FORGED = {
    "alg none, no signature": unsigned("none"),
    "alg None, no signature": unsigned("None"),
    "alg none, a signature": token(header={"alg": "none"}),
    "alg HS256 with the public key as secret": signed_with_public_key_as_secret(),
    "alg RS384, rightly signed": token(header={"alg": "RS384"}, algorithm=SHA384()),
    "alg rs256": token(header={"alg": "rs256"}),
    "alg is a list": token(header={"alg": ["RS256"]}),
    "alg is missing": token(header={"alg": None}),
    "another key": token(key=STRANGERS_KEY),
    "kid unknown": token(header={"kid": "key-2"}),
    "kid missing": token(header={"kid": None}),
    "kid is a number": token(header={"kid": 1}),
    "kid is a list": token(header={"kid": ["key-1"]}),
    "kid is a path": token(header={"kid": "../../../../dev/null"}),
    "kid is an address": token(header={"kid": "https://evil.example/jwks.json"}),
    "its own key in jwk": with_key_of_its_own(),
    "its own keys at jku": token(header={"jku": "https://evil.example/jwks.json"}, key=STRANGERS_KEY),
    "its own certificate at x5u": token(header={"x5u": "https://evil.example/cert.pem"}, key=STRANGERS_KEY),
    "crit": token(header={"crit": ["exp"]}),
    "a header with a key twice": token(header='{"alg":"RS256","kid":"key-2","kid":"key-1"}'),
    "a header that is a list": token(header="[]"),
    "a header that is not JSON": token(header="RS256"),
    "another payload": f"{segment(HEADER)}.{segment({**CLAIMS, 'account': 'other'})}.{SIGNATURE}",
    "another header": f"{segment({**HEADER, 'typ': 'at+jwt'})}.{segment(CLAIMS)}.{SIGNATURE}",
    "no signature": SIGNED + ".",
    "a shorter signature": f"{SIGNED}.{SIGNATURE[:-4]}",
    "a padded signature": GOOD + "==",
    "a signature in another spelling": f"{SIGNED}.{non_canonical_signature()}",
    "a signature of impossible length": f"{SIGNED}.AAAAA",
}

CLAIMS_CHANGED = {
    "expired this second": {"exp": NOW},
    "expired long ago": {"exp": NOW - 1, "iat": NOW - 3000},
    "not yet begun": {"nbf": NOW + 61},
    "issued in the future": {"iat": NOW + 61, "exp": NOW + 3000},
    "two hours of life": {"iat": NOW, "exp": NOW + 7200},
    "two hours of life, the larger part gone": {"iat": NOW - 5400, "exp": NOW + 1800},
    "a second over an hour and the skew": {"iat": NOW, "exp": NOW + 3661},
    "no iat, two hours to go": {"iat": None, "exp": NOW + 7200},
    "exp is text": {"exp": str(NOW + 600)},
    "exp is true": {"exp": True},
    "exp is negative": {"exp": -1},
    "exp is huge": {"exp": 10**300},
    "exp is a list": {"exp": [NOW + 600]},
    "exp is missing": {"exp": None},
    "iat is text": {"iat": str(NOW)},
    "iat is huge and negative": {"iat": -(10**300)},
    "nbf is text": {"nbf": str(NOW)},
    "nbf is true": {"nbf": True},
    "iss is missing": {"iss": None},
    "iss with a slash": {"iss": ISSUER + "/"},
    "iss is a list": {"iss": [ISSUER]},
    "iss in capitals": {"iss": ISSUER.upper()},
    "aud is missing": {"aud": None},
    "aud is another": {"aud": "https://other.example"},
    "aud is a part of ours": {"aud": AUDIENCE[:-1]},
    "aud begins with ours": {"aud": AUDIENCE + "/v2"},
    "aud is an empty list": {"aud": []},
    "aud is a list of others": {"aud": ["https://other.example", AUDIENCE + "/v2"]},
    "aud is a list with a number": {"aud": [AUDIENCE, 1]},
    "aud is an object": {"aud": {AUDIENCE: True}},
    "an id token": {"token_use": "id"},
    "a refresh token": {"token_use": "refresh"},
    "token_use is missing": {"token_use": None},
    "token_use is a list": {"token_use": ["access"]},
    "sub is missing": {"sub": None},
    "sub is empty": {"sub": ""},
    "sub is a number": {"sub": 1},
    "account is missing": {"account": None},
    "account is empty": {"account": ""},
    "account is a number": {"account": 1},
    "account ends with a line end": {"account": "acme\n"},
    "account has a separator": {"account": "acme#other"},
    "account is not ASCII": {"account": "acmé"},
    "account is too long": {"account": "a" * 65},
    "scope is a list": {"scope": ["workflows:read"]},
    "scope is a number": {"scope": 1},
    "namespaces is text": {"namespaces": "user_1"},
    "namespaces is JSON as text": {"namespaces": '["*"]'},
    "namespaces has a number": {"namespaces": ["user_1", 1]},
    "namespaces is an object": {"namespaces": {"*": True}},
}

CLAIMS_REWRITTEN = {
    "a claim twice": claims_text(', "account": "other"'),
    "a claim twice, escaped": claims_text(', "acc\\u006funt": "other"'),
    "exp is infinite": claims_text("").replace(str(CLAIMS["exp"]), "1e999"),
    "exp is NaN": claims_text("").replace(str(CLAIMS["exp"]), "NaN"),
    "not an object": '["access"]',
    "not JSON": "access",
    "a byte order mark": "\ufeff" + json.dumps(CLAIMS),
    "deeply nested": '{"a":' * 600 + "1" + "}" * 600,
    "empty": "",
}

HEADERS = {
    "no scheme": GOOD,
    "another scheme": f"Basic {GOOD}",
    "two spaces": f"Bearer  {GOOD}",
    "a tab": f"Bearer\t{GOOD}",
    "a space before": f" Bearer {GOOD}",
    "a space after": f"Bearer {GOOD} ",
    "a line end after": f"Bearer {GOOD}\n",
    "two tokens": f"Bearer {GOOD} {GOOD}",
    "two headers joined": f"Bearer {GOOD},Bearer {GOOD}",
    "no token": "Bearer ",
    "two segments": f"Bearer {SIGNED}",
    "four segments": f"Bearer {GOOD}.e30",
    "five segments, as encrypted tokens have": f"Bearer {GOOD}.e30.e30",
    "standard base64": f"Bearer {GOOD}+/",
    "a character that is not ASCII": f"Bearer {GOOD}é",
    "a full-width letter in the scheme": f"Ｂearer {GOOD}",  # noqa: RUF001
    "100 KB": "Bearer " + token({"padding": "x" * 100_000}),
}


def refusal_of(header: str) -> Unauthorized:
    with pytest.raises(Unauthorized) as refused:
        verifier().verify(header)
    return refused.value


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_forged_token_is_refused(forged: str) -> None:
    assert refusal_of(f"Bearer {forged}").message == "The token is invalid or has expired"


@pytest.mark.parametrize("changes", CLAIMS_CHANGED.values(), ids=CLAIMS_CHANGED)
def test_a_token_with_a_wrong_claim_is_refused(changes: dict[str, object]) -> None:
    assert refusal_of("Bearer " + token(changes)).message == "The token is invalid or has expired"


@pytest.mark.parametrize("claims", CLAIMS_REWRITTEN.values(), ids=CLAIMS_REWRITTEN)
def test_a_token_whose_claims_are_not_strict_json_is_refused(claims: str) -> None:
    assert refusal_of("Bearer " + token(claims)).message == "The token is invalid or has expired"


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_a_header_that_is_not_one_bearer_token_is_refused(header: str) -> None:
    assert refusal_of(header).message == "The token is invalid or has expired"


def test_a_token_may_have_8_kb_and_no_byte_more() -> None:
    tokens = [token({"padding": "x" * length}) for length in range(5545, 5565)]
    largest = max((long for long in tokens if len(long) <= 8192), key=len)
    assert len(largest) > 8188
    assert verifier().verify(f"Bearer {largest}").account == "acme"
    too_long = min((long for long in tokens if len(long) > 8192), key=len)
    assert refusal_of(f"Bearer {too_long}").message == "The token is invalid or has expired"


@pytest.mark.parametrize("header", [None, ""])
def test_a_missing_token_is_told_apart(header: str | None) -> None:
    with pytest.raises(Unauthorized, match="A bearer token is required"):
        verifier().verify(header)
