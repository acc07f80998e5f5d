"""A history's moments never go back, whatever the clocks of those who carry the instance on say."""

from tests.definitions import end, halt, http, workflow
from tests.engine.transitions.play import Play

MINUTE = 60_000


def moments(play: Play) -> list[int]:
    return [event["at"] for event in play.events]


def test_a_clock_that_is_behind_tells_what_happens_as_of_the_latest_event() -> None:
    play = Play(workflow(ask=halt("call"), call=http("end"), end=end()))
    begun = play.now
    play.wait(-2 * MINUTE).resume().answers(200)
    assert play.status == "completed"
    assert set(moments(play)) == {begun}
    assert play.instance.ended_at == begun


def test_a_reminder_is_an_event_as_well() -> None:
    play = Play(workflow(ask=halt("end", reminders=["PT1M"]), end=end())).wait(MINUTE).time_passes()
    reminded = play.now
    play.wait(-MINUTE).cancel()
    assert moments(play)[-2:] == [reminded, reminded]


def test_a_time_out_counts_from_the_latest_event_when_its_clock_is_behind() -> None:
    play = Play(workflow(ask=halt("again"), again=halt("end", timeout={"after": "PT5M", "target": "end"}), end=end()))
    play.wait(-2 * MINUTE).resume().wait(2 * MINUTE).wait(5 * MINUTE - 1).time_passes()
    assert play.status == "halted"
    assert play.wait(1).time_passes().status == "completed"
