"""What the parts of a definition mean together: targets, keys, spellings, scripts, URLs, headers."""

import pytest

from tests.engine.definitions.samples import END, TO_END, action, check, errors, halting, http, workflow

START = "states.start"


def test_a_missing_target_is_told_as_the_reference_tells_it():
    found = errors(action(transitions=[{"target": "nonexistent"}]))
    assert found == {f"{START}.transitions[0].target": "Target state 'nonexistent' does not exist"}


def test_a_missing_target_may_be_a_slip():
    document = workflow({"type": "action", "transitions": [{"to": "aproved"}]}, approved=END)
    assert errors(document) == {
        f"{START}.transitions[0].to": "Target state 'aproved' does not exist; did you mean 'approved'?"
    }


def test_the_initial_state_must_exist():
    assert errors({**action(), "initial_state": "nope"}) == {"initial_state": "Initial state 'nope' does not exist"}


def test_the_target_of_an_error_catcher_must_exist():
    found = errors(action(on_error=[{"target": "nope", "condition": {"field": "error.code", "equals": "x"}}]))
    assert found == {f"{START}.on_error[0].target": "Target state 'nope' does not exist"}


def test_conditions_of_error_catchers_are_checked():
    found = errors(action(on_error=[{"target": "end", "condition": {"field": "error.code"}}]))
    assert list(found) == [f"{START}.on_error[0].condition"]


def test_a_transition_goes_somewhere():
    assert errors(action(transitions=[{}])) == {f"{START}.transitions[0].target": "'target' is required"}


def test_two_spellings_of_one_target_must_agree():
    document = workflow({"type": "action", "transitions": [{"target": "end", "to": "start"}]})
    assert errors(document) == {
        f"{START}.transitions[0].to": "'to' is another spelling of 'target', but 'start' is not 'end'"
    }
    assert check(action(transitions=[{"target": "end", "to": "end"}])).errors == []


def test_a_terminal_state_has_no_transitions():
    document = workflow({"type": "terminal", "transitions": TO_END})
    assert errors(document) == {f"{START}.transitions": "a terminal state has no transitions"}


def selection(*transitions):
    return halting(transition_mode="selection", transitions=list(transitions))


def test_in_selection_mode_every_transition_has_a_key_of_its_own():
    found = errors(selection({"to": "end", "key": "a"}, {"to": "end"}, {"to": "end", "key": "a"}))
    assert found == {
        f"{START}.transitions[1].key": "'key' is required when 'transition_mode' is 'selection'",
        f"{START}.transitions[2].key": "The key 'a' appears twice",
    }


def test_in_selection_mode_a_condition_would_have_no_effect():
    found = errors(selection({"to": "end", "key": "a", "condition": {"field": "x", "equals": 1}}))
    assert list(found) == [f"{START}.transitions[0].condition"]


def test_scripts_are_compiled_once_each_and_their_errors_told_at_the_code():
    compiled = []

    def compile_error(code):
        compiled.append(code)
        return "Unexpected token, line 1" if "(" in code else None

    document = workflow(
        {"type": "action", "logic": {"type": "script", "code": "return ("}, "transitions": [{"target": "done"}]},
        done={"type": "terminal", "on_enter": {"type": "script", "code": "return {}"}},
    )
    assert errors(document, script_error=compile_error) == {f"{START}.logic.code": "Unexpected token, line 1"}
    assert sorted(compiled) == ["return (", "return {}"]


def test_a_url_is_judged_as_it_is_written():
    judged = []

    def refuse(url):
        judged.append(url)
        return "not public"

    document = http(url="http://10.0.0.1/${workflow_data.id}")
    assert errors(document, url_refusal=refuse) == {f"{START}.logic.url": "not public"}
    assert judged == ["http://10.0.0.1/${workflow_data.id}"]


def test_headers_are_judged_by_name():
    document = http(headers={"Host": "x", "Accept": "y", "X\nY": "z"})
    found = errors(document, header_refusal=lambda name, _: None if name == "Accept" else f"{name!a} is not yours")
    assert found == {
        f"{START}.logic.headers.Host": "'Host' is not yours",
        f'{START}.logic.headers["X\\nY"]': "'X\\nY' is not yours",
    }


@pytest.mark.parametrize("where", ["logic", "on_enter"])
def test_logic_is_checked_wherever_it_stands(where):
    state = {"type": "action", "transitions": TO_END} if where == "logic" else {"type": "terminal"}
    document = workflow({**state, where: {"type": "http", "method": "GET", "url": "https://a/${secret.X}"}})
    assert list(errors(document)) == [f"{START}.{where}.url"]


@pytest.mark.parametrize("path", ["", "a..b", ".a", "a.", "a[b]", "${workflow_data.a}"])
def test_data_paths_of_instructions_are_paths(path):
    simple = {"instruction": "x", "include_data": ["a.b", path]}
    assert f"{START}.halting_instructions.include_data[1]" in errors(halting(halting_instructions=simple))
    ai = {"type": "ai", "config": {"prompt": "x", "include_data_paths": [path]}}
    assert f"{START}.halting_instructions.config.include_data_paths[0]" in errors(halting(halting_instructions=ai))


def test_headers_that_differ_by_case_alone_are_one_header_given_twice() -> None:
    document = action(
        logic={
            "type": "http",
            "method": "GET",
            "url": "https://example.com/",
            "headers": {"Accept": "a", "accept": "b"},
        }
    )
    assert errors(document) == {
        "states.start.logic.headers.accept": "The header 'Accept' is already there; names do not differ by case"
    }
