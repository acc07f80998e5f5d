"""Rate limits: how many calls of a category an account may make in a minute (reference, 'Rate Limits').

Owns the windows and the permits that this process holds; the counters that all processes share are in
`storage/limits.py`. A small limit is counted call by call and is exact. Of a large one a process leases a block of
permits at a time, so that most calls ask nobody and no counter is written often. `docs/limits.md` has the arithmetic.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

from interactor.clock import Clock, Millis
from interactor.errors import RateLimited
from interactor.storage import effects

Category: TypeAlias = Literal["read", "write", "create"]

Submit: TypeAlias = Callable[..., Future[Any]]
"""Run a function with these arguments beside the call, as `Executor.submit` does."""

WINDOW: Millis = 60_000

_BLOCKS_IN_A_LIMIT = 1000
"""A block is at most this part of the limit: what a process leases and never uses is at most 0.1 % of it. Limits
below 2,000, and so all the defaults, are counted call by call.
"""
_BLOCKS_IN_THE_REST = 100
"""A block is at most this part of what is left, so that blocks shrink to single permits as the limit comes near."""


class Counters(Protocol):
    """How many permits all processes together have taken of a window."""

    def take(self, account: str, category: str, window: Millis, permits: int) -> int:
        """Take permits of the window that begins at `window`; how many are taken now, these included."""


class Lease:
    """What a process knows of one window and holds of it."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.left = 0
        """Permits leased and not yet used."""
        self.taken = 0
        """Permits that all processes had taken when this one last asked; may exceed the limit."""

    @property
    def exhausted(self) -> bool:
        return self.left == 0 and self.taken >= self.limit

    @property
    def remaining(self) -> int:
        """Permits that may still be used, as far as this process knows."""
        return max(self.limit - self.taken, 0) + self.left

    def next_block(self) -> int:
        """How many permits to take next."""
        rest = self.limit - self.taken
        return max(1, min(self.limit // _BLOCKS_IN_A_LIMIT, rest // _BLOCKS_IN_THE_REST))

    def receive(self, block: int, taken: int) -> None:
        """Add a block that brought the counter to `taken`; what of it lies beyond the limit counts for nothing."""
        self.left += max(0, min(block, self.limit - (taken - block)))
        self.taken = max(self.taken, taken)

    def use(self) -> bool:
        """Use a permit, if there is one."""
        if self.left == 0:
            return False
        self.left -= 1
        return True


class Decision(NamedTuple):
    """Whether a call may go on, and what its headers say."""

    granted: bool
    category: Category
    limit: int
    remaining: int
    reset_at: Millis
    """The window's end."""
    retry_after: int
    """Seconds until then, at least 1."""


class Permit:
    """A call's request for a permit; the answer may still be on its way. `decision` is None until it is known."""

    def __init__(self, answer: Decision | Future[Decision]) -> None:
        self._answer = answer
        self.decision = answer if isinstance(answer, Decision) else None

    @contextmanager
    def awaited(self) -> Iterator[None]:
        """Within this, no effect comes before the permit is granted. A refused call ends with RateLimited, whatever
        else came of it: before it begins where that is known, and at the latest when it is over.
        """
        if self.decision is not None:
            self.wait()
        try:
            with effects.held_back(self.wait):
                yield
        finally:
            self.wait()

    def wait(self) -> None:
        """Return when the call may go on. Raises RateLimited, and what the counter raised if it cannot be reached."""
        found = self.decision = self._answer if isinstance(self._answer, Decision) else self._answer.result()
        if not found.granted:
            raise RateLimited(
                f"The limit of {found.limit} {found.category} requests a minute is reached;"
                f" try again in {found.retry_after} s",
                {"category": found.category, "limit": found.limit, "retry_after": found.retry_after},
                found.retry_after,
            )

    @property
    def headers(self) -> dict[str, str]:
        """The reference's three headers; none where the counter could not be reached."""
        if self.decision is None:
            return {}
        return {
            "X-RateLimit-Limit": str(self.decision.limit),
            "X-RateLimit-Remaining": str(self.decision.remaining),
            "X-RateLimit-Reset": str(self.decision.reset_at // 1000),
        }


class RateLimiter:
    """Gives out the permits of all accounts in this process. `limits` are calls a minute; safe for threads."""

    def __init__(self, counters: Counters, limits: Mapping[Category, int], submit: Submit, clock: Clock) -> None:
        self._counters = counters
        self._limits = limits
        self._submit = submit
        self._clock = clock
        self._lock = threading.Lock()
        self._window: Millis = 0
        self._leases: dict[tuple[str, Category], Lease] = {}

    def ask(self, account: str, category: Category) -> Permit:
        """A permit for one call. Where this process holds none, the counter is asked beside the call.

        A process that has seen the limit reached asks no more in this window, so refused calls cost nothing.
        """
        now = self._clock()
        window = now - now % WINDOW
        with self._lock:
            lease = self._lease(account, category, window)
            granted = lease.use()
            if granted or lease.exhausted:
                return Permit(_decision(granted, category, lease, window, now))
            block = lease.next_block()
        return Permit(self._submit(self._extend, lease, account, category, window, block, now))

    def _lease(self, account: str, category: Category, window: Millis) -> Lease:
        if window != self._window:
            self._window, self._leases = window, {}
        return self._leases.setdefault((account, category), Lease(self._limits[category]))

    def _extend(
        self, lease: Lease, account: str, category: Category, window: Millis, block: int, now: Millis
    ) -> Decision:
        taken = self._counters.take(account, category, window, block)
        with self._lock:
            lease.receive(block, taken)
            return _decision(lease.use(), category, lease, window, now)


def _decision(granted: bool, category: Category, lease: Lease, window: Millis, now: Millis) -> Decision:
    reset_at = window + WINDOW
    return Decision(granted, category, lease.limit, lease.remaining, reset_at, -(-(reset_at - now) // 1000))
