"""Tokens for the tests: good ones, and ones that are wrong in exactly the way a test says."""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256, HashAlgorithm

from interactor.auth.tokens import TokenVerifier

NOW = 1_768_910_400
"""The moment of the tests, in seconds."""

ISSUER = "https://issuer.example/pool"
AUDIENCE = "https://api.example"
JWKS_URL = ISSUER + "/.well-known/jwks.json"
KEY = generate_private_key(65537, 2048)
STRANGERS_KEY = generate_private_key(65537, 2048)

HEADER = {"alg": "RS256", "kid": "key-1", "typ": "JWT"}
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": "user-1",
    "account": "acme",
    "scope": "workflows:read workflows:execute",
    "namespaces": ["user_1", "org_1"],
    "token_use": "access",
    "iat": NOW - 60,
    "exp": NOW + 3540,
    "client_id": "client-1",
}


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def segment(document: Any) -> str:
    """A document, or text that stands for one as it is, as a segment of a token."""
    return base64url((document if isinstance(document, str) else json.dumps(document)).encode())


def token(
    claims: Any = None, header: Any = None, key: RSAPrivateKey = KEY, algorithm: HashAlgorithm | None = None
) -> str:
    """A signed token. `claims` and `header` are changes to the good ones (`None` removes), or raw JSON text."""
    signed = f"{segment(_changed(HEADER, header))}.{segment(_changed(CLAIMS, claims))}"
    return f"{signed}.{base64url(key.sign(signed.encode(), PKCS1v15(), algorithm or SHA256()))}"


def _changed(good: dict[str, Any], changes: Any) -> Any:
    if isinstance(changes, str):
        return changes
    return {name: value for name, value in {**good, **(changes or {})}.items() if value is not None}


def jwk(key: RSAPrivateKey = KEY, kid: str = "key-1", **more: Any) -> dict[str, Any]:
    numbers = key.public_key().public_numbers()
    modulus = numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")
    return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": base64url(modulus), "e": "AQAB", **more}


def jwks(*keys: dict[str, Any]) -> bytes:
    return json.dumps({"keys": list(keys or (jwk(),))}).encode()


class Moment:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.seconds: float = NOW

    def __call__(self) -> int:
        return int(self.seconds * 1000)


def verifier(audience: str = AUDIENCE, clock: Moment | None = None) -> TokenVerifier:
    return TokenVerifier(ISSUER, JWKS_URL, audience, lambda _: jwks(), clock or Moment())
