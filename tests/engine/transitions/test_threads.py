"""Threads: a fork starts them, a join brings them together, and none of them is alone."""

import pytest

from tests.definitions import end, halt, workflow
from tests.engine.transitions.play import Play
from tests.invariants import fold


def forking(join: str = "all", **states: object) -> dict:
    """Forks into finance and legal, each of which asks somebody."""
    fork = {"type": "action", "fork": {"finance": "ask_finance", "legal": "ask_legal"}, "join": join}
    return workflow(
        split={**fork, "transitions": [{"target": "after"}]},
        ask_finance=halt("finance_done"),
        ask_legal=halt("legal_done"),
        after=halt("end"),
        finance_done={"type": "terminal"},
        legal_done={"type": "terminal"},
        end=end(),
        **states,
    )


def test_a_fork_starts_its_threads_and_the_parent_waits() -> None:
    play = Play(forking())
    assert {thread.id: (thread.status, thread.state) for thread in play.instance.threads} == {
        "thread_main": ("running", "split"),
        "thread_finance": ("halted", "ask_finance"),
        "thread_legal": ("halted", "ask_legal"),
    }
    assert (play.instance.status, play.instance.awaiting_input) == ("running", True)


def test_with_all_the_parent_goes_on_when_the_last_thread_has_completed() -> None:
    play = Play(forking("all")).answer("thread_legal", legal=True)
    assert play.instance.current_state == "split"
    play.answer("thread_finance", finance=True)
    assert (play.instance.current_state, play.instance.status) == ("after", "halted")
    assert play.instance.data == {"legal": True, "finance": True}
    assert [event["trigger"] for event in play.events if event["type"] == "transition"][-1] == "join"


def test_with_any_the_first_thread_to_complete_cancels_the_others() -> None:
    play = Play(forking("any")).answer("thread_legal")
    assert {thread.id: thread.status for thread in play.instance.threads} == {
        "thread_main": "halted",
        "thread_finance": "cancelled",
        "thread_legal": "completed",
    }
    assert play.instance.current_state == "after"


def test_with_none_the_parent_goes_on_at_once_and_the_instance_ends_with_its_last_thread() -> None:
    play = Play(forking("none"))
    assert play.instance.current_state == "after"
    play.answer("thread_main").answer("thread_legal")
    assert (play.instance.main.status, play.instance.status) == ("completed", "halted")
    play.answer("thread_finance")
    assert play.instance.status == "completed"
    assert [event["subtype"] for event in play.events if event["type"] == "lifecycle"] == ["created", "completed"]


def test_a_thread_that_fails_fails_the_instance_and_ends_the_others() -> None:
    definition = forking()
    definition["states"]["ask_legal"] = {
        "type": "action",
        "transitions": [{"target": "legal_done", "condition": {"field": "x", "equals": 1}}],
    }
    play = Play(definition)
    assert (play.instance.status, play.instance.failure.thread_id) == ("failed", "thread_legal")
    assert {thread.status for thread in play.instance.threads} == {"failed", "cancelled"}


def test_cancelling_ends_every_thread() -> None:
    play = Play(forking()).cancel()
    assert {thread.status for thread in play.instance.threads} == {"cancelled"}
    assert play.instance.status == "cancelled"


def nested(width: int, join: str = "all") -> dict:
    """`width` threads, the first of which forks into two more."""
    asks = {f"t{n}": "ask" for n in range(1, width)}
    return workflow(
        split={"type": "action", "fork": {"t0": "again", **asks}, "join": join, "transitions": [{"target": "end"}]},
        again={"type": "action", "fork": {"u": "ask", "v": "ask"}, "transitions": [{"target": "end"}]},
        ask=halt("end"),
        end=end(),
    )


def test_a_thread_forks_again() -> None:
    play = Play(nested(2)).answer("thread_u").answer("thread_v")
    assert play.instance.thread("thread_t0").status == "completed"
    assert play.answer("thread_t1").instance.status == "completed"


@pytest.mark.parametrize(("width", "status"), [(9, "running"), (10, "failed")])
def test_ten_threads_may_live_at_once_those_that_wait_at_a_join_not_counted(width: int, status: str) -> None:
    play = Play(nested(width))
    assert play.instance.status == status
    if status == "failed":
        assert play.instance.failure.code == "thread_limit_exceeded"


def test_a_fork_that_would_start_a_thread_that_still_lives_fails() -> None:
    looping = workflow(
        split={"type": "action", "fork": {"t": "ask"}, "join": "none", "transitions": [{"target": "split"}]},
        ask=halt("end"),
        end=end(),
    )
    failure = Play(looping).instance.failure
    assert (failure.code, "thread_t" in failure.message) == ("thread_limit_exceeded", True)


def test_threads_started_again_after_they_ended_take_the_place_of_the_old_ones() -> None:
    again = workflow(
        split={"type": "action", "fork": {"t": "ask"}, "transitions": [{"target": "more"}]},
        ask=halt("end"),
        more=halt("split"),
        end=end(),
    )
    play = Play(again).answer("thread_t").answer("thread_main")
    assert [thread.id for thread in play.instance.threads] == ["thread_main", "thread_t"]
    assert play.instance.thread("thread_t").status == "halted"


def test_a_busy_call_of_one_thread_is_nobody_elses_work() -> None:
    calling = workflow(
        split={"type": "action", "fork": {"a": "call", "b": "ask"}, "transitions": [{"target": "end"}]},
        call={
            "type": "action",
            "logic": {"type": "http", "method": "GET", "url": "https://example.com/"},
            "transitions": [{"target": "end"}],
        },
        ask=halt("end"),
        end=end(),
    )
    play = Play(calling)
    call = play.work
    play.begin(call, lasting=25_000)
    assert play.work.moment == play.now + 25_000
    play.answer("thread_b").wait(25_000)
    assert play.work.idempotency_key == call.idempotency_key


def test_a_fork_that_would_start_a_thread_that_waits_at_a_join_fails() -> None:
    """The new thread would take the place of its own parent."""
    inward = workflow(
        split={"type": "action", "fork": {"t": "again"}, "transitions": [{"target": "end"}]},
        again={"type": "action", "fork": {"t": "ask"}, "transitions": [{"target": "end"}]},
        ask=halt("end"),
        end=end(),
    )
    failure = Play(inward).instance.failure
    assert (failure.code, "thread_t" in failure.message) == ("thread_limit_exceeded", True)


@pytest.mark.parametrize("join", ["all", "any", "none"])
@pytest.mark.parametrize("ways", [[{"target": "end"}], [{"target": "end", "condition": {"field": "no", "equals": 1}}]])
def test_the_data_of_a_state_that_forks_are_in_history_whatever_follows(join: str, ways: list) -> None:
    script = {"type": "script", "code": "return {}"}
    definition = workflow(
        split={"type": "action", "logic": script, "fork": {"t": "ask"}, "join": join, "transitions": ways},
        ask=halt("end"),
        end=end(),
    )
    play = Play(definition).returns(n=1)
    assert fold(play.events) == play.data == {"n": 1}
