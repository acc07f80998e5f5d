"""Where MiniStack behaves unlike AWS and it matters to us, it is corrected here: one subject a module, each with its
reason.

Every correction has a test in `tests/local` that asks the emulator as released first, so that a release which needs it
no longer is noticed. Modules here import MiniStack and are imported in the emulator's process alone, after its
environment is set.
"""

from pathlib import Path

from interactor_local.emulator import (
    functions,
    http_api,
    language_models,
    parameters,
    queues,
    schedules,
    streams,
    table,
    tokens,
)


def correct(*, runtime: Path, extracted: Path, log: Path, endpoint: str) -> functions.Machine:
    """Apply all corrections, once, before the emulator serves. Takes and returns what `functions.correct` does."""
    http_api.correct()
    table.correct()
    streams.correct()
    queues.correct()
    parameters.correct()
    schedules.correct()
    tokens.correct()
    language_models.correct()
    return functions.correct(runtime=runtime, extracted=extracted, log=log, endpoint=endpoint)
