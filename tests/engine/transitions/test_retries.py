"""HTTP calls are tried again as `retry` says, after waits that grow; nothing else is."""

import pytest

from interactor.engine.definition.logic import Retry
from interactor.engine.transition import MAX_BACKOFF, backoff
from interactor.engine.work import CallHttp, WaitUntil
from tests.definitions import end, http, workflow
from tests.engine.transitions.play import Play


def calling(attempts: int = 3) -> Play:
    return Play(workflow(call=http("end", retry={"attempts": attempts}), end=end()))


@pytest.mark.parametrize(
    ("kind", "seconds"),
    [
        ("exponential", [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]),
        ("linear", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    ],
)
def test_waits_grow_as_the_contract_says(kind: str, seconds: list[int]) -> None:
    retry = Retry.model_validate({"backoff": kind})
    assert [backoff(retry, failed) for failed in range(1, 13)] == [second * 1000 for second in seconds]


def test_linear_waits_end_at_five_minutes_too() -> None:
    assert backoff(Retry(backoff="linear"), 1_000) == MAX_BACKOFF == 300_000


@pytest.mark.parametrize("status", [429, 500, 502, 503, 599])
def test_a_busy_server_is_asked_again(status: int) -> None:
    play = calling().answers(status)
    assert play.work == WaitUntil(play.now + 1_000)
    assert play.status == "running"


@pytest.mark.parametrize("status", [100, 199, 300, 301, 304, 400, 401, 404, 408, 418, 428, 430, 499, 600])
def test_a_server_that_has_made_up_its_mind_is_not(status: int) -> None:
    assert calling().answers(status).error == "http_error"


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_2xx_is_success(status: int) -> None:
    assert calling().answers(status).status == "completed"


@pytest.mark.parametrize("code", ["http_error", "http_timeout"])
def test_silence_is_tried_again(code: str) -> None:
    assert isinstance(calling().does_not_answer(code).work, WaitUntil)


def test_a_refused_address_is_not() -> None:
    assert calling().does_not_answer("http_error", retriable=False).error == "http_error"


def test_a_try_is_not_due_before_its_moment() -> None:
    play = calling().answers(503)
    assert isinstance(play.wait(999).work, WaitUntil)
    assert isinstance(play.wait(1).work, CallHttp)


def test_attempts_count_all_tries() -> None:
    play = calling(3)
    for wait in (1_000, 2_000):
        play.answers(503).wait(wait)
    assert (play.status, play.answers(503).error) == ("running", "http_error")
    assert [event["attempt"] for event in play.events if event["type"] == "step"] == [1, 2, 3]


def test_one_attempt_is_the_default() -> None:
    assert Play(workflow(call=http("end"), end=end())).answers(503).error == "http_error"


def test_every_try_of_a_visit_has_the_same_key_and_the_next_visit_another() -> None:
    play = Play(workflow(call=http("call", retry={"attempts": 2})))
    keys = []
    for status in (503, 200, 200):
        play.wait(1_000)
        assert isinstance(play.work, CallHttp)
        keys.append(play.work.idempotency_key)
        play.answers(status)
    assert keys[0] == keys[1] != keys[2]


def test_tries_are_counted_anew_at_each_visit() -> None:
    play = Play(workflow(call=http("call", retry={"attempts": 2})))
    play.answers(503).wait(1_000).answers(200)
    assert isinstance(play.answers(503).work, WaitUntil)
