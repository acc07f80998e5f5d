"""Everything the reference and the contract show is accepted, and read as it was written."""

import pytest

from interactor.engine.definition.logic import HttpRequest
from interactor.engine.definition.workflow import Definition, Halting
from tests.engine.definitions.samples import END, TO_END, action, check, field, halting, http, reference, workflow

INSTRUCTIONS = {
    "ai": {
        "type": "ai",
        "config": {
            "prompt": "Summarize ${workflow_data.order}",
            "model": "m",
            "include_data_paths": ["order", "a.b[0]"],
        },
    },
    "simple": {"instruction": "Tell the user.", "include_data": ["strategy"]},
    "message": {"type": "message", "config": {"title": "Approval Required", "message": "This order is large."}},
}
FIELDS = {
    "string": {"multiline": True, "placeholder": "…", "maxLength": 10, "default": "${workflow_data.note} so far"},
    "number": {"min": 0, "max": 10.5, "step": 0.5, "default": "${workflow_data.amount}"},
    "boolean": {"required": True, "default": False},
    "select": {"options": [{"value": "low", "label": "Low"}, {"value": 2}, {"value": True}], "default": "low"},
    "date": {"minDate": "2026-01-20", "maxDate": "${workflow_data.last_day}"},
    "file": {"accept": ["application/pdf"], "maxSize": 10 * 1024 * 1024},
}
PRESENTATIONS = {
    "choice": {"type": "choice", "title": "T", "message": "M", "options": [{"value": "a", "description": "D"}]},
    "message": {"type": "message", "title": "Processing", "message": "Wait.", "show_progress": True},
    "form without fields": {"type": "form", "fields": []},
}
CONDITIONS = [
    {"field": "status", "equals": "approved"},
    {"field": "status", "equals": None},
    {"field": "status", "not_equals": "rejected"},
    {"field": "status", "operator": "equals", "value": "approved"},
    {"field": "items[0].price", "operator": "gte", "value": 1000},
    {"field": "email", "operator": "contains", "value": "@company.com"},
    {"field": "category", "operator": "in", "value": ["A", "B"]},
    {"field": "x", "operator": "exists"},
    {"field": "x", "operator": "exists", "value": False},
    {"field": "x", "exists": True},
    {"not": {"field": "x", "equals": 1}},
    {"and": [{"field": "x", "equals": 1}, {"or": [{"field": "y", "equals": 2}]}]},
]


@pytest.mark.parametrize("name", ["approval_workflow", "purchase_approval"])
def test_the_reference_s_workflows_have_neither_errors_nor_warnings(name):
    outcome = check(reference(name))
    assert (outcome.errors, outcome.warnings) == ([], [])
    assert outcome.definition is not None
    assert outcome.definition.name == name


@pytest.mark.parametrize("instructions", INSTRUCTIONS.values(), ids=INSTRUCTIONS)
def test_all_forms_of_halting_instructions_are_accepted(instructions):
    assert check(halting(halting_instructions=instructions)).errors == []


@pytest.mark.parametrize("kind", FIELDS)
def test_each_field_type_takes_its_own_properties(kind):
    assert check(field(type=kind, label="L", description="D", **FIELDS[kind])).errors == []


@pytest.mark.parametrize("presentation", PRESENTATIONS.values(), ids=PRESENTATIONS)
def test_the_other_presentations_are_accepted(presentation):
    assert check(halting(presentation=presentation)).errors == []


@pytest.mark.parametrize("written", CONDITIONS, ids=str)
def test_each_spelling_of_a_condition_is_accepted(written):
    assert check(action(transitions=[{"target": "end", "condition": written}, *TO_END])).errors == []


def test_the_selection_example_of_the_reference_is_accepted_and_to_means_target():
    document = workflow(
        {
            "type": "halting",
            "transition_mode": "selection",
            "transitions": [
                {"key": "approve", "to": "end", "description": "Approve the order"},
                {"key": "reject", "to": "rejected", "description": "Reject the order"},
            ],
        },
        rejected=END,
    )
    outcome = check(document)
    assert (outcome.errors, outcome.warnings) == ([], [])
    assert outcome.definition is not None
    assert [way.destination for way in outcome.definition.states["start"].transitions] == ["end", "rejected"]


def test_http_logic_takes_the_reference_s_properties_and_secrets_in_headers():
    document = http(
        headers={"Authorization": "Bearer ${secrets.API_KEY}"},
        body={"amount": "${workflow_data.amount}", "nothing": None},
        timeout=30_000,
        retry={"attempts": 3, "backoff": "exponential"},
        result="answer",
    )
    assert check(document).errors == []


def test_what_http_logic_leaves_out_has_the_contract_s_defaults():
    logic = read(http()).states["start"].logic
    assert isinstance(logic, HttpRequest)
    assert (logic.timeout, logic.retry.attempts, logic.headers, logic.result) == (10_000, 1, {}, None)


def test_null_counts_as_left_out():
    state = {
        "type": "action",
        "description": None,
        "logic": None,
        "transitions": [{"target": "end", "condition": None}],
    }
    outcome = check({**workflow(state), "description": None, "metadata": None, "input_schema": None})
    assert (outcome.errors, outcome.warnings) == ([], [])


def test_the_other_properties_of_a_definition_are_accepted():
    more = {"description": "D", "ai_guidance": "G", "input_schema": {"type": "object"}, "metadata": {"team": ["a"]}}
    assert check(action() | more).errors == []


def test_names_that_mean_something_to_javascript_are_only_names():
    state = {"type": "action", "transitions": [{"target": "constructor"}]}
    document = {"name": "prototype", "initial_state": "__proto__", "states": {"__proto__": state, "constructor": END}}
    outcome = check(document)
    assert (outcome.errors, outcome.warnings) == ([], [])


def test_a_terminal_state_may_say_that_it_has_no_transitions():
    assert check(workflow({"type": "terminal", "transitions": []})).errors == []


def test_a_presentation_keeps_what_its_author_wrote():
    presentation = {"fields": [{"required": True, "type": "number", "name": "n"}], "type": "form", "title": "T"}
    state = read(halting(presentation=presentation)).states["start"]
    assert isinstance(state, Halting)
    assert state.presentation is not None
    kept = state.presentation.as_written
    assert list(kept) == ["fields", "type", "title"]
    assert list(kept["fields"][0]) == ["required", "type", "name"]


def read(document) -> Definition:
    definition = check(document).definition
    assert definition is not None
    return definition
