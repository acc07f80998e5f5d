"""What a script runner is: the one door between the product and the language that tenants write."""

from typing import Protocol

from interactor.clock import Millis
from interactor.engine.work import RunScript, ScriptOutcome


class ScriptRunner(Protocol):
    """Runs tenants' JavaScript. Whatever it does, both methods return on time and the next call finds nothing of it."""

    def run(
        self, work: RunScript, secrets: dict[str, str], timeout: Millis = 5_000, now: Millis | None = None
    ) -> ScriptOutcome:
        """Run one script in a fresh sandbox for `timeout` ms of wall time (reference, 'Runtime Specification').

        Logs and messages are cut and have no secret's value in them; the value returned may. With `now`, that is the
        moment that its `Date` tells, however long it runs.
        """

    def syntax_error(self, code: str) -> str | None:
        """Why `code` is no function body (with its line), or None. Compiles only; nothing runs."""
