"""Whatever a definition says and the world answers: history is a path of the graph, folds to the data, and ends with
the end.
"""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interactor.engine.instance import LIVE, from_json, to_json
from interactor.engine.work import CallHttp, RunScript, WaitUntil
from interactor.errors import InvalidTransition
from tests import invariants
from tests.definitions import end, halt, http, script, skip
from tests.engine.transitions.play import Play

NAMES = ("a", "b", "c", "d")
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(0, 2), st.floats(allow_nan=False, allow_infinity=False), st.text()
)
RESULTS = st.dictionaries(st.sampled_from(("x", "y", "__proto__", "error")), VALUES, max_size=3)
CONDITIONS = st.fixed_dictionaries(
    {"field": st.sampled_from(("x", "y", "error.code")), "equals": st.sampled_from((0, 1, None))}
)
WAYS = st.lists(
    st.one_of(st.sampled_from(NAMES), st.tuples(st.sampled_from(NAMES), CONDITIONS)), min_size=1, max_size=3
)
CATCHERS = st.lists(st.builds(lambda target: {"target": target}, st.sampled_from(NAMES)), max_size=1)
SCRIPT, CALL = {"type": "script", "code": ""}, {"type": "http", "method": "GET", "url": "https://example.com/"}


@st.composite
def states(draw: st.DrawFn) -> dict[str, Any]:
    ways, more = draw(WAYS), {"on_error": draw(CATCHERS)}
    kinds = {
        "script": lambda: script("", *ways, **more),
        "http": lambda: http(*ways, retry={"attempts": 2}, **more),
        "skip": lambda: skip(*ways, **more),
        "halt": lambda: halt(*ways),
        "end": lambda: end(**draw(st.sampled_from(({}, {"on_enter": SCRIPT}, {"on_enter": CALL})))),
    }
    return kinds[draw(st.sampled_from(("script", "script", "http", "skip", "halt", "halt", "end")))]()


DEFINITIONS = st.fixed_dictionaries({
    "name": st.just("flow"),
    "initial_state": st.just("a"),
    "states": st.fixed_dictionaries({name: states() for name in NAMES}),
})  # fmt: skip


def go_on(play: Play, draw: st.DrawFn) -> bool:
    """One thing that can happen now; false when nothing can."""
    play.wait(draw(st.integers(0, 3)))
    if draw(st.integers(0, 30)) == 0 and play.status in LIVE:
        play.cancel()
        return True
    match play.work:
        case RunScript():
            play.returns(**draw(RESULTS)) if draw(st.integers(0, 4)) else play.throws()
        case CallHttp():
            play.answers(draw(st.sampled_from((200, 404, 503))), draw(VALUES))
        case WaitUntil(moment=moment):
            play.now = moment
        case _ if play.status == "halted":
            try:
                play.resume(**draw(RESULTS))
            except InvalidTransition:
                return False
        case _:
            return False
    return True


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(definition=DEFINITIONS, data=st.data())
def test_whatever_happens(definition: dict[str, Any], data: st.DataObject) -> None:
    play = Play(definition)
    for _ in range(25):
        invariants.check(play.definition, play.instance, play.events)
        if not go_on(play, data.draw):
            break
    invariants.check(play.definition, play.instance, play.events)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(definition=DEFINITIONS, data=st.data())
def test_an_instance_survives_being_written_down_at_any_point(definition: dict[str, Any], data: st.DataObject) -> None:
    play = Play(definition)
    for _ in range(10):
        document = json.loads(json.dumps(to_json(play.instance)))
        identity = {
            name: getattr(play.instance, name) for name in ("id", "account", "namespace", "workflow_name", "version_id")
        }
        assert from_json(document, **identity) == play.instance
        if not go_on(play, data.draw):
            break


def test_the_check_itself_finds_a_missing_event() -> None:
    play = Play({"name": "flow", "initial_state": "a", "states": {"a": script("", "b"), "b": halt("c"), "c": end()}})
    play.returns(x=1).resume(y=2)
    for place in range(len(play.events)):
        remaining = [event for index, event in enumerate(play.events) if index != place]
        if play.events[place]["type"] != "step":
            with pytest.raises((AssertionError, KeyError)):
                invariants.check(play.definition, play.instance, remaining)
