"""A placeholder that could never work is an error of the definition, at the string that holds it."""

import pytest

from interactor.engine.templates import HTTP_ROOTS, ROOTS, problems
from tests.engine.definitions.samples import END, errors, field, halting, http, workflow

CASES = [
    ("${", "The placeholder at '${' is not closed"),
    ("a ${workflow_data.x", "The placeholder at '${workflow_data.x' is not closed"),
    ("${workflow_data.${input.x}}", "The placeholder at '${workflow_data.' is not closed"),
    ("${}", "'${}' holds no path"),
    ("${ }", "'${}' holds no path"),
    ("${workflow_data..x}", "'${workflow_data..x}' holds no path"),
    ("${workflow_data.x || 1}", None),
    ("${workflow_data[x]}", "'${workflow_data[x]}' holds no path"),
    ("${amount}", "'${amount}' starts with none of workflow_data, input, context"),
    ("${workflowdata.x}", "did you mean 'workflow_data'?"),
    ("${__proto__.x}", "starts with none of"),
    ("${secrets.KEY}", "secrets are for HTTP logic alone"),
    ("$${workflow_data.x}", None),
    ("${workflow_data}", None),
    ("$ { }", None),
]


@pytest.mark.parametrize(("template", "message"), CASES)
def test_each_malformed_placeholder_is_told(template, message):
    found = [told for _, told in problems({"a": [template]}, ROOTS)]
    assert (not found) if message is None else (message in found[0])


def test_secrets_are_for_http_logic_and_by_name():
    assert list(problems("${secrets.KEY}", HTTP_ROOTS)) == []
    assert [told for _, told in problems("${secrets}", HTTP_ROOTS)] == [
        "'${secrets}' names no secret; write it as '${secrets.API_KEY}'"
    ]


BAD = "${bad.x}"
PLACES = {
    "states.start.logic.url": http(url=f"https://a/{BAD}"),
    "states.start.logic.headers.X-Id": http(headers={"X-Id": BAD}),
    "states.start.logic.body.a[1].b": http(body={"a": [1, {"b": BAD}]}),
    "states.start.presentation.title": halting(presentation={"type": "message", "title": BAD, "message": "m"}),
    "states.start.presentation.fields[0].label": field(type="string", label=BAD),
    "states.start.presentation.fields[0].options[0].value": field(type="select", options=[{"value": BAD}]),
    "states.start.halting_instructions.config.message": halting(
        halting_instructions={"type": "message", "config": {"message": BAD}}
    ),
    "states.start.halting_instructions.instruction": halting(halting_instructions={"instruction": BAD}),
    "states.start.on_enter.body": workflow(
        {"type": "terminal", "on_enter": {"type": "http", "method": "GET", "url": "https://a", "body": BAD}}, other=END
    ),
}


@pytest.mark.parametrize("path", PLACES)
def test_templates_are_checked_wherever_they_work(path):
    assert list(errors(PLACES[path])) == [path]


@pytest.mark.parametrize(
    "document",
    [
        halting(presentation={"type": "message", "message": "${secrets.KEY}"}),
        halting(halting_instructions={"instruction": "${secrets.KEY}"}),
    ],
)
def test_secrets_are_not_shown_to_people(document):
    assert "secrets are for HTTP logic alone" in next(iter(errors(document).values()))
