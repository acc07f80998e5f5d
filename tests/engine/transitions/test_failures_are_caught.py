"""`on_error` catches what goes wrong in an action state; what it does not catch fails the instance."""

from collections.abc import Callable

import pytest

from interactor.engine.moves import MAX_DATA_BYTES
from tests.definitions import catch, end, http, script, skip, workflow
from tests.engine.transitions.play import Play

NEVER = {"field": "no", "exists": True}
CAUSES: dict[str, tuple[dict[str, object], Callable[[Play], object]]] = {
    "script_error": (script("", "end"), lambda play: play.throws("script_error")),
    "script_timeout": (script("", "end"), lambda play: play.throws("script_timeout")),
    "http_error": (http("end"), lambda play: play.answers(404)),
    "http_timeout": (http("end"), lambda play: play.does_not_answer("http_timeout")),
    "data_limit_exceeded": (script("", "end"), lambda play: play.returns(x="a" * MAX_DATA_BYTES)),
    "invalid_transition": (script("", ("end", NEVER)), lambda play: play.returns()),
}


@pytest.fixture(params=CAUSES)
def code(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def fail(code: str, *catchers: dict[str, object]) -> Play:
    state, happens = CAUSES[code]
    play = Play(workflow(a={**state, "on_error": list(catchers)}, end=end(), rescued=end(), other=end()))
    happens(play)
    return play


def test_without_a_catcher_the_instance_fails_with_the_code(code: str) -> None:
    play = fail(code)
    assert (play.status, play.error, play.state) == ("failed", code, "a")
    assert play.kinds()[-2:] == [f"error {code}", "lifecycle failed"]
    assert play.instance.ended_at == play.now


def test_a_catcher_without_condition_catches_it(code: str) -> None:
    play = fail(code, catch("rescued"))
    assert (play.status, play.state, play.error) == ("completed", "rescued", None)
    assert play.moves[-1]["trigger"] == "error"


def test_data_then_tells_what_went_wrong(code: str) -> None:
    error = fail(code, catch("rescued")).data["error"]
    assert (error["code"], error["state"], set(error)) == (code, "a", {"code", "message", "state"})


def test_the_first_catcher_whose_condition_holds_catches_it(code: str) -> None:
    assert fail(code, catch("other", "something_else"), catch("rescued", code), catch("other")).state == "rescued"


def test_a_catcher_for_another_code_does_not(code: str) -> None:
    assert fail(code, catch("rescued", "something_else")).status == "failed"


def test_history_tells_of_the_error_although_it_was_caught(code: str) -> None:
    assert f"error {code}" in fail(code, catch("rescued")).kinds()


def test_a_state_without_logic_can_catch_that_no_transition_matches() -> None:
    assert Play(workflow(a=skip(("b", NEVER), on_error=[catch("c")]), b=end(), c=end())).state == "c"
