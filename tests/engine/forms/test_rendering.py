"""People see the presentation as its author wrote it, templates expanded, and are held to what they saw."""

import pytest
from pydantic import TypeAdapter

from interactor.engine import forms
from interactor.engine.definition.halts import Presentation

PRESENTATION = TypeAdapter(Presentation)
DATA = {
    "description": "Laptop",
    "amount": 5000,
    "limit": 9000,
    "department": "Sales",
    "last_day": "2026-03-31",
    "note": None,
}
SCOPE = {"workflow_data": DATA, "input": {}, "context": {}}


def render(written):
    return forms.render(PRESENTATION.validate_python(written), SCOPE)


def answer(field, value):
    return forms.problems(render({"type": "form", "fields": [{"name": "answer", **field}]}), {"answer": value})


def test_only_what_the_author_gave_is_shown_and_in_that_order():
    written = {
        "fields": [{"label": "Approve?", "type": "boolean", "name": "approved", "required": True}],
        "type": "form",
        "description": "Purchase request for ${workflow_data.description} - $${workflow_data.amount}",
    }
    shown = render(written)
    assert list(shown) == ["fields", "type", "description"]
    assert list(shown["fields"][0]) == ["label", "type", "name", "required"]
    assert shown["description"] == "Purchase request for Laptop - $5000"


def test_a_default_keeps_its_value_s_type():
    shown = render({"type": "form", "fields": [{"name": "a", "type": "number", "default": "${workflow_data.amount}"}]})
    assert shown["fields"][0]["default"] == 5000


def test_data_that_looks_like_a_template_is_shown_as_it_is():
    scope = {"workflow_data": {"x": "${secrets.KEY}"}, "secrets": {"KEY": "no"}}
    model = PRESENTATION.validate_python({"type": "message", "message": "<${workflow_data.x}>"})
    assert forms.render(model, scope)["message"] == "<${secrets.KEY}>"


def test_a_bound_from_the_data_binds():
    field = {"type": "number", "max": "${workflow_data.limit}"}
    assert answer(field, 9000) == {}
    assert answer(field, 9001) == {"answer": "must be at most 9000, not 9001"}
    assert answer({"type": "date", "maxDate": "${workflow_data.last_day}"}, "2026-04-01") != {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ({"type": "number", "max": "${workflow_data.note}", "min": "${workflow_data.description}"}, 10**9),
        ({"type": "number", "step": "${workflow_data.missing}"}, 0.7),
        ({"type": "string", "maxLength": "${workflow_data.department}"}, "x" * 1000),
        ({"type": "date", "minDate": "${workflow_data.amount}"}, "1900-01-01"),
    ],
)
def test_a_bound_that_came_to_nothing_usable_is_no_bound(field, value):
    assert answer(field, value) == {}


def test_options_from_the_data_are_the_ones_to_choose_from():
    field = {"type": "select", "options": [{"value": "${workflow_data.department}"}, {"value": "Other"}]}
    assert answer(field, "Sales") == {}
    assert answer(field, "${workflow_data.department}") != {}
