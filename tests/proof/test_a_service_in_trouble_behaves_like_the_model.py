"""Random workflows, several clients who come between each other, clocks that differ, messages that come twice and in
any order, workers that die: what is stored is what the definition allows, and every promise is kept.

Hypothesis chooses all of it. What went wrong is forgotten by the time of the check, which holds each history against
the definition (`tests/invariants.py`) and everything else against the histories (`tests/proof/system.py`).
"""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from interactor.services import deliver as delivering
from tests import world as worlds
from tests.crashes import KINDS, SKEW, Fault, attempt
from tests.proof.random_workflows import inputs, workflows
from tests.proof.system import System

MINUTE = 60_000
faults = st.one_of(st.none(), st.tuples(st.sampled_from(KINDS), st.integers(0, 6)))
skews = st.sampled_from((0, 0, -SKEW, SKEW))
"""How far the clock of the worker that does something is off."""


class ServiceInTrouble(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._surroundings = worlds.world()
        self.world = self._surroundings.__enter__()
        self.system = System(self.world)
        self.system.subscribe()
        self.keys = 0

    def teardown(self) -> None:
        try:
            if self.system.listed():
                self.system.check()
        finally:
            self._surroundings.__exit__(None, None, None)

    @initialize(definition=workflows())
    def somebody_publishes(self, definition: dict[str, Any]) -> None:
        self.world.publish(definition)

    @rule(input=inputs(), with_key=st.booleans(), fault=faults, skew=skews, data=st.data())
    def somebody_starts(self, input: Any, with_key: bool, fault: Any, skew: int, data: st.DataObject) -> None:
        key = self._key() if with_key else None
        for _ in range(2 if with_key else 1):
            self._in_trouble(lambda: self.system.start("flow", input, key), fault, skew, data)

    @rule(input=inputs(), with_key=st.booleans(), fault=faults, skew=skews, data=st.data())
    def somebody_answers(self, input: Any, with_key: bool, fault: Any, skew: int, data: st.DataObject) -> None:
        halt = self._some_halt(data)
        if halt is None:
            return
        key = self._key() if with_key else None
        self._in_trouble(lambda: self.system.answer(*halt, input, key), fault, skew, data)

    @rule(fault=faults, data=st.data())
    def somebody_cancels(self, fault: Any, data: st.DataObject) -> None:
        found = sorted(self.system.listed())
        if found and data.draw(st.integers(0, 3)) == 0:
            instance_id = data.draw(st.sampled_from(found))
            self._in_trouble(lambda: self.system.cancel(instance_id), fault, 0, data)

    @rule(minutes=st.sampled_from((1, 40, 150)))
    def time_passes(self, minutes: int) -> None:
        self.world.clock.pass_by(minutes * MINUTE)

    @rule(fault=faults, skew=skews, data=st.data())
    def the_stream_brings_its_records(self, fault: Any, skew: int, data: st.DataObject) -> None:
        self._in_trouble(lambda: self.world.play_stream(deliver=data.draw(st.integers(1, 2))), fault, skew, data)

    @rule(fault=faults, skew=skews, data=st.data())
    def a_message_comes(self, fault: Any, skew: int, data: st.DataObject) -> None:
        """Any that is due, in any order; it may come again."""
        due = sorted(found for found in self.world.messages if found[0] <= self.world.clock.now)
        if due:
            message = data.draw(st.sampled_from(due))
            self._in_trouble(lambda: self.world.serve(message[1]), fault, skew, data)

    def _in_trouble(self, action: Callable[[], Any], fault: Any, skew: int, data: st.DataObject) -> None:
        """Do something with a clock that is off and a request that goes wrong; another client may come in between."""
        kind, place = fault or ("dies before", 1_000)
        attempt(self.world, Fault(kind, place, lambda: self._somebody_else(data)), action, skew)

    def _somebody_else(self, data: st.DataObject) -> None:
        self.world.aws.interruption = lambda operation, send: send()
        halt = self._some_halt(data)
        if halt is not None:
            with self.world.clock.off_by(0):
                self.system.answer(*halt, data.draw(inputs()))

    def _some_halt(self, data: st.DataObject) -> tuple[str, Any] | None:
        halts = [
            (instance_id, thread)
            for instance_id, entry in sorted(self.system.listed().items())
            if entry["status"] in ("running", "halted")
            for thread in self.system.halted(instance_id)
        ]
        return data.draw(st.sampled_from(halts)) if halts else None

    def _key(self) -> str:
        self.keys += 1
        return f"key {self.keys}"


@pytest.fixture(autouse=True)
def one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker's own threads would outlive its death here."""
    monkeypatch.setattr(delivering, "AT_ONCE", 1)


class TestServiceInTrouble(ServiceInTrouble.TestCase):  # type: ignore[name-defined,misc]
    settings = settings(
        max_examples=15,
        stateful_step_count=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
