"""`on_enter` of a terminal state runs after the instance has completed, and can never undo that."""

from typing import Any

import pytest

from interactor.engine.work import CallHttp, RunScript, WaitUntil
from tests.definitions import end, halt, workflow
from tests.engine.transitions.play import Play

CALL = {"type": "http", "method": "POST", "url": "https://example.com/", "body": {"id": "${input.id}"}}
SCRIPT = {"type": "script", "code": "return { late: true }"}


def completed(**on_enter: Any) -> Play:
    return Play(workflow(done=end(on_enter=on_enter)), id=7)


def test_the_instance_is_completed_before_it_runs() -> None:
    play = completed(**CALL)
    assert (play.status, play.kinds()[-1]) == ("completed", "lifecycle completed")
    assert isinstance(play.work, CallHttp)


def test_it_still_sees_the_input() -> None:
    play = completed(**CALL)
    assert isinstance(play.work, CallHttp)
    assert play.work.body == '{"id":7}'


def test_it_runs_once() -> None:
    assert completed(**CALL).answers().work is None
    assert completed(**SCRIPT).returns().work is None


def test_what_it_brings_does_not_change_the_data() -> None:
    assert isinstance(completed(**SCRIPT).work, RunScript)
    assert completed(**SCRIPT).returns(late=True).data == {}


@pytest.mark.parametrize("status", [404, 503])
def test_its_failure_is_an_error_event_and_nothing_more(status: int) -> None:
    play = completed(**CALL).answers(status)
    assert (play.status, play.error, play.work) == ("completed", None, None)
    assert play.kinds()[-1] == "error http_error"


def test_a_script_that_fails_is_an_error_event_too() -> None:
    play = completed(**SCRIPT).throws()
    assert (play.status, play.kinds()[-1]) == ("completed", "error script_error")


def test_it_is_tried_again_as_its_retry_says() -> None:
    play = completed(**CALL, retry={"attempts": 2}).answers(503)
    assert play.work == WaitUntil(play.now + 1_000)
    assert play.wait(1_000).answers(200).work is None
    assert play.status == "completed"


def test_a_terminal_state_without_it_asks_for_nothing() -> None:
    assert Play(workflow(ask=halt("done"), done=end())).resume().work is None
