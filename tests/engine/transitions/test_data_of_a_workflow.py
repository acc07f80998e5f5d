"""What scripts return and resumes bring is merged into `workflow_data`: shallowly, later keys win, at most 256 KB."""

import pytest

from interactor.engine.moves import MAX_DATA_BYTES
from interactor.errors import ActionFailed
from tests.definitions import catch, end, halt, http, script, workflow
from tests.engine.transitions.play import Play

SCRIPT = workflow(a=script("", "b"), b=halt("c"), c=end())
FRAME = len('{"x":""}')


def text_of(size: int) -> str:
    """A value that makes `{"x": value}` this many bytes, in characters of two bytes each as UTF-8."""
    assert size % 2 == FRAME % 2
    return "é" * ((size - FRAME) // 2)


def test_data_begins_empty_whatever_the_input() -> None:
    assert Play(workflow(a=halt("b"), b=end()), amount=1).data == {}


def test_what_a_script_returns_is_merged() -> None:
    play = Play(workflow(a=script("", "b"), b=script("", "c"), c=end()))
    play.returns(x={"one": 1}, y=1).returns(x={"two": 2})
    assert play.data == {"x": {"two": 2}, "y": 1}


def test_a_script_that_returns_nothing_leaves_the_data_as_it_is() -> None:
    play = Play(workflow(a=script("", "b"), b=script("", "c"), c=end())).returns(x=1)
    assert play.returns_nothing().data == {"x": 1}


def test_what_a_resume_brings_is_merged() -> None:
    assert Play(SCRIPT).returns(x=1, y={"a": 1}).resume(y={"b": 2}, z=None).data == {"x": 1, "y": {"b": 2}, "z": None}


@pytest.mark.parametrize(("logic", "key"), [({}, "a"), ({"result": "answer"}, "answer")])
def test_an_answer_is_kept_under_the_result_or_the_name_of_the_state(logic: dict[str, str], key: str) -> None:
    play = Play(workflow(a=http("b", **logic), b=end())).answers(201, {"id": 7})
    assert play.data == {key: {"status": 201, "headers": {}, "body": {"id": 7}}}


def test_a_script_may_fill_the_data_to_the_limit() -> None:
    play = Play(SCRIPT).returns(x=text_of(MAX_DATA_BYTES))
    assert play.status == "halted"


def test_a_script_that_goes_past_the_limit_fails_and_changes_nothing() -> None:
    play = Play(SCRIPT).returns(x=text_of(MAX_DATA_BYTES) + "a")
    assert (play.status, play.error, play.data) == ("failed", "data_limit_exceeded", {})


def test_data_past_the_limit_can_be_caught() -> None:
    play = Play(workflow(a=script("", "b", on_error=[catch("c")]), b=end(), c=end())).returns(x="a" * MAX_DATA_BYTES)
    assert (play.state, play.data["error"]["code"]) == ("c", "data_limit_exceeded")


def test_a_resume_may_fill_the_data_to_the_limit() -> None:
    assert Play(workflow(a=halt("b"), b=end())).resume(x=text_of(MAX_DATA_BYTES)).status == "completed"


def test_a_resume_that_goes_past_the_limit_is_refused_and_changes_nothing() -> None:
    play = Play(workflow(a=halt("b"), b=end()))
    before, events = play.instance, len(play.events)
    with pytest.raises(ActionFailed) as refused:
        play.resume(x=text_of(MAX_DATA_BYTES) + "a")
    assert refused.value.code == "data_limit_exceeded"
    assert (play.instance, len(play.events)) == (before, events)
