"""The issuer's signing keys: its JWKS, kept in the process and fetched again when it may have changed.

Owns when the set is fetched. A key enters only from the issuer's own set, as an RSA key of at least 2,048 bits (RFC
7518, 3.3). `cryptography` is imported with the first set, so that a process which verifies nothing does not pay for
it.
"""

from __future__ import annotations

import base64
import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from interactor import json_text
from interactor.auth.issuer import IssuerUnavailable
from interactor.clock import Clock, Millis
from interactor.json_text import Json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_FETCH_INTERVAL: Millis = 60_000
"""An unknown key id asks for the set again, but not sooner: made-up ids cannot flood the issuer."""

_MAX_AGE: Millis = 3_600_000
"""A key that the issuer withdraws is trusted for this much longer at most, while the issuer can be reached."""

_MIN_BITS = 2048

_logger = logging.getLogger(__name__)


class SigningKeys:
    """Keys by id. May be shared by threads; one of them fetches, the others wait only if their key is not there."""

    def __init__(self, url: str, fetch: Callable[[str], bytes], clock: Clock) -> None:
        self._url = url
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: dict[str, RSAPublicKey] = {}
        self._fetched_at: Millis | None = None
        self._tried_at: Millis | None = None

    def get(self, kid: str) -> RSAPublicKey | None:
        """The key of this id, `None` if the issuer has none. Raises `IssuerUnavailable` while no set was ever read."""
        if not self._wants_fetch(kid):
            return self._keys.get(kid)
        with self._lock:
            if self._wants_fetch(kid):
                self._refetch()
            return self._keys.get(kid)

    def _wants_fetch(self, kid: str) -> bool:
        if self._fetched_at is None or self._tried_at is None:
            return True
        now = self._clock()
        rested = now - self._tried_at >= _FETCH_INTERVAL
        return rested and (kid not in self._keys or now - self._fetched_at >= _MAX_AGE)

    def _refetch(self) -> None:
        self._tried_at = self._clock()
        try:
            keys = _read(self._fetch(self._url))
        except IssuerUnavailable as error:
            if self._fetched_at is None:
                raise
            _logger.warning("The issuer's keys could not be fetched, those at hand stay in use: %s", error)
            return
        self._keys, self._fetched_at = keys, self._tried_at


def _read(document: bytes) -> dict[str, RSAPublicKey]:
    try:
        entries = json_text.parse(document)["keys"]
        return {entry["kid"]: _key(entry) for entry in entries if _is_usable(entry)}
    except (json_text.InvalidJson, KeyError, TypeError, ValueError) as error:
        raise IssuerUnavailable("not a JSON Web Key Set") from error


def _is_usable(entry: Json) -> bool:
    return (
        entry["kty"] == "RSA"
        and entry.get("use", "sig") == "sig"
        and entry.get("alg", "RS256") == "RS256"
        and isinstance(entry.get("kid"), str)
        and _integer(entry["n"]).bit_length() >= _MIN_BITS
    )


def _key(entry: Json) -> RSAPublicKey:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

    return RSAPublicNumbers(e=_integer(entry["e"]), n=_integer(entry["n"])).public_key()


def _integer(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
