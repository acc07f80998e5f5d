"""No secret's value is in a log or a message, whole or cut, however the script came to write it."""

import pytest

from interactor.engine.work import ScriptFailed
from tests.sandbox.conftest import Run

SECRETS = {
    "API_KEY": "tops3cret-value",
    "LONGER": "tops3cret-value-and-more",
    "EMPTY": "",
    "QUOTED": 'tops"e\\cret\nvalue',
}


@pytest.mark.parametrize(
    "code",
    [
        "console.log(secrets.API_KEY)",
        "console.log('Bearer ' + secrets.LONGER)",
        "console.log(secrets)",
        "console.log(secrets.QUOTED)",
        "console.log([secrets.QUOTED])",
        "console.log({nested: [secrets.API_KEY]})",
        "console.log('x'.repeat(1020) + secrets.API_KEY)",
        "console.log(new Error(secrets.API_KEY))",
        "throw new Error(secrets.API_KEY)",
        "throw secrets.API_KEY",
        "throw new Error('x'.repeat(1020) + secrets.API_KEY)",
        "throw secrets",
        "null[secrets.API_KEY]",
    ],
)
def test_a_secret_is_taken_out_of_what_people_read(run: Run, code: str) -> None:
    outcome = run(code, secrets=SECRETS)
    told = [*outcome.logs, outcome.message if isinstance(outcome, ScriptFailed) else ""]
    assert any(told)
    assert not any("tops" in text or "value" in text or "more" in text for text in told)


def test_a_piece_of_a_secret_does_not_come_into_view_where_a_long_line_was_cut(run: Run) -> None:
    long = "".join(f"<{number}>" for number in range(800))  # five of them are more than the sandbox prints of a line
    assert run("console.log(secrets.LONG.repeat(5))", secrets={"LONG": long}).logs == ["***"]
    outcome = run("throw new Error(secrets.LONG.repeat(5))", secrets={"LONG": long})
    assert isinstance(outcome, ScriptFailed)
    assert "<" not in outcome.message


def test_the_script_itself_can_use_it(run: Run) -> None:
    assert run("console.log(secrets.API_KEY.length, 'API_KEY' in secrets)", secrets=SECRETS).logs == ["15 true"]
