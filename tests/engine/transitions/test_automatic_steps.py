"""Action states run one after the other until one of them halts or ends."""

from interactor.engine.moves import MAX_STEPS
from interactor.engine.work import CallHttp, RunScript
from tests.definitions import catch, end, halt, http, script, skip, workflow
from tests.engine.transitions.play import Play

STOP = {"field": "stop", "equals": True}


def test_a_script_is_asked_for_with_what_the_reference_lets_it_see() -> None:
    play = Play(workflow(a=script("return {}", "b"), b=end()), amount=3)
    context = {"namespace": "user_1", "instance_id": "inst_1", "workflow_name": "flow", "state_name": "a"}
    assert play.work == RunScript("thread_main", "a", "return {}", {"amount": 3}, {}, context)


def test_one_action_leads_to_the_next() -> None:
    play = Play(workflow(a=script("", "b"), b=http("c"), c=end())).returns(x=1)
    assert isinstance(play.work, CallHttp)
    assert play.answers().path == ["a", "b", "c"]
    assert play.status == "completed"


def test_an_instance_may_begin_with_its_end() -> None:
    play = Play(workflow(done=end()))
    assert (play.status, play.work, play.kinds()) == ("completed", None, ["lifecycle created", "lifecycle completed"])


def test_a_state_without_logic_passes_straight_on() -> None:
    play = Play(workflow(a=skip("b"), b=skip("c"), c=halt("d"), d=end()))
    assert (play.path, play.status, play.work) == (["a", "b", "c"], "halted", None)


def test_the_first_transition_whose_condition_holds_is_taken() -> None:
    big = {"field": "amount", "operator": "gt", "value": 10}
    definition = workflow(a=script("", ("b", big), ("c", big), "d"), b=end(), c=end(), d=end())
    assert Play(definition).returns(amount=11).state == "b"
    assert Play(definition).returns(amount=10).state == "d"


def test_no_transition_that_matches_fails_the_instance_and_keeps_the_data() -> None:
    play = Play(workflow(a=script("", ("b", {"field": "x", "equals": 2})), b=end())).returns(x=1)
    assert (play.status, play.error, play.state, play.data) == ("failed", "invalid_transition", "a", {"x": 1})


def looped(times: int) -> Play:
    """Goes round `times` times before it is told to stop."""
    play = Play(workflow(a=script("", ("end", STOP), "a"), end=end()))
    for _ in range(times):
        assert play.returns().status == "running"
    return play.returns(stop=True)


def test_a_thousand_steps_without_a_halt_are_taken() -> None:
    play = looped(MAX_STEPS - 1)
    assert (play.status, play.state) == ("completed", "end")


def test_one_step_more_is_the_failure_step_limit_exceeded() -> None:
    play = looped(MAX_STEPS)
    assert (play.status, play.error, play.state) == ("failed", "step_limit_exceeded", "a")
    assert play.data == {"stop": True}


def test_a_loop_of_states_that_do_nothing_ends_at_the_limit() -> None:
    play = Play(workflow(a=skip("b"), b=skip("a")))
    assert (play.status, play.error, len(play.path)) == ("failed", "step_limit_exceeded", MAX_STEPS + 1)


def test_a_loop_of_failures_that_are_caught_ends_at_the_limit() -> None:
    nowhere = {"field": "x", "exists": True}
    play = Play(workflow(a=skip(("b", nowhere), on_error=[catch("a")]), b=end()))
    assert (play.status, play.error) == ("failed", "step_limit_exceeded")


def test_a_halt_starts_the_count_anew() -> None:
    play = Play(workflow(a=script("", "ask"), ask=halt("a")))
    for _ in range(MAX_STEPS + 1):
        play.returns().resume()
    assert play.status == "running"
