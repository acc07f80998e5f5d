"""Cancelling ends a live instance at once, whatever it was doing."""

import pytest

from interactor.engine.signals import Cancelled, HttpEnded, Resumed, applies
from interactor.engine.work import HttpAnswered
from tests.definitions import end, halt, http, script, workflow
from tests.engine.transitions.play import SOMEBODY, Play

LIVE = {
    "in a script": lambda: Play(workflow(a=script("", "b"), b=end())),
    "in a call": lambda: Play(workflow(a=http("b"), b=end())),
    "between two tries": lambda: Play(workflow(a=http("b", retry={"attempts": 2}), b=end())).answers(503),
    "halted": lambda: Play(workflow(a=halt("b"), b=end())),
}


@pytest.fixture(params=LIVE)
def play(request: pytest.FixtureRequest) -> Play:
    made: Play = LIVE[request.param]()
    return made


def test_a_cancelled_instance_has_nothing_left_to_do(play: Play) -> None:
    play.cancel()
    assert (play.status, play.work, play.instance.awaiting_input) == ("cancelled", None, False)
    assert play.instance.ended_at == play.now


def test_history_tells_who_did_it(play: Play) -> None:
    event = play.cancel().events[-1]
    assert (event["subtype"], event["by"], event["request_id"]) == ("cancelled", "user", "req_1")


def test_nothing_that_comes_later_means_anything_to_it(play: Play) -> None:
    thread = play.instance.main
    play.cancel()
    late = [
        Cancelled(SOMEBODY),
        HttpEnded(thread.id, thread.visit, thread.tries, HttpAnswered(200, {}, None)),
        Resumed(thread.id, thread.halt_id, {}, "fingerprint", SOMEBODY),
    ]
    assert not any(applies(play.instance, signal) for signal in late)
