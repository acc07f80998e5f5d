"""Whatever is misspelt, of the wrong type or out of bounds is told at its own path, with the value in question."""

import pytest

from tests.engine.definitions.samples import FIELD, action, errors, field, halting, http, workflow

SCRIPT = {"type": "script", "code": "return {}"}
CASES = [
    # Unknown properties
    ({**action(), "stats": 1}, "stats", "Unknown property 'stats'; did you mean 'states'?"),
    (action(transitons=[]), "states.start.transitons", "Unknown property 'transitons'; did you mean 'transitions'?"),
    (action(logic={**SCRIPT, "x": 1}), "states.start.logic.x", "Unknown property 'x'"),
    (
        http(retry={"attempt": 1}),
        "states.start.logic.retry.attempt",
        "Unknown property 'attempt'; did you mean 'attempts'?",
    ),
    (field(type="number", maxLength=3), f"{FIELD}.maxLength", "Unknown property 'maxLength'"),
    (
        halting(halting_instructions={"instruction": "x", "title": "y"}),
        "states.start.halting_instructions.title",
        "Unknown",
    ),
    (
        halting(halting_instructions={"type": "ai", "config": {"prompt": "x", "modle": "y"}}),
        "states.start.halting_instructions.config.modle",
        "did you mean 'model'?",
    ),
    (action(**{"my key": 1}), 'states.start["my key"]', "Unknown property 'my key'"),
    # Missing ones
    ({"states": action()["states"], "initial_state": "start"}, "name", "'name' is required"),
    (action(logic={"type": "script"}), "states.start.logic.code", "'code' is required"),
    (workflow({"transitions": [{"target": "end"}]}), "states.start.type", "'type' is required"),
    (workflow({"type": "action"}), "states.start.transitions", "'transitions' is required"),
    (workflow({"type": "halting"}), "states.start.transitions", "'transitions' is required"),
    (action(transitions=[]), "states.start.transitions", "must have at least 1 item"),
    (halting(presentation={"type": "message"}), "states.start.presentation.message", "'message' is required"),
    (halting(presentation={"type": "choice", "options": []}), "states.start.presentation.options", "at least 1"),
    (field(type="select"), f"{FIELD}.options", "'options' is required"),
    # Wrong types: nothing is coerced
    (action(logic={"type": "script", "code": 5}), "states.start.logic.code", "must be a string, not 5"),
    (http(timeout="1000"), "states.start.logic.timeout", "must be an integer, not '1000'"),
    (http(timeout=True), "states.start.logic.timeout", "must be an integer, not true"),
    (http(headers={"X": 1}), "states.start.logic.headers.X", "must be a string, not 1"),
    (http(headers=[]), "states.start.logic.headers", "must be an object, not an array"),
    (field(type="boolean", required=1), f"{FIELD}.required", "must be true or false, not 1"),
    (field(type="number", min=True), f"{FIELD}.min", "must be a number or one placeholder, not true"),
    (field(type="number", min="1"), f"{FIELD}.min", "must be a number or one placeholder, not '1'"),
    (action(transitions={}), "states.start.transitions", "must be an array, not an object"),
    (action(transitions=["end"]), "states.start.transitions[0]", "must be an object, not 'end'"),
    (workflow("end"), "states.start", "must be an object, not 'end'"),
    ({**action(), "states": []}, "states", "must be an object, not an array"),
    ({**action(), "input_schema": True}, "input_schema", "must be an object, not true"),
    # Not one of those
    (
        workflow({"type": "halt"}),
        "states.start.type",
        "must be one of 'action', 'halting', 'terminal', not 'halt'; did you mean",
    ),
    (workflow({"type": ["action"]}), "states.start.type", "not an array"),
    (http(method="post"), "states.start.logic.method", "not 'post'"),
    (http(retry={"backoff": "quadratic"}), "states.start.logic.retry.backoff", "must be 'exponential' or 'linear'"),
    (halting(transition_mode="choose"), "states.start.transition_mode", "not 'choose'"),
    (
        halting(halting_instructions={"type": "sms"}),
        "states.start.halting_instructions.type",
        "must be one of 'ai', 'message'",
    ),
    (halting(halting_instructions=5), "states.start.halting_instructions", "must be an object, not 5"),
    # Out of bounds
    (http(timeout=0), "states.start.logic.timeout", "must be greater than or equal to 1, not 0"),
    (http(timeout=30_001), "states.start.logic.timeout", "must be less than or equal to 30000, not 30001"),
    (http(retry={"attempts": 0}), "states.start.logic.retry.attempts", "not 0"),
    (http(retry={"attempts": 21}), "states.start.logic.retry.attempts", "not 21"),
    (http(url=""), "states.start.logic.url", "must have at least 1 character"),
    (field(type="string", maxLength=0), f"{FIELD}.maxLength", "must be an integer above 0 or one placeholder, not 0"),
    (field(type="string", maxLength=1.5), f"{FIELD}.maxLength", "not 1.5"),
    (field(type="number", step=0), f"{FIELD}.step", "must be a number above 0 or one placeholder, not 0"),
    (field(type="file", maxSize=10 * 1024 * 1024 + 1), f"{FIELD}.maxSize", "must be less than or equal to 10485760"),
    (field(type="file", accept=[1]), f"{FIELD}.accept", "must be a string or an array of strings"),
    (field(type="string", name=""), f"{FIELD}.name", "at least 1 character"),
    (field(type="string", name="n" * 65), f"{FIELD}.name", "at most 64 characters"),
    *[
        (
            field(type="date", minDate=day),
            f"{FIELD}.minDate",
            f"must be a date as YYYY-MM-DD or one placeholder, not '{day}'",
        )
        for day in ("2026-02-30", "20260120", "2026-W03-2", "2026-1-2", "20.01.2026", "2026-01-20T00:00:00Z", "")
    ],
    (
        field(type="select", options=[{"value": None}]),
        f"{FIELD}.options[0].value",
        "must be a string, a number, true or false",
    ),
    (field(type="select", options=["low"]), f"{FIELD}.options[0]", "must be an object, not 'low'"),
]


@pytest.mark.parametrize(("document", "path", "message"), CASES, ids=[f"{path}-{told[:30]}" for _, path, told in CASES])
def test_a_wrong_shape_is_told_at_its_path(document, path, message):
    found = errors(document)
    assert path in found
    assert message in found[path]


@pytest.mark.parametrize("value", [None, True, 0, 1e300, "x", [], [{}]], ids=str)
def test_a_document_that_is_no_object_is_one_error_at_the_root(value):
    found = errors(value)
    assert list(found) == [""]
    assert "must be an object" in found[""]


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({**action(), "timeout": "an hour"}, "timeout"),
        ({**action(), "timeout": "P1M"}, "timeout"),
        (halting(timeout={"after": "PT30S", "target": "end"}), "states.start.timeout.after"),
        (halting(timeout={"after": "P91D", "target": "end"}), "states.start.timeout.after"),
        (halting(timeout={"after": "PT24H", "target": "nowhere"}), "states.start.timeout.target"),
        (halting(reminders=["PT4H", "P"]), "states.start.reminders[1]"),
        (halting(reminders=["PT1H"] * 21), "states.start.reminders"),
        (action(fork={}), "states.start.fork"),
        (action(fork={"a": "nowhere"}), "states.start.fork.a"),
        (action(fork={"main": "end"}), "states.start.fork"),
        (action(fork={f"t{n}": "end" for n in range(11)}), "states.start.fork"),
        (action(fork={"a": "end"}, join="some"), "states.start.join"),
        (action(join="all"), "states.start.join"),
    ],
)
def test_threads_and_timers_are_checked_at_their_place(document, path):
    assert list(errors(document)) == [path]


@pytest.mark.parametrize(
    "document",
    [
        {**action(), "timeout": "P30D"},
        halting(timeout={"after": "PT24H", "target": "end"}, reminders=["PT1M", "P1DT2H", "P2W"]),
        action(fork={"a": "end", "b": "end"}, join="any"),
    ],
)
def test_threads_and_timers_within_their_bounds_are_taken(document):
    assert errors(document) == {}
