"""All instances begin with the same memory; the state of `Math.random` is the one thing that is not the same in it."""

import statistics
from concurrent.futures import ThreadPoolExecutor

from interactor.engine.work import RunScript, ScriptReturned
from interactor.sandbox.quickjs import QuickJsRunner
from tests.sandbox.conftest import CONTEXT, Run

DRAWS = "return {drawn: Array.from({length: 100}, Math.random)}"


def drawn(run: Run) -> tuple[float, ...]:
    outcome = run(DRAWS)
    assert isinstance(outcome, ScriptReturned)
    assert isinstance(outcome.value, dict)
    return tuple(outcome.value["drawn"])


def test_no_two_scripts_draw_the_same(run: Run) -> None:
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda _: drawn(run), range(200)))
    assert len({number for each in numbers for number in each}) == 200 * 100


def test_first_numbers_are_spread_like_any_others(run: Run) -> None:
    first = [drawn(run)[0] for _ in range(1_000)]
    assert 0 <= min(first) < 0.05
    assert 0.95 < max(first) < 1
    assert 0.4 < statistics.mean(first) < 0.6


def test_a_script_whose_clock_stands_still_draws_its_own_too(runner: QuickJsRunner) -> None:
    work = RunScript("main", "check", DRAWS, {}, {}, CONTEXT)
    outcomes = [runner.run(work, {}, now=1_768_910_400_000) for _ in range(2)]
    assert isinstance(outcomes[0], ScriptReturned)
    assert isinstance(outcomes[1], ScriptReturned)
    assert outcomes[0].value != outcomes[1].value
