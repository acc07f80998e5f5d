"""Random workflows, answered at random: every history of the pure engine is one that its definition allows."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from interactor.engine.definition.workflow import Definition
from interactor.engine.due import due_at, next_work
from interactor.engine.history import Event
from interactor.engine.instance import LIVE, Instance
from interactor.engine.signals import Created, HttpEnded, Origin, Resumed, ScriptEnded, Signal, TimePassed
from interactor.engine.transition import transition
from interactor.engine.work import CallHttp, HttpAnswered, HttpFailed, RunScript, WaitUntil
from interactor.errors import InteractorError
from tests import invariants
from tests.definitions import end, halt, skip, workflow
from tests.fakes import NOON, quickjs
from tests.proof.random_workflows import inputs, workflows

SOMEBODY = Origin("somebody", "req_1")
OUTCOMES = (HttpAnswered(200, {}, {"ok": True}), HttpAnswered(503, {}, None), HttpFailed("http_timeout", "no answer"))


class Model:
    """The pure engine, driven with no storage around it."""

    def __init__(self, definition: dict[str, Any], input: dict[str, Any]) -> None:
        self.definition = Definition.model_validate(definition)
        self.now = NOON
        self.events: list[Event] = []
        self.instance: Instance | None = None
        self.send(Created("inst_1", "acme", "user_1", "flow", "v_1", input, SOMEBODY))

    def send(self, signal: Signal) -> None:
        step = transition(self.definition, self.instance, signal, self.now)
        self.instance = step.instance
        self.events += step.events

    def settle(self, data: st.DataObject) -> None:
        """Carry out what is due, as long as anything is."""
        assert self.instance
        while work := next_work(self.definition, self.instance, {}, self.now):
            self.now += 1
            match work:
                case RunScript():
                    self.send(ScriptEnded(work.thread_id, quickjs().run(work, {})))
                case CallHttp():
                    thread = self.instance.thread(work.thread_id)
                    assert thread
                    outcome = data.draw(st.sampled_from(OUTCOMES))
                    self.send(HttpEnded(thread.id, thread.visit, thread.tries, outcome))
                case WaitUntil():
                    self.now = max(self.now, work.moment)
                case HttpEnded():
                    self.send(work)

    def go_on(self, data: st.DataObject) -> None:
        """Somebody answers one of the halts, or nobody does and time passes."""
        assert self.instance
        halted = [thread for thread in self.instance.threads if thread.status == "halted"]
        moment = due_at(self.definition, self.instance)
        if moment is not None and (not halted or data.draw(st.integers(0, 3)) == 0):
            self.now = max(self.now, moment)
            self.send(TimePassed())
        elif halted:
            thread = data.draw(st.sampled_from(halted))
            try:
                self.send(Resumed(thread.id, thread.halt_id, data.draw(inputs()), "fingerprint", SOMEBODY))
            except InteractorError:
                self.now += 1  # refused: nothing has happened


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(workflows(), inputs(), st.data())
def test_every_history_is_allowed(definition: dict[str, Any], input: dict[str, Any], data: st.DataObject) -> None:
    model = Model(definition, input)
    for _ in range(12):
        model.settle(data)
        assert model.instance
        if model.instance.status not in LIVE:
            break
        model.go_on(data)
    assert model.instance
    invariants.check(model.definition, model.instance, model.events)


@pytest.mark.parametrize("keys", ["abc", "bac", "bca"])
def test_who_ends_at_once_cancels_those_that_were_to_begin_after_it(keys: str) -> None:
    fork = {key: "done" if key == "a" else "ask" for key in keys}
    race = workflow("race", start=skip("done", fork=fork, join="any"), ask=halt("done"), done=end())
    model = Model(race, {})
    assert model.instance
    assert model.instance.status == "completed"
    cancelled = [event["thread"] for event in model.events if event["subtype"] == "cancelled"]
    assert cancelled == [f"thread_{key}" for key in keys if key != "a"]
    invariants.check(model.definition, model.instance, model.events)
