"""One JavaScript program in one fresh QuickJS, inside WebAssembly: the walls, and nothing of what the program means.

An instance begins as `snapshot.py` left the engine. wasmtime ends a program at its deadline and refuses it memory past
its cap whatever it does (docs/sandbox.md). `ticker.py` makes the deadlines pass, `host.py` has what a program may ask
for. Importing this imports wasmtime (50 ms of CPU), so only what is about to run a script does.
"""

import logging
import secrets
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Self, cast

from wasmtime import Config, Engine, Global, InstancePre, Memory, Module, Store, Trap, TrapCode, WasmtimeError

from interactor.clock import Clock, Millis, system_clock
from interactor.sandbox.evaluation import evaluate
from interactor.sandbox.host import Host
from interactor.sandbox.ticker import TICK, Ticker

MEMORY_CAP = 32 * 1024 * 1024
"""Bytes of linear memory, which holds more than QuickJS's own limit counts: its stack, its constants, the program."""
_STACK = 2 * 1024 * 1024
"""Bytes of the calling thread's stack (8 MB is usual) for compiled code. QuickJS's own limit, which a script can catch,
is met first in all but its recursive parsers."""

_logger = logging.getLogger(__name__)


class End(Enum):
    """How a program ended, by wasmtime's word."""

    FINISHED = "finished"
    TIMED_OUT = "timed out"
    STACK_EXHAUSTED = "stack exhausted"
    FAILED = "failed"
    """Ended for another reason, which is want of memory unless the engine itself is broken."""


@dataclass(frozen=True, slots=True)
class Ended:
    """`output` is what the program printed until then."""

    end: End
    output: bytes


class Machine:
    """A loaded engine. Runs any number of programs, on several threads at once; none finds anything of another."""

    def __init__(self, engine: Engine, module: Module, clock: Clock) -> None:
        self._engine = engine
        self._ticker = Ticker(engine.increment_epoch)
        self._host = Host(clock)
        self._linked = self._host.link(engine, module)

    @classmethod
    def load(cls, compiled: Path | None, clock: Clock = system_clock) -> Self:
        """Load what `precompile.py` compiled (1 ms). Where it does not fit, compile the module beside it (1.4 s of
        CPU); without either, start the engine first (2.3 s).

        `compiled` is machine code, trusted as our own is: it comes with the deployment, never from a user.
        """
        engine = Engine(config())
        return cls(engine, _compiled(engine, compiled) or _compiled_now(engine, compiled), clock)

    def run(self, program: bytes, timeout: Millis, now: Millis | None = None) -> Ended:
        """Evaluate JavaScript, UTF-8 without NUL, for at least `timeout` milliseconds and at most two ticks more.

        With `now`, the program sees a clock that stands still at that moment.
        """
        output = self._host.start(now)
        with Store(self._engine) as store, self._ticker.ticking():
            store.set_limits(memory_size=MEMORY_CAP)
            store.set_epoch_deadline(-(-timeout // TICK) + 1)
            end = _evaluate(self._linked, store, program)
        return Ended(end, bytes(output))


def _evaluate(linked: InstancePre, store: Store, program: bytes) -> End:
    exports = linked.instantiate(store).exports(store)
    context, random_state = (cast(Global, exports[name]).value(store) for name in ("context", "random_state"))
    # All instances begin alike. The state must not be zero (the algorithm is xorshift64*).
    seed = secrets.randbits(64) or 1
    cast(Memory, exports["memory"]).write(store, seed.to_bytes(8, "little"), random_state)
    try:
        finished = evaluate(store, exports, context, program)
    except Trap as trap:
        match trap.trap_code:
            case TrapCode.INTERRUPT:
                return End.TIMED_OUT
            case TrapCode.STACK_OVERFLOW:
                return End.STACK_EXHAUSTED
            case _:
                return End.FAILED
    except WasmtimeError:  # it called an import that is not there
        return End.FAILED
    return End.FINISHED if finished else End.FAILED


def config() -> Config:
    """What code is compiled for. wasmtime loads nothing that was compiled for something else."""
    config = Config()
    config.epoch_interruption = True
    # Each instance reserves the addresses of its cap once and never moves, instead of the 4 GB that are usual.
    config.memory_reservation = MEMORY_CAP
    config.memory_guard_size = 64 * 1024
    config.memory_may_move = False
    config.max_wasm_stack = _STACK
    return config


def _compiled(engine: Engine, path: Path | None) -> Module | None:
    if path is None:
        return None
    try:
        return Module.deserialize_file(engine, str(path))
    except WasmtimeError as error:
        _logger.warning("cannot use %s, so the script engine is compiled now, which takes seconds: %s", path, error)
        return None


def _compiled_now(engine: Engine, path: Path | None) -> Module:
    if path is not None and (started := path.with_suffix(".wasm")).exists():
        return Module.from_file(engine, str(started))
    from interactor.sandbox.snapshot import started_engine  # brings 20 ms of imports, which a compiled file spares

    return Module(engine, started_engine())
