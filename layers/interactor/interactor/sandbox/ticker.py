"""The ticks on which wasmtime's deadlines are: an engine's epoch, advanced every 10 ms while anything runs on it.

A deadline is a number of ticks from a program's own start, so that none touches another program. Ticks follow the
monotonic clock and are made up for when this thread came late, but not those of a time when nothing ran: a process that
was frozen meanwhile, as Lambda does between calls, owes the next program none.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from interactor.clock import Millis

TICK: Millis = 10


class Ticker:
    """Calls `tick`, from a thread of its own, for as long as at least one `ticking` block is entered."""

    def __init__(self, tick: Callable[[], None]) -> None:
        self._tick = tick
        self._wakened = threading.Condition()
        self._running = 0
        self._idle = False
        self._due = 0.0
        self._thread = threading.Thread()

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """Every tick that is due on entry has been made: those to come may be counted from here."""
        with self._wakened:
            if self._running:
                self._catch_up()
            else:
                self._due = time.monotonic() + TICK / 1000
                if self._idle:
                    self._wakened.notify()
            self._running += 1
            if not self._thread.is_alive():  # the first time, or in a forked child
                self._thread = threading.Thread(target=self._keep_ticking, name="sandbox-ticker", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._wakened:
                self._running -= 1

    def _keep_ticking(self) -> None:
        with self._wakened:
            while True:
                self._idle = not self._running
                self._wakened.wait(None if self._idle else self._due - time.monotonic())
                if self._running:
                    self._catch_up()

    def _catch_up(self) -> None:
        while self._due <= time.monotonic():
            self._tick()
            self._due += TICK / 1000
