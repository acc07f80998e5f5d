"""What an instance does by itself when time passes: time-outs, reminders, the end of its lifetime."""

import pytest

from interactor.engine.due import due_at, lifetime_ends_at
from tests.definitions import end, halt, skip, workflow
from tests.engine.transitions.play import Play

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def asking(**more: object) -> dict:
    return workflow(ask=halt("approved", **more), approved=end(), escalated=end())


def due(play: Play) -> int | None:
    """How far ahead the next thing lies that happens by itself."""
    moment = due_at(play.definition, play.instance)
    return None if moment is None else moment - play.now


def test_a_halt_without_timers_waits_for_people_alone() -> None:
    assert due(Play(asking())) is None


def test_a_halt_times_out_to_its_target() -> None:
    play = Play(asking(timeout={"after": "PT24H", "target": "escalated"}))
    assert due(play) == 24 * HOUR
    play.wait(24 * HOUR).time_passes()
    assert (play.state, play.status, play.moves[-1]["trigger"]) == ("escalated", "completed", "timeout")


def test_a_halt_does_not_time_out_a_millisecond_early() -> None:
    play = Play(asking(timeout={"after": "PT24H", "target": "escalated"})).wait(24 * HOUR - 1).time_passes()
    assert (play.state, play.status) == ("ask", "halted")


def test_reminders_come_each_once_and_change_nothing_else() -> None:
    play = Play(asking(reminders=["PT20H", "PT4H"]))
    assert due(play) == 4 * HOUR
    play.wait(4 * HOUR).time_passes().time_passes()
    assert due(play) == 16 * HOUR
    play.wait(16 * HOUR).time_passes()
    assert due(play) is None
    assert [event["count"] for event in play.events if event["subtype"] == "reminder"] == [1, 2]
    assert (play.state, play.status) == ("ask", "halted")


def test_an_answered_halt_has_no_timers_left() -> None:
    play = Play(asking(timeout={"after": "PT24H", "target": "escalated"}, reminders=["PT4H"])).resume()
    assert (play.state, due(play)) == ("approved", None)


def test_a_halt_entered_again_counts_from_anew() -> None:
    play = Play(workflow(ask=halt("again", timeout={"after": "PT2H", "target": "late"}), again=halt("ask"), late=end()))
    play.wait(HOUR).resume().wait(HOUR).resume()
    assert due(play) == 2 * HOUR


@pytest.mark.parametrize(("definition", "lifetime"), [(asking(), 90 * DAY)])
def test_a_halted_instance_expires_after_ninety_days_and_not_before(definition: dict, lifetime: int) -> None:
    play = Play(definition).wait(lifetime - 1).time_passes()
    assert play.status == "halted"
    play.wait(1).time_passes()
    assert (play.status, play.kinds()[-1]) == ("cancelled", "lifecycle expired")


def test_a_halt_that_times_out_with_the_end_of_the_lifetime_times_out() -> None:
    play = Play(workflow(ask=halt("end", timeout={"after": "P90D", "target": "late"}), late=halt("end"), end=end()))
    play.wait(90 * DAY).time_passes()
    assert (play.state, play.status, play.moves[-1]["trigger"]) == ("late", "halted", "timeout")
    assert lifetime_ends_at(play.instance) - play.now == 90 * DAY


def test_a_time_out_past_the_lifetime_comes_too_late() -> None:
    asks = halt("approved", timeout={"after": "P60D", "target": "approved"})
    play = Play(workflow(split=skip("approved", fork={"t": "ask"}), ask=asks, approved=end()))
    assert play.wait(60 * DAY).time_passes().status == "cancelled"


def test_a_running_instance_expires_after_thirty_days() -> None:
    play = Play(workflow(split=skip("approved", fork={"t": "ask"}), ask=halt("approved"), approved=end()))
    assert play.status == "running"
    assert lifetime_ends_at(play.instance) - play.now == 30 * DAY
    assert play.wait(30 * DAY).time_passes().status == "cancelled"


def test_whatever_happens_begins_the_lifetime_anew_but_being_reminded_does_not() -> None:
    play = Play(workflow(ask=halt("more", reminders=["P1D"]), more=halt("approved"), approved=end()))
    created = play.now
    play.wait(DAY).time_passes()
    assert lifetime_ends_at(play.instance) == created + 90 * DAY
    play.resume()
    assert lifetime_ends_at(play.instance) == created + 91 * DAY


def test_the_definition_may_give_the_whole_instance_less_time() -> None:
    play = Play({**asking(), "timeout": "P2D"})
    assert due(play) == 2 * DAY
    play.wait(2 * DAY).time_passes()
    assert (play.status, play.kinds()[-1]) == ("cancelled", "lifecycle expired")
