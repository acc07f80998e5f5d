"""`interactor_local.emulator.streams`: a failed record is tried again, given up after its tries, and keeps none behind
it; a batch gathers for as long as it is to.
"""

from collections.abc import Callable
from pathlib import Path

from tests.local.conftest import Emulator, eventually, running


def tries(emulator: Emulator, word: str) -> int:
    return sum(word in batch for batch in emulator.batches())


def test_a_failed_record_is_given_up_after_its_retries_and_those_behind_it_follow(corrected: Emulator) -> None:
    corrected.put("first", "bad", "last")
    letters = eventually(corrected.dead_letters)
    eventually(lambda: corrected.batches()[-1] == ["last"])
    assert [letter["DDBStreamBatchInfo"]["batchSize"] for letter in letters] == [1]
    assert tries(corrected, "first") == 1
    assert corrected.batches().count(["bad"]) == 2


def test_records_within_the_batching_window_come_together(corrected: Emulator) -> None:
    corrected.put("early")
    eventually(lambda: tries(corrected, "early"))  # the function without a window has had it
    corrected.put("late")
    gathered = eventually(lambda: [batch for batch in corrected.batches("_of_gathering") if "late" in batch])
    assert "early" in gathered[0]


def test_records_not_yet_read_survive_a_restart(new_home: Callable[[], Path]) -> None:
    home = new_home()
    with running(home, "corrected") as emulator:
        emulator.put("bad_then_stopped", "behind")
        eventually(emulator.batches)
    with running(home, "corrected") as emulator:
        eventually(lambda: emulator.batches()[-1] == ["behind"])
        emulator.put("new")
        eventually(lambda: emulator.batches()[-1] == ["new"])


def test_the_release_loses_a_failed_record(released: Emulator) -> None:
    released.put("bad")
    eventually(lambda: tries(released, "bad"))
    released.put("later")
    eventually(lambda: tries(released, "later"))
    assert tries(released, "bad") == 1
    assert not released.dead_letters()
