"""Creating what an account may have only so many of: of two creations at the same moment, one has to look again."""

from collections.abc import Callable
from typing import TypeVar

from interactor.errors import ConcurrentModification
from interactor.services.parts import Parts
from interactor.storage.creations import CreatedMeanwhile

_TRIES = 5

_Created = TypeVar("_Created")


def until_stored(parts: Parts, store: Callable[[str], _Created]) -> _Created:
    """What `store` gives, called with the id of an operation until no other creation comes between.

    Raises ConcurrentModification, and what `store` raises.
    """
    for _ in range(_TRIES):
        try:
            return store(parts.ids.new("op", parts.clock()))
        except CreatedMeanwhile:
            continue
    raise ConcurrentModification("Others of the kind are being created in this account; try again")
