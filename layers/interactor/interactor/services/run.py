"""The shell around the engine: carry an instance on, commit what came of it, make its calls, until it settles.

Scripts have no effects outside, so they are folded into the commit that surrounds them. An HTTP call has: the instance
is committed before it (a checkpoint, with an outbox that drives the instance on should this worker die) and after it. A
commit that loses its race is rebased: the signal is applied to what the winner left, if it still means something there.
A language model is called in the same way, once the halt that it is to write for is committed.
"""

from collections.abc import Callable, Mapping, Set
from typing import TYPE_CHECKING, NamedTuple

from interactor import log_context
from interactor.clock import Millis
from interactor.engine.definition.workflow import Definition
from interactor.engine.due import due_at, next_work, under_way
from interactor.engine.file_fields import RETENTION, takes_files
from interactor.engine.history import Event, is_news
from interactor.engine.instance import Instance
from interactor.engine.signals import HttpEnded, InstructionEnded, Resumed, ScriptEnded, Signal, applies
from interactor.engine.transition import transition
from interactor.engine.work import CallHttp, RunScript, WaitUntil, WriteInstruction
from interactor.services.parts import Parts
from interactor.storage import idempotency
from interactor.storage.idempotency import Answer, Claim
from interactor.storage.instances import ClaimTaken, Outbox, Stored, VersionConflict
from interactor.storage.table import Write

if TYPE_CHECKING:
    from interactor.secrets.redaction import Outcome, Redactor

CALL_BUDGET: Millis = 20_000
"""How long create and resume carry an instance on in the call; API Gateway ends a call at 30 s."""
LEASE_MARGIN: Millis = 15_000
"""What a worker may take beyond its call's time-out before another drives the instance on."""
EVENTS_PER_COMMIT = 200
"""Keeps a run of many states from piling up more history than memory and one write can hold."""

Present = Callable[[Instance], Answer]
"""What the API would answer for an instance in this state; kept with the idempotency key in the commit that leads
there.
"""


class Superseded(Exception):
    """Another worker has settled what this one was about; `winner` is what it left. Nothing more is to be done.

    `opened` tells whether this worker had committed before that, and so taken its idempotency key and had its effect.
    """

    def __init__(self, winner: Stored, opened: bool) -> None:
        super().__init__(winner.instance.id)
        self.winner = winner
        self.opened = opened


class Run(NamedTuple):
    """One worker's turn at an instance.

    `deadline` is the moment after which nothing new is begun. `present` is given where a caller waits for the answer;
    with a `claim`, that answer is committed together with the instance.
    """

    parts: Parts
    definition: Definition
    deadline: Millis
    claim: Claim | None = None
    present: Present | None = None
    hand_over: bool = False
    """Commit what the first signal leads to and leave everything else to re-invocation (`Prefer: respond-async`)."""

    def carry_on(self, before: Stored | None, signal: Signal | None) -> Stored:
        """Take a signal (or none, to go on where the instance stands) and go on until it settles or the budget is
        spent.

        Raises Superseded, ClaimTaken (another request with the claim's key has given the answer, or is about to), and
        what `transition` raises for a resume that cannot be taken.
        """
        opened = False
        secrets = _GivenSecrets(self.parts, self.definition.secret_names)
        while True:
            fold = self._fold(before.instance if before else None, signal, secrets)
            if isinstance(signal, Resumed):
                fold = self._answered_now(fold, signal.thread_id)
            try:
                stored = self._commit(before, fold, opened)
            except VersionConflict as conflict:
                before = conflict.winner
                if signal is None or not applies(before.instance, signal):
                    raise Superseded(before, opened) from conflict
                continue
            before, opened, signal = stored, True, None
            log_context.note(stored.instance)
            if fold.call:
                signal = self._called(fold.call, stored.instance, secrets)
            elif fold.settled:
                return stored

    def _called(self, call: CallHttp | WriteInstruction, instance: Instance, secrets: "_GivenSecrets") -> Signal:
        if isinstance(call, WriteInstruction):
            return InstructionEnded(call.thread_id, call.visit, self.parts.writer.write(call))
        outcome = secrets.taken_out_of(self.parts.http.call(call, instance.trace_parent))
        thread = instance.thread(call.thread_id)
        return HttpEnded(call.thread_id, thread.visit if thread else 0, call.attempt - 1, outcome)

    def _fold(self, instance: Instance | None, signal: Signal | None, secrets: "_GivenSecrets") -> "_Fold":
        """Apply the signal and run scripts until something has to be committed."""
        now = self.parts.clock()
        events: tuple[Event, ...] = ()
        while True:
            if signal is not None:
                step = transition(self.definition, instance, signal, now)
                instance, events = step.instance, events + step.events
            if instance is None:
                raise ValueError("an instance begins with a signal")
            now = self.parts.clock()
            if self.hand_over or now >= self.deadline:
                return _Fold(instance, events, due_at(self.definition, instance))
            work = next_work(self.definition, instance, secrets.of(instance.account), now)
            match work:
                case HttpEnded() | InstructionEnded():
                    signal = work
                case None | WaitUntil():
                    return _Fold(instance, events, due_at(self.definition, instance))
                case CallHttp() | RunScript() | WriteInstruction() if self._is_to_be_handed_over(instance, work, now):
                    return _Fold(instance, events, due_at(self.definition, instance))
                case WriteInstruction() if outcome := self.parts.writer.without_a_call(work):
                    signal = InstructionEnded(work.thread_id, work.visit, outcome)
                case CallHttp() | WriteInstruction():
                    until = now + work.timeout + LEASE_MARGIN
                    begun = under_way(instance, work, until)
                    return _Fold(begun, events, due_at(self.definition, begun), until, work)
                case RunScript() if len(events) >= EVENTS_PER_COMMIT:
                    return _Fold(instance, events, now + LEASE_MARGIN, now + LEASE_MARGIN)
                case RunScript():
                    returned = self.parts.scripts.run(work, dict(secrets.of(instance.account)))
                    signal = ScriptEnded(work.thread_id, secrets.taken_out_of(returned))
                    now = self.parts.clock()

    def _answered_now(self, fold: "_Fold", thread_id: str) -> "_Fold":
        """The answer to a halt comes with its commit: who arrives before that has not seen it, however long scripts
        took.
        """
        thread = fold.instance.thread(thread_id)
        if thread is None or thread.answer is None:
            return fold
        answered = thread._replace(answer=thread.answer._replace(at=self.parts.clock()))
        return fold._replace(instance=fold.instance.with_thread(answered))

    def _is_to_be_handed_over(
        self, instance: Instance, work: CallHttp | RunScript | WriteInstruction, now: Millis
    ) -> bool:
        """Out of budget, or an `on_enter`, which comes after the completion is durable."""
        thread = instance.thread(work.thread_id)
        if thread is not None and thread.on_enter and self.present is not None:
            return True  # somebody waits for the answer, which is known
        return not isinstance(work, RunScript) and now + work.timeout > self.deadline

    def _commit(self, before: Stored | None, fold: "_Fold", opened: bool) -> Stored:
        op = self.parts.ids.new("op", self.parts.clock())
        claim = self._claim_write(fold, opened, op)
        outbox = self._outbox(before, fold)
        try:
            return self.parts.instances.commit(before, fold.instance, fold.events, op, outbox, claim)
        except ClaimTaken:
            if opened:
                # A replay found the lease lapsed and has given the answer; the work itself still counts.
                op = self.parts.ids.new("op", self.parts.clock())
                self.parts.instances.commit(before, fold.instance, fold.events, op, outbox)
            raise

    def _outbox(self, before: Stored | None, fold: "_Fold") -> Outbox:
        ended_at = fold.instance.ended_at
        ends = ended_at is not None and not (before and before.instance.ended_at)
        remove_files_at = ended_at + RETENTION if ended_at and ends and takes_files(self.definition) else None
        return Outbox(fold.advance_at, news=any(map(is_news, fold.events)), remove_files_at=remove_files_at)

    def _claim_write(self, fold: "_Fold", opened: bool, op: str) -> Write | None:
        if self.claim is None or self.present is None:
            return None
        documents = self.parts.documents
        answer = self.present(fold.instance) if fold.settled else None
        if opened:
            return idempotency.closed(self.claim, answer, op, documents) if answer else None
        now = self.parts.clock()
        return idempotency.opened(self.claim, fold.instance.id, answer, fold.lease_until or now, now, op, documents)


class _GivenSecrets:
    """What one run is given of its account's secrets, and what takes them out of all that scripts and servers bring.

    Read when first asked for and kept for the run, so that what comes back is searched for what was sent. A definition
    that speaks of no secrets is given none, and nobody is asked, nor the module imported that takes them out.
    """

    def __init__(self, parts: Parts, needed: Set[str] | None) -> None:
        self._parts = parts
        self._needed = needed
        self._values: Mapping[str, str] | None = None if needed is not None else {}
        self._redactor: Redactor | None = None

    def of(self, account: str) -> Mapping[str, str]:
        if self._values is None:
            from interactor.secrets.redaction import Redactor

            self._values = self._parts.secrets.values(account, self._needed or set())
            self._redactor = Redactor(self._values.values())
        return self._values

    def taken_out_of(self, outcome: "Outcome") -> "Outcome":
        return self._redactor.outcome(outcome) if self._redactor else outcome


class _Fold(NamedTuple):
    """What is to be committed, and what follows: nothing (`settled`), a call, or more scripts."""

    instance: Instance
    events: tuple[Event, ...]
    advance_at: Millis | None
    """When the instance is to be driven on, should nobody have committed before."""
    lease_until: Millis | None = None
    """Until when this worker goes on with it."""
    call: CallHttp | WriteInstruction | None = None

    @property
    def settled(self) -> bool:
        return self.lease_until is None
