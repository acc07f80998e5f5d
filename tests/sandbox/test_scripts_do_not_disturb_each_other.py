"""Threads may share a runner: each script has a deadline of its own, and a pause between two costs neither time."""

import multiprocessing
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from interactor.engine.work import ScriptFailed, ScriptReturned
from interactor.sandbox import ticker
from tests.sandbox.conftest import Run

BUSY = "const end = Date.now() + 300; while (Date.now() < end); return {ended: true}"


def test_a_script_that_times_out_leaves_those_beside_it_alone(run: Run) -> None:
    with ThreadPoolExecutor(4) as pool:
        good = [pool.submit(run, BUSY, timeout=20_000) for _ in range(2)]
        bad = [pool.submit(run, "for (;;);", timeout=40) for _ in range(8)]
    assert all(isinstance(outcome.result(), ScriptReturned) for outcome in good)
    assert [outcome.result().code for outcome in bad] == ["script_timeout"] * 8


def test_scripts_that_run_at_once_keep_their_results_apart(run: Run) -> None:
    code = "for (let i = 0; i < 20; i++) console.log(input.n); return {n: input.n}"
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda n: run(code, input={"n": n}), range(80)))
    for n, outcome in enumerate(outcomes):
        assert isinstance(outcome, ScriptReturned)
        assert (outcome.value, outcome.logs) == ({"n": n}, [str(n)] * 20)


def test_a_process_that_was_frozen_between_two_scripts_owes_the_next_no_time(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("return {}")
    actual = time.monotonic
    monkeypatch.setattr(ticker.time, "monotonic", lambda: actual() + 3_600)
    assert isinstance(run(BUSY, timeout=20_000), ScriptReturned)


def test_a_deadline_holds_after_a_long_row_of_scripts(run: Run) -> None:
    for _ in range(50):
        run("return {}")
    outcome = run("for (;;);", timeout=50)
    assert isinstance(outcome, ScriptFailed)
    assert 50 <= outcome.duration_ms < 2_000


@pytest.mark.skipif(sys.platform != "linux", reason="forking a process with threads is not safe elsewhere")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_deadlines_hold_in_a_forked_child(run: Run) -> None:
    run("return {}")
    child = multiprocessing.get_context("fork").Process(target=run, args=("for (;;);",), kwargs={"timeout": 50})
    child.start()
    child.join(10)
    ended = child.exitcode
    child.kill()
    assert ended == 0
