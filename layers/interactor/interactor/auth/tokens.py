"""Access tokens: from an `Authorization` header to the principal who calls, or to one and the same refusal.

Owns what makes a token good (docs/auth.md; RFC 7515, 7519, 6750). The token is
read strictly here and not by a JWT library, because such libraries accept repeated claims, padded signatures and
times that are text. The API layer adds the `WWW-Authenticate` header; issuing tokens is the identity provider's work
behind `oauth.py`.
"""

import base64
import hashlib
import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import NoReturn

from interactor import json_text
from interactor.auth.keys import SigningKeys
from interactor.auth.principals import Principal
from interactor.clock import Clock
from interactor.errors import Unauthorized
from interactor.json_text import Json

MAX_TOKEN_BYTES = 8192
LIFETIME_S = 3600
SKEW_S = 60
"""How far the issuer's clock may differ from ours. It stretches a lifetime and a start, never an expiry."""

OWN_CLIENT = "{client_id}"
"""In the audience setting this stands for the token's own `client_id` claim.

Cognito lets an access token carry no other audience than the app client's id, and every service account has a client
of its own: there the setting is just this text, and the issuer, a user pool of this deployment alone, says whose
clients they are.
"""

_CACHED_TOKENS = 1000
_BEARER = re.compile(r"[Bb][Ee][Aa][Rr][Ee][Rr] ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)")
_ACCOUNT = re.compile(r"[A-Za-z0-9_-]{1,64}")

_logger = logging.getLogger(__name__)


class _Refused(Exception):
    """Why a token is not good: for the log, never for the caller."""


class TokenVerifier:
    """Judges access tokens of one issuer. A good token is remembered while it lasts, so a warm call costs a hash."""

    def __init__(self, issuer: str, jwks_url: str, audience: str, fetch: Callable[[str], bytes], clock: Clock) -> None:
        """`fetch` gets the JWKS (`issuer.get`). Raises ValueError for an empty setting, which would check nothing."""
        if not (issuer and jwks_url and audience):
            raise ValueError("The token issuer, its JWKS address and the audience must be set")
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._keys = SigningKeys(jwks_url, fetch, clock)
        self._verified = _VerifiedTokens()

    def verify(self, authorization: str | None) -> Principal:
        """Who sent this `Authorization` header.

        Raises `Unauthorized`, whose text tells a missing token from a bad one and nothing else, and `IssuerUnavailable`
        while the issuer's keys could never be fetched.
        """
        if not authorization:
            raise Unauthorized("A bearer token is required")
        now = self._clock() / 1000
        try:
            token = _bearer_token(authorization)
            digest = hashlib.sha256(token.encode("ascii")).digest()
            principal = self._verified.get(digest, now)
            if principal is None:
                claims = self._signed_claims(token)
                expires = _expiry(claims, now)
                principal = self._principal(claims)
                self._verified.add(digest, principal, expires)
        except _Refused as refusal:
            _logger.info("Token refused: %s", refusal)
            raise Unauthorized("The token is invalid or has expired") from None
        return principal

    def _signed_claims(self, token: str) -> Json:
        signed, _, signature = token.rpartition(".")
        header_segment, _, payload_segment = signed.partition(".")
        header = _json_object(header_segment)
        # `jku`, `jwk`, `x5u` and `x5c` are never looked at: keys come from the issuer's set alone. `crit` must be
        # understood or refused (RFC 7515, 4.1.11), and nothing is.
        if header.get("alg") != "RS256" or "crit" in header:
            _refuse("not an RS256 token")
        kid = header.get("kid")
        key = self._keys.get(kid) if isinstance(kid, str) else None
        if key is None:
            _refuse("unknown key")

        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        try:
            key.verify(_canonical_bytes(signature), signed.encode("ascii"), PKCS1v15(), SHA256())
        except InvalidSignature:
            _refuse("wrong signature")
        return _json_object(payload_segment)

    def _principal(self, claims: Json) -> Principal:
        if claims.get("iss") != self._issuer:
            _refuse("another issuer")
        if not self._is_audience(claims):
            _refuse("another audience")
        if claims.get("token_use") != "access":
            _refuse("not an access token")
        subject, account = claims.get("sub"), claims.get("account")
        if not (isinstance(subject, str) and subject):
            _refuse("no subject")
        if not (isinstance(account, str) and _ACCOUNT.fullmatch(account)):
            _refuse("no account")
        # A token without these two is good and may do nothing: absence grants nothing.
        scope, namespaces = claims.get("scope", ""), claims.get("namespaces", [])
        if not isinstance(scope, str):
            _refuse("scope is not text")
        if not _is_list_of_text(namespaces):
            _refuse("namespaces is not a list of text")
        return Principal(subject, account, frozenset(filter(None, scope.split(" "))), frozenset(namespaces))

    def _is_audience(self, claims: Json) -> bool:
        expected = self._audience
        if OWN_CLIENT in expected:
            client_id = claims.get("client_id")
            if not (isinstance(client_id, str) and client_id):
                return False
            expected = expected.replace(OWN_CLIENT, client_id)
        audience = claims.get("aud")
        return audience == expected or (_is_list_of_text(audience) and expected in audience)


class _VerifiedTokens:
    """The principals of good tokens by the token's hash, the longest unused dropped first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: OrderedDict[bytes, tuple[Principal, float]] = OrderedDict()

    def get(self, digest: bytes, now: float) -> Principal | None:
        with self._lock:
            entry = self._entries.get(digest)
            if entry is None:
                return None
            principal, expires = entry
            if now >= expires:
                del self._entries[digest]
                return None
            self._entries.move_to_end(digest)
            return principal

    def add(self, digest: bytes, principal: Principal, expires: float) -> None:
        with self._lock:
            self._entries[digest] = principal, expires
            if len(self._entries) > _CACHED_TOKENS:
                self._entries.popitem(last=False)


def _bearer_token(authorization: str) -> str:
    if len(authorization) > MAX_TOKEN_BYTES + len("Bearer "):
        _refuse("too long")
    match = _BEARER.fullmatch(authorization)
    if match is None:
        _refuse("not a bearer token")
    return match[1]


def _expiry(claims: Json, now: float) -> float:
    """When the token ends, in seconds since 1970, having checked that it has begun and does not live too long."""
    expires = _time(claims, "exp")
    issued = _time(claims, "iat") if "iat" in claims else now
    begins = _time(claims, "nbf") if "nbf" in claims else now
    if now >= expires:
        _refuse("expired")
    if max(issued, begins) > now + SKEW_S:
        _refuse("not yet valid")
    if expires - issued > LIFETIME_S + SKEW_S:
        _refuse("lives too long")
    return expires


def _time(claims: Json, name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse(f"{name} is not a number")
    return float(value)


def _json_object(segment: str) -> Json:
    try:
        value = json_text.parse(_canonical_bytes(segment))
    except json_text.InvalidJson as error:
        raise _Refused("not JSON") from error
    if not isinstance(value, dict):
        _refuse("not an object")
    return value


def _canonical_bytes(segment: str) -> bytes:
    """The bytes of a base64url segment, of which only the one unpadded spelling is taken (RFC 7515, 2)."""
    try:
        content = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except ValueError as error:
        raise _Refused("not base64url") from error
    if base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii") != segment:
        _refuse("not canonical base64url")
    return content


def _is_list_of_text(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(member, str) for member in value)


def _refuse(reason: str) -> NoReturn:
    raise _Refused(reason)
