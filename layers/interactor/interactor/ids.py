"""Identifiers: a prefix that says what the thing is, and a ULID (https://github.com/ulid/spec) that sorts by time.

Randomness is passed in; `secrets.token_bytes` in production, a counter in tests.
"""

import secrets
from collections.abc import Callable
from typing import TypeAlias

from interactor.clock import Millis

RandomBytes: TypeAlias = Callable[[int], bytes]

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {character: value for value, character in enumerate(_CROCKFORD)}
_ULID_LENGTH = 26
_RANDOM_BYTES = 10
_TAIL_LENGTH = 16
_EVENT_INSTANCE_BYTES = 6


def ulid(moment: Millis, random: bytes) -> str:
    """The ULID of a moment (48 bits of it) and ten random bytes, in Crockford's base 32."""
    return _text((moment << 80) | int.from_bytes(random))


def _text(number: int) -> str:
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def moment_of(identifier: str) -> Millis:
    """When an identifier was minted; the instance id is the only place where its creation time is kept."""
    return int.from_bytes(packed(identifier)) >> 80


def tail_of(identifier: str) -> str:
    """The last 16 characters, which are exactly the ten random bytes. Two identifiers have them in common only where
    one was made of the other (`with_tail_of`).
    """
    return identifier[-_TAIL_LENGTH:]


def with_tail_of(identifier: str, kind: str, moment: Millis) -> str:
    """The identifier of another kind and moment that has this one's random bytes."""
    return f"{kind}_{_text(moment << 80)[:-_TAIL_LENGTH]}{tail_of(identifier)}"


def packed(identifier: str) -> bytes:
    """The 16 bytes of an identifier's ULID; its kind is left out."""
    number = 0
    for character in identifier[-_ULID_LENGTH:]:
        number = number << 5 | _VALUES[character]
    return number.to_bytes(16)


def unpacked(kind: str, ulid_bytes: bytes) -> str:
    """The inverse of `packed`."""
    return f"{kind}_{_text(int.from_bytes(ulid_bytes))}"


def event_id(instance_id: str, number: int, moment: Millis) -> str:
    """The id of an event of history, which is never stored: it follows from the instance and the event's place."""
    return f"evt_{ulid(moment, packed(instance_id)[-_EVENT_INSTANCE_BYTES:] + number.to_bytes(4))}"


def event_number(identifier: str) -> int:
    """The place in its instance's history of the event with this id; the id is well-formed (`is_id`)."""
    return int.from_bytes(packed(identifier)[-4:])


def is_id(prefix: str, text: str) -> bool:
    """Whether `text` has the form of an id of this kind, so that nonsense is 'not found' unasked."""
    body = text.removeprefix(f"{prefix}_")
    complete = len(body) == _ULID_LENGTH and len(text) == len(prefix) + 1 + _ULID_LENGTH
    return complete and all(c in _VALUES for c in body) and body[0] <= "7"  # 128 bits, of which the first has three


class Ids:
    """Mints identifiers. `kind` says what the thing is: `wf v whsub del rpl req file trg`, and `op` and `place`, which
    nobody outside sees. An instance's id comes from its place (`limits/quota.py`), an event's from its instance
    (`event_id`).
    """

    def __init__(self, random: RandomBytes = secrets.token_bytes) -> None:
        self.random = random

    def new(self, kind: str, now: Millis) -> str:
        return f"{kind}_{ulid(now, self.random(_RANDOM_BYTES))}"
