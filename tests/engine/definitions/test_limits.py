"""Every limit of the reference's 'Workflow Definition Limits', at the limit and one past it."""

import pytest

from interactor.engine.definition.workflow import MAX_DEFINITION_BYTES
from tests.engine.definitions.samples import END, action, check, errors, form, workflow


def states(count):
    return {"name": "w", "initial_state": "s0", "states": {f"s{index}": END for index in range(count)}}


def transitions(count):
    return action(transitions=[{"target": "end"} for _ in range(count)])


def fields(count):
    return form(*({"name": f"f{index}", "type": "string"} for index in range(count)))


def script(size, letter="x"):
    return action(logic={"type": "script", "code": letter * (size // len(letter.encode()))})


@pytest.mark.parametrize(
    ("build", "limit", "path"),
    [
        (states, 100, "states"),
        (transitions, 20, "states.start.transitions"),
        (fields, 50, "states.start.presentation.fields"),
        (script, 64 * 1024, "states.start.logic.code"),
    ],
)
def test_the_limit_is_accepted_and_one_more_is_not(build, limit, path):
    assert check(build(limit)).errors == []
    found = errors(build(limit + 1))
    assert list(found) == [path]
    assert str(limit) in found[path]


def test_scripts_are_measured_in_bytes_not_characters():
    assert check(script(64 * 1024, "€")).errors == []
    assert "65538" in errors(script(64 * 1024 + 3, "€"))["states.start.logic.code"]


def test_an_outsized_script_is_not_compiled():
    compiled = []
    check(script(64 * 1024 + 1), script_error=compiled.append)
    assert compiled == []


def test_one_state_is_the_least():
    assert "states" in errors({**workflow(END), "states": {}})


def test_the_size_of_a_whole_definition_is_for_the_api_to_check():
    assert MAX_DEFINITION_BYTES == 1024 * 1024
