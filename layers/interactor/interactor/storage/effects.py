"""When a call may have its first effect: not before it is known to be within its rate limit.

The limit is asked for while the handler reads (`limits/rate.py`); every write in `storage/` passes `begin`, so that no
handler can forget to wait for the answer. Work outside any call, and in threads beside one, waits for nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_allowed: ContextVar[Callable[[], None] | None] = ContextVar("allowed", default=None)


@contextmanager
def held_back(until: Callable[[], None]) -> Iterator[None]:
    """Within this, the first effect comes after `until` has returned; what it raises comes instead of the effect."""
    token = _allowed.set(until)
    try:
        yield
    finally:
        _allowed.reset(token)


def begin() -> None:
    """To be called before anything that others can see."""
    allowed = _allowed.get()
    if allowed is not None:
        allowed()
