"""The one directory that a local stack keeps everything in, and the lock that says whether it runs.

Every path below it is named here. Deleting the directory removes the stack without a trace.
"""

import fcntl
import json
import os
import shutil
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_STOP_TIMEOUT = 20.0
"""Seconds that a stack may take to stop before it is killed."""


class AlreadyRunning(Exception):
    """A stack runs from this directory."""


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """The layout. What was installed and built lies below `installed`, which several stacks may share, all else below
    `root`.
    """

    root: Path
    installed: Path

    @property
    def emulator(self) -> Path:
        """The virtual environment that the emulator runs in."""
        return self.installed / "emulator"

    @property
    def runtime(self) -> Path:
        """The virtual environment, without any package, that functions run in."""
        return self.installed / "runtime"

    @property
    def runtime_python(self) -> Path:
        return self.runtime / "bin" / "python"

    @property
    def packages(self) -> Path:
        """The built functions and layers, as archives."""
        return self.installed / "packages"

    @property
    def extracted(self) -> Path:
        """The same, unpacked."""
        return self.root / "extracted"

    @property
    def state(self) -> Path:
        """What the emulator remembers, but for the objects in S3."""
        return self.root / "state"

    @property
    def objects(self) -> Path:
        """The objects in S3."""
        return self.root / "s3"

    @property
    def function_log(self) -> Path:
        return self.root / "logs" / "functions.log"

    @property
    def emulator_log(self) -> Path:
        return self.root / "logs" / "emulator.log"

    @property
    def stack_file(self) -> Path:
        """`stack.json`: where the running stack is and who may log in."""
        return self.root / "stack.json"

    def stack(self) -> dict[str, Any]:
        """What `stack.json` says; empty before the first start."""
        if not self.stack_file.exists():
            return {}
        stack: dict[str, Any] = json.loads(self.stack_file.read_text(encoding="utf-8"))
        return stack

    def lock(self) -> int:
        """Take the lock and return its descriptor: it is held until every process that has it open has closed it.

        Raises AlreadyRunning.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._lock_file, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise AlreadyRunning(f"a stack already runs from {self.root}") from error
        self.name_holder(descriptor, os.getpid())
        return descriptor

    def name_holder(self, descriptor: int, process: int) -> None:
        """Write down which process to ask to stop."""
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(process).encode(), 0)

    def running(self) -> int | None:
        """The process id of the stack that runs from this directory, or None."""
        if not self._lock_file.exists():
            return None
        with self._lock_file.open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read())
        return None

    @property
    def _lock_file(self) -> Path:
        return self.root / "lock"

    def stop(self) -> bool:
        """Stop the running stack, with its state saved. False if none runs."""
        process = self.running()
        if process is None:
            return False
        deadline = time.monotonic() + _STOP_TIMEOUT
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM)
        while self.running() == process:
            if time.monotonic() > deadline:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.05)
        return True

    def wipe(self) -> None:
        """Remove the data and the log-ins; what was installed and built stays."""
        for folder in (self.state, self.objects, self.extracted, self.emulator_log.parent):
            shutil.rmtree(folder, ignore_errors=True)
        self.stack_file.unlink(missing_ok=True)
