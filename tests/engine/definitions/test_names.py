"""Names of workflows and states: letters, digits, underscores and hyphens, 64 at most, wholly."""

import pytest

from tests.engine.definitions.samples import END, action, check, errors, workflow

NO_NAMES = ["", "a b", "a\n", "\na", "a.b", "ä", "٣", "a" * 65, "${x}", "a/b", "\ud800", "a\0"]


@pytest.mark.parametrize("name", ["a", "A-b_9", "-", "a" * 64, "__proto__", "null"])
def test_good_names_are_accepted_for_workflows_and_states(name):
    assert check({**action(), "name": name}).errors == []
    assert check({"name": "w", "initial_state": name, "states": {name: END}}).errors == []


@pytest.mark.parametrize("name", NO_NAMES, ids=ascii)
def test_other_names_are_refused_for_workflows(name):
    assert "name" in errors({**action(), "name": name})


@pytest.mark.parametrize("name", NO_NAMES, ids=ascii)
def test_other_names_are_refused_for_states_even_if_something_goes_there(name):
    document = workflow({"type": "action", "transitions": [{"target": name}]}, **{name: END})
    found = errors(document)
    assert "states.start.transitions[0].target" in found
    assert len(found) == 2


@pytest.mark.parametrize("name", ["instances", "validate", "errors", "simulate"])
def test_names_that_are_routes_are_reserved_for_workflows_but_not_for_states(name):
    assert errors({**action(), "name": name}) == {"name": f"'{name}' is reserved"}
    assert check({"name": "w", "initial_state": name, "states": {name: END}}).errors == []
