"""One case played through the engine: a clock that jumps, people and servers that do as they are told, nothing stored.

The loop is that of `services/run.py` without its commits: `next_work`, do it, `transition`. Scripts run in the real
sandbox. When there is nothing left to do, time passes at once to whatever comes next: a retry, an answer, a timer.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from interactor.clock import Clock, Millis
from interactor.engine import history
from interactor.engine.definition.workflow import Definition
from interactor.engine.due import due_at, lifetime_ends_at, next_work, timeout_at
from interactor.engine.explaining import explain_event
from interactor.engine.history import Event
from interactor.engine.instance import LIVE, Instance
from interactor.engine.signals import (
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
from interactor.engine.work import CallHttp, HttpOutcome, InstructionWritten, RunScript, WaitUntil, WriteInstruction
from interactor.errors import ActionFailed, InteractorError, InvalidInput, InvalidTransition
from interactor.ids import ulid
from interactor.json_text import Json
from interactor.sandbox.protocol import ScriptRunner
from interactor.secrets.redaction import Redactor
from interactor.simulation.cases import Case
from interactor.simulation.coverage import way_taken
from interactor.simulation.people import NextAnswer, People
from interactor.simulation.servers import StubbedServers

MAX_EVENTS = 5_000
"""Of one case; a limit of ours."""

_ORIGIN = Origin("simulation", "simulation")


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of history with what the simulator knows beside it. `data` is `workflow_data` after it."""

    event: Event
    data: dict[str, Json]
    explanation: list[dict[str, Json]] | None = None
    call: CallHttp | None = None
    outcome: HttpOutcome | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that the instance did not take."""

    number: int
    thread_id: str
    state: str
    at: Millis
    error: InteractorError


@dataclass(slots=True)
class Play:
    """A case under way. Go through `happenings` to the end, then read what came of it."""

    definition: Definition
    version_id: str
    case: Case
    scripts: ScriptRunner
    clock: Clock
    """The real one, for the budget."""
    deadline: Millis
    now: Millis = field(init=False)
    """The simulated moment."""
    people: People = field(init=False)
    servers: StubbedServers = field(init=False)
    refused: list[Refused] = field(default_factory=list)
    stopped: str | None = None
    """Why the case was not played to its end."""
    states: set[str] = field(default_factory=set)
    ways: set[str] = field(default_factory=set)
    """Paths in the definition of what was come through."""
    paths: dict[str, list[str]] = field(default_factory=dict)
    """The states that each thread entered, in order."""
    _secrets: dict[str, str] = field(init=False)
    """Those of the case, and something in place of the others that the definition names."""
    _redactor: Redactor = field(init=False)
    _instance: Instance | None = None
    _until: Millis | None = None
    """Until when a case that says `wait` goes on."""

    def __post_init__(self) -> None:
        self.now = self.case.now
        self.people = People(self.case.answers)
        self.servers = StubbedServers(self.case.responses)
        named = self.definition.secret_names or ()
        self._secrets = {**{name: f"simulated_{name}" for name in named}, **self.case.secrets}
        self._redactor = Redactor(self._secrets.values())

    @property
    def instance(self) -> Instance:
        if self._instance is None:
            raise ValueError("nothing has happened yet")
        return self._instance

    def happenings(self) -> Iterator[Happening]:
        """Play the case, telling of each thing as it happens."""
        for count, happening in enumerate(self._everything(), start=1):
            self._cover(happening)
            yield happening
            if count >= MAX_EVENTS:
                self.stopped = f"more than {MAX_EVENTS} events"
            elif self.clock() >= self.deadline:
                self.stopped = "the time for the whole call is used up"
            if self.stopped:
                return

    def _everything(self) -> Iterator[Happening]:
        instance_id = f"inst_{ulid(self.now, bytes(10))}"
        name, namespace = self.definition.name, self.case.namespace
        yield from self._take(
            Created(instance_id, "simulation", namespace, name, self.version_id, self.case.input, _ORIGIN)
        )
        while True:
            work = next_work(self.definition, self.instance, self._secrets, self.now)
            match work:
                case HttpEnded() | InstructionEnded():
                    yield from self._take(work)
                case WriteInstruction():
                    text = InstructionWritten(f"[A language model writes here] {work.prompt}")
                    yield from self._take(InstructionEnded(work.thread_id, work.visit, text))
                case RunScript():
                    returned = self.scripts.run(work, self._secrets, now=self.now)
                    yield from self._take(ScriptEnded(work.thread_id, self._redactor.outcome(returned)))
                case CallHttp():
                    yield from self._call(work)
                case None | WaitUntil():
                    answer = self.people.next_answer(self.instance)
                    moment = self._next_moment(work, answer)
                    if moment is None:
                        return
                    yield from self._pass_until(moment, answer)

    def _call(self, work: CallHttp) -> Iterator[Happening]:
        outcome = self._redactor.outcome(self.servers.call(work))
        self.now += outcome.duration_ms
        thread = self.instance.thread(work.thread_id)
        ended = HttpEnded(work.thread_id, thread.visit if thread else 0, work.attempt - 1, outcome)
        for happening in self._take(ended):
            yield replace(happening, call=work, outcome=outcome) if happening.event["type"] == "step" else happening

    def _next_moment(self, work: WaitUntil | None, answer: NextAnswer | None) -> Millis | None:
        """Until when time passes: to the next try or answer, or, with answers left for other halts, to a time-out."""
        moments = [answer.moment] if answer else []
        if work:
            moments.append(work.moment)
        if not moments and self.people.left:
            timeouts = (timeout_at(self.definition, thread) for thread in self.instance.threads)
            moments = [moment for moment in timeouts if moment is not None]
        if not moments and self.instance.status in LIVE:
            self._until = self.now + self.case.wait if self._until is None else self._until
            moments = [self._until] if self._until > self.now or self._due(self._until) else []
        return max(min(moments), self.now) if moments else None

    def _pass_until(self, moment: Millis, answer: NextAnswer | None) -> Iterator[Happening]:
        """Let time pass, but not past the next timer."""
        if due := self._due(moment):
            self.now = max(self.now, due)
            yield from self._take(TimePassed())
            return
        self.now = moment
        if answer and answer.moment <= moment:
            yield from self._answer(answer)

    def _due(self, moment: Millis) -> Millis | None:
        """When the next timer is due, if it is by this moment."""
        ends_at = lifetime_ends_at(self.instance) if self.instance.status in LIVE else None
        timers = (due_at(self.definition, self.instance), ends_at)
        return min((timer for timer in timers if timer is not None and timer <= moment), default=None)

    def _answer(self, coming: NextAnswer) -> Iterator[Happening]:
        answer, thread = self.people.give(coming.number), coming.thread
        try:
            yield from self._take(Resumed(thread.id, thread.halt_id, answer.input, "", _ORIGIN))
        except (InvalidInput, InvalidTransition, ActionFailed) as error:
            self.refused.append(Refused(coming.number, thread.id, thread.state, self.now, error))

    def _take(self, signal: Signal) -> Iterator[Happening]:
        step = transition(self.definition, self._instance, signal, self.now)
        self._instance = step.instance
        data = step.instance.data
        after: list[dict[str, Json]] = []
        for event in reversed(step.events):
            after.append(data)
            data = history.undone(data, event)
        after.reverse()
        for event, then in zip(step.events, after, strict=True):
            yield Happening(event, then, explain_event(self.definition, event, then))

    def _cover(self, happening: Happening) -> None:
        event = happening.event
        entered = event.get("initial_state") or event.get("to_state")
        if entered is not None:
            self.states.add(entered)
            self.paths.setdefault(event["thread"], []).append(entered)
        if (way := way_taken(event, happening.explanation)) is not None:
            self.ways.add(way)
