"""One answer tells all that is wrong: no error hides another, in whatever state or property it is."""

from interactor.engine.validation import MAX_REPORTED
from tests.engine.definitions.samples import END, action, check, errors


def test_shape_and_meaning_are_told_together_even_within_one_state():
    document = {
        "name": "validate",
        "initial_state": "nope",
        "colour": "red",
        "states": {
            "first": {
                "type": "action",
                "logik": {},
                "logic": {"type": "script", "code": "return ("},
                "transitions": [{"target": "gone", "when": 1}, {"target": "end", "condition": {"field": "a"}}],
            },
            "second": {
                "type": "halting",
                "presentation": {
                    "type": "form",
                    "title": "${workflow.amount}",
                    "fields": [
                        {"name": "n", "type": "number", "min": 5, "max": 1, "lable": "N"},
                        {"name": "n", "type": "string", "default": 5},
                    ],
                },
                "transitions": [{"target": "end"}],
            },
            "third": {
                "type": "action",
                "logic": {"type": "http", "method": "GET", "url": "https://a"},
                "transitions": 5,
            },
            "end": END,
        },
    }
    assert errors(document, script_error=lambda _: "syntax", url_refusal=lambda _: "refused").keys() == {
        "name",
        "initial_state",
        "colour",
        "states.first.logik",
        "states.first.logic.code",
        "states.first.transitions[0].target",
        "states.first.transitions[0].when",
        "states.first.transitions[1].condition",
        "states.second.presentation.title",
        "states.second.presentation.fields[0].min",
        "states.second.presentation.fields[0].lable",
        "states.second.presentation.fields[1].name",
        "states.second.presentation.fields[1].default",
        "states.third.logic.url",
        "states.third.transitions",
    }


def test_one_mistake_is_told_once():
    found = errors(action(transitions=[{"target": "no such state"}]))
    assert list(found) == ["states.start.transitions[0].target"]
    assert "must be 1 to 64" in found["states.start.transitions[0].target"]


def test_a_definition_with_errors_is_not_given_out():
    assert check({"name": "w"}).definition is None


def test_warnings_are_told_along_with_errors():
    outcome = check({"name": "w", "initial_state": "a", "states": {"a": END, "b": {"type": "terminal", "x": 1}}})
    assert [problem.path for problem in outcome.errors] == ["states.b.x"]
    assert [problem.path for problem in outcome.warnings] == ["states.b"]


def test_after_a_hundred_errors_a_note_says_that_there_are_more():
    found = check({f"k{index}": 1 for index in range(500)}).errors
    assert len(found) == MAX_REPORTED + 1
    assert (found[-1].path, found[-1].message) == ("", "There are more errors than these 100")


def test_exactly_a_hundred_errors_need_no_note():
    found = check({"name": "w", "initial_state": "a", "states": {"a": END}} | {f"k{n}": 1 for n in range(100)}).errors
    assert len(found) == MAX_REPORTED
    assert found[-1].path != ""
