"""The shell around the engine: carry an instance on, commit what came of it, make its HTTP calls, until it settles.

Scripts have no effects outside, so they are folded into the commit that surrounds them. An HTTP call has: the instance
is committed before it (a checkpoint, with an outbox that drives the instance on should this worker die) and after it. A
commit that loses its race is rebased: the signal is applied to what the winner left, if it still means something there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from interactor.clock import Millis
from interactor.engine.definition import Definition
from interactor.engine.due import due_at, next_work, under_way
from interactor.engine.file_fields import RETENTION, takes_files
from interactor.engine.history import Event, is_news
from interactor.engine.instance import Instance
from interactor.engine.signals import HttpEnded, Resumed, ScriptEnded, Signal, applies
from interactor.engine.transition import transition
from interactor.engine.work import CallHttp, RunScript, WaitUntil
from interactor.services.parts import Parts
from interactor.storage import idempotency
from interactor.storage.idempotency import Answer, Claim
from interactor.storage.instances import ClaimTaken, Outbox, Stored, VersionConflict
from interactor.storage.table import Write

CALL_BUDGET: Millis = 20_000
"""How long create and resume carry an instance on in the call (CONTRACT, Running); API Gateway ends a call at 30 s."""
LEASE_MARGIN: Millis = 15_000
"""What a worker may take beyond its HTTP call's time-out before another drives the instance on."""
EVENTS_PER_COMMIT = 200
"""Keeps a run of many states from piling up more history than memory and one write can hold."""

Present = Callable[[Instance], Answer]
"""What the API would answer for an instance in this state; kept with the idempotency key in the commit that leads
there.
"""

_NO_SECRETS: Mapping[str, str] = {}


class Superseded(Exception):
    """Another worker has settled what this one was about; `winner` is what it left. Nothing more is to be done.

    `opened` tells whether this worker had committed before that, and so taken its idempotency key and had its effect.
    """

    def __init__(self, winner: Stored, opened: bool) -> None:
        super().__init__(winner.instance.id)
        self.winner = winner
        self.opened = opened


@dataclass(frozen=True, slots=True)
class Run:
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
        while True:
            fold = self._fold(before.instance if before else None, signal)
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
            if fold.call:
                outcome = self.parts.http().call(fold.call, stored.instance.trace_parent)
                thread = stored.instance.thread(fold.call.thread_id)
                signal = HttpEnded(fold.call.thread_id, thread.visit if thread else 0, fold.call.attempt - 1, outcome)
            elif fold.settled:
                return stored

    def _fold(self, instance: Instance | None, signal: Signal | None) -> "_Fold":
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
            work = next_work(self.definition, instance, _NO_SECRETS, now)
            match work:
                case HttpEnded():
                    signal = work
                case None | WaitUntil():
                    return _Fold(instance, events, due_at(self.definition, instance))
                case _ if self._is_to_be_handed_over(instance, work, now):
                    return _Fold(instance, events, due_at(self.definition, instance))
                case CallHttp():
                    until = now + work.timeout + LEASE_MARGIN
                    begun = under_way(instance, work, until)
                    return _Fold(begun, events, due_at(self.definition, begun), until, work)
                case RunScript() if len(events) >= EVENTS_PER_COMMIT:
                    return _Fold(instance, events, now + LEASE_MARGIN, now + LEASE_MARGIN)
                case RunScript():
                    signal = ScriptEnded(work.thread_id, self.parts.scripts().run(work, dict(_NO_SECRETS)))
                    now = self.parts.clock()

    def _answered_now(self, fold: "_Fold", thread_id: str) -> "_Fold":
        """The answer to a halt comes with its commit: who arrives before that has not seen it, however long scripts
        took.
        """
        thread = fold.instance.thread(thread_id)
        if thread is None or thread.answer is None:
            return fold
        answered = replace(thread, answer=replace(thread.answer, at=self.parts.clock()))
        return replace(fold, instance=fold.instance.with_thread(answered))

    def _is_to_be_handed_over(self, instance: Instance, work: CallHttp | RunScript, now: Millis) -> bool:
        """Asked for, out of budget, or an `on_enter`, which comes after the completion is durable (CONTRACT)."""
        if self.hand_over or now >= self.deadline:
            return True
        thread = instance.thread(work.thread_id)
        if thread is not None and thread.on_enter and self.present is not None:
            return True  # somebody waits for the answer, which is known
        return isinstance(work, CallHttp) and now + work.timeout > self.deadline

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


@dataclass(frozen=True, slots=True)
class _Fold:
    """What is to be committed, and what follows: nothing (`settled`), an HTTP call, or more scripts."""

    instance: Instance
    events: tuple[Event, ...]
    advance_at: Millis | None
    """When the instance is to be driven on, should nobody have committed before."""
    lease_until: Millis | None = None
    """Until when this worker goes on with it."""
    call: CallHttp | None = None

    @property
    def settled(self) -> bool:
        return self.lease_until is None
