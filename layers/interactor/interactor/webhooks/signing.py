"""The headers of one try at a delivery: what it is, when it is sent, and signatures over the bytes that are sent. Pure.

Signed twice: as the reference says ('Webhook Signature Verification'), and as Standard Webhooks says
(https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md), so that its libraries
verify our deliveries. The two read a secret differently: the reference takes its text, the other takes what the text
after `whsec_` stands for in base 64.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

from interactor.clock import Millis

_PREFIX = "whsec_"


def headers(event: str, delivery_id: str, retry: int, body: str, secrets: Sequence[str], now: Millis) -> dict[str, str]:
    """`secrets` are the current one and, for a day after a rotation, the one before it; `retry` counts from 0."""
    timestamp = str(now // 1000)
    signatures = [_reference_signature(secret, timestamp, body) for secret in secrets]
    standard = [_standard_signature(secret, delivery_id, timestamp, body) for secret in secrets]
    ours = {
        "X-Interactor-Event": event,
        "X-Interactor-Signature": signatures[0],
        "X-Interactor-Delivery": delivery_id,
        "X-Interactor-Timestamp": timestamp,
        "X-Interactor-Retry-Count": str(retry),
        "webhook-id": delivery_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(standard),
    }
    return ours if len(secrets) == 1 else ours | {"X-Interactor-Signature-Previous": signatures[1]}


def _reference_signature(secret: str, timestamp: str, body: str) -> str:
    return "sha256=" + hmac.digest(secret.encode(), f"{timestamp}.{body}".encode(), hashlib.sha256).hex()


def _standard_signature(secret: str, delivery_id: str, timestamp: str, body: str) -> str:
    signed = hmac.digest(_standard_key(secret), f"{delivery_id}.{timestamp}.{body}".encode(), hashlib.sha256)
    return "v1," + base64.b64encode(signed).decode("ascii")


def _standard_key(secret: str) -> bytes:
    """A secret that its owner made up and that is no base 64 is taken as it is: no library could read it otherwise."""
    if secret.startswith(_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()
