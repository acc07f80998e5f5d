"""Webhook secrets at rest: sealed with AES-256-GCM under the deployment's key, each for its own subscription alone.

The key comes from `storage/webhook_key.py`. What is sealed names account and subscription as associated data, so that a
sealed secret that is copied to another subscription does not open.
"""

from interactor.ids import RandomBytes

_NONCE_BYTES = 12
"""NIST SP 800-38D, 8.2.2: random, for up to 2^32 secrets under one key."""


class Seal:
    """Seals and opens under one key of 32 bytes."""

    def __init__(self, key: bytes, random: RandomBytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # slow: only who seals pays for it

        self._cipher = AESGCM(key)
        self._random = random

    def close(self, secret: str, account: str, subscription_id: str) -> bytes:
        """Nonce, cipher text and tag of the secret."""
        nonce = self._random(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), _place(account, subscription_id))

    def open(self, sealed: bytes, account: str, subscription_id: str) -> str:
        """The secret. Raises cryptography's InvalidTag for what this key has not sealed for this subscription."""
        nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return self._cipher.decrypt(nonce, text, _place(account, subscription_id)).decode()


def _place(account: str, subscription_id: str) -> bytes:
    return f"{account}#{subscription_id}".encode()
