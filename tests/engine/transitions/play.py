"""The engine played by hand: a test starts a definition, says what the world answers, and reads what became of it."""

from typing import Any, Self

from interactor.engine.definition.workflow import Definition
from interactor.engine.due import next_work, under_way
from interactor.engine.history import Event
from interactor.engine.instance import Instance
from interactor.engine.signals import (
    Cancelled,
    Created,
    HttpEnded,
    InstructionEnded,
    Origin,
    Resumed,
    ScriptEnded,
    Signal,
    TimePassed,
)
from interactor.engine.transition import transition
from interactor.engine.work import (
    CallHttp,
    HttpAnswered,
    HttpFailed,
    HttpOutcome,
    InstructionFailed,
    InstructionOutcome,
    InstructionWritten,
    ScriptFailed,
    ScriptReturned,
    Work,
    WriteInstruction,
)

NOON = 1_768_910_400_000
SOMEBODY = Origin("user", "req_1")


class Play:
    """An instance, everything that has happened to it, and the moment it is; time passes only by `wait`."""

    def __init__(self, definition: dict[str, Any], **input: Any) -> None:
        self.definition = Definition.model_validate(definition)
        self.now = NOON
        self.events: list[Event] = []
        self._instance: Instance | None = None
        self.send(Created("inst_1", "acme", "user_1", self.definition.name, "v_1", input, SOMEBODY))

    def send(self, signal: Signal) -> Self:
        step = transition(self.definition, self._instance, signal, self.now)
        self._instance = step.instance
        self.events.extend(step.events)
        return self

    @property
    def instance(self) -> Instance:
        assert self._instance
        return self._instance

    @property
    def work(self) -> Work | HttpEnded | InstructionEnded | None:
        return next_work(self.definition, self.instance, {}, self.now)

    def returns(self, **value: Any) -> Self:
        """The script under way returns this object."""
        return self.send(ScriptEnded("thread_main", ScriptReturned(value)))

    def returns_nothing(self) -> Self:
        return self.send(ScriptEnded("thread_main", ScriptReturned(None)))

    def throws(self, code: str = "script_error", message: str = "boom") -> Self:
        return self.send(ScriptEnded("thread_main", ScriptFailed(code, message)))

    def answers(self, status: int = 200, body: Any = None) -> Self:
        """The server called answers."""
        return self._call_ends(HttpAnswered(status, {}, body))

    def does_not_answer(self, code: str = "http_timeout", *, retriable: bool = True) -> Self:
        return self._call_ends(HttpFailed(code, "no answer", retriable))

    def writes(self, text: str) -> Self:
        """The language model has written for the halt."""
        return self.instruction_ends(InstructionWritten(text, 700))

    def writes_nothing(self, code: str = "instruction_error", message: str = "It is tired") -> Self:
        return self.instruction_ends(InstructionFailed(code, message, 5_000))

    def instruction_ends(self, outcome: InstructionOutcome, thread_id: str = "thread_main") -> Self:
        thread = self.instance.thread(thread_id)
        assert thread is not None
        return self.send(InstructionEnded(thread_id, thread.visit, outcome))

    def resume(self, **input: Any) -> Self:
        return self.send(Resumed("thread_main", self.instance.main.halt_id, input, "fingerprint", SOMEBODY))

    def answer(self, thread_id: str, **input: Any) -> Self:
        """Resume one thread of several."""
        thread = self.instance.thread(thread_id)
        assert thread is not None
        return self.send(Resumed(thread_id, thread.halt_id, input, "fingerprint", SOMEBODY))

    def begin(self, call: CallHttp | WriteInstruction, *, lasting: int) -> Self:
        """Some worker has begun this call, and has so long before another may."""
        self._instance = under_way(self.instance, call, self.now + lasting)
        return self

    def time_passes(self) -> Self:
        return self.send(TimePassed())

    def cancel(self) -> Self:
        return self.send(Cancelled(SOMEBODY))

    def wait(self, milliseconds: int) -> Self:
        self.now += milliseconds
        return self

    @property
    def data(self) -> dict[str, Any]:
        return self.instance.data

    @property
    def status(self) -> str:
        return self.instance.status

    @property
    def state(self) -> str:
        return self.instance.current_state

    @property
    def error(self) -> str | None:
        """The code of the failure of the instance."""
        return self.instance.failure.code if self.instance.failure else None

    @property
    def path(self) -> list[str]:
        """The states in the order in which history says they were entered."""
        return [self.events[0]["initial_state"], *(event["to_state"] for event in self.moves)]

    @property
    def moves(self) -> list[Event]:
        return [event for event in self.events if event["type"] == "transition"]

    def kinds(self) -> list[str]:
        return [f"{event['type']} {event['subtype']}" for event in self.events]

    def _call_ends(self, outcome: HttpOutcome) -> Self:
        thread = self.instance.main
        return self.send(HttpEnded(thread.id, thread.visit, thread.tries, outcome))
