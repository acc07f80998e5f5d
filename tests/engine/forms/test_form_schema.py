"""A halt's form as JSON Schema asks for what the engine accepts, with hints in react-jsonschema-form's terms."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import TypeAdapter

from interactor.engine import forms
from interactor.engine.definition.halts import Presentation
from interactor.engine.definition.workflow import Halting
from interactor.engine.form_schema import FormSchema, form_schema

DAY = st.sampled_from(["2026-01-20", "2026-01-21", "2028-02-29"])
SCOPE = {"workflow_data": {"amount": 5000, "names": ["Ann", "Ann", "Bo"], "day": "2026-01-20"}}


def halting(**more) -> Halting:
    return Halting.model_validate({"type": "halting", "transitions": [{"target": "on", "key": "on"}], **more})


def shown(presentation, told=None, **more) -> FormSchema:
    rendered = forms.render(TypeAdapter(Presentation).validate_python(presentation), SCOPE) if presentation else None
    return form_schema(halting(**more), rendered, told)


def field(**properties) -> FormSchema:
    return shown({"type": "form", "fields": [{"name": "a", **properties}]})


def takes(schema, value) -> bool:
    return bool(Draft202012Validator(schema, format_checker=FormatChecker()).is_valid(value))


def test_a_form_is_told_in_full():
    form = shown({
        "type": "form",
        "title": "Approve $${workflow_data.amount}?",
        "description": "${workflow_data.amount}",
        "fields": [
            {"name": "amount", "type": "number", "label": "Amount", "required": True, "min": 0, "step": 10,
             "max": "${workflow_data.amount}", "default": "${workflow_data.amount}"},
            {"name": "notes", "type": "string", "multiline": True, "placeholder": "Why?", "maxLength": 200,
             "description": "Shown to the requester"},
        ],
    })  # fmt: skip
    assert form.schema == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "title": "Approve $5000?",
        "description": "5000",
        "properties": {
            "amount": {
                "title": "Amount", "type": "number", "minimum": 0, "maximum": 5000, "multipleOf": 10, "default": 5000,
            },
            "notes": {"description": "Shown to the requester", "type": ["string", "null"], "maxLength": 200},
        },
        "required": ["amount"],
    }  # fmt: skip
    assert form.ui == {
        "ui:order": ["amount", "notes"],
        "notes": {"ui:widget": "textarea", "ui:placeholder": "Why?"},
    }


def test_options_have_titles_and_those_that_came_to_the_same_value_are_one():
    options = [
        {"value": "${workflow_data.names.0}", "label": "First", "description": "of all"},
        {"value": "${workflow_data.names.1}"},
        {"value": "${workflow_data.names.2}"},
        {"value": "${workflow_data.missing}"},
    ]
    assert field(type="select", required=True, options=options).schema["properties"]["a"] == {
        "type": "string",
        "oneOf": [
            {"const": "Ann", "title": "First", "description": "of all"},
            {"const": "Bo", "title": "Bo"},
        ],
    }


def test_a_choice_is_one_question_whose_title_is_the_message():
    options = [{"value": "approve", "label": "Approve"}, {"value": "reject"}]
    form = shown({"type": "choice", "title": "Order", "message": "How to go on?", "options": options})
    assert form.schema["title"] == "Order"
    assert form.schema["required"] == ["choice"]
    assert form.schema["properties"]["choice"] == {
        "title": "How to go on?",
        "type": "string",
        "oneOf": [{"const": "approve", "title": "Approve"}, {"const": "reject", "title": "reject"}],
    }
    assert form.ui == {"choice": {"ui:widget": "radio"}}


def test_a_message_asks_for_nothing():
    form = shown({"type": "message", "title": "Wait", "message": "For the bank", "show_progress": True})
    assert (form.schema["title"], form.schema["description"]) == ("Wait", "For the bank")
    assert form.schema["properties"] == {}
    assert form.ui == {"ui:options": {"show_progress": True}}


def test_a_halt_without_a_presentation_takes_anything_and_shows_its_instruction():
    form = shown(None, told={"title": "Late", "instruction": "Call Ann."})
    assert (form.schema["title"], form.schema["description"]) == ("Late", "Call Ann.")
    assert takes(form.schema, {"anything": [1]})


def test_what_a_presentation_says_itself_comes_before_the_instruction():
    form = shown(
        {"type": "message", "title": "Wait", "message": "Soon."}, told={"title": "Late", "instruction": "Call."}
    )
    assert (form.schema["title"], form.schema["description"]) == ("Wait", "Soon.")


def test_in_selection_mode_the_transitions_are_the_question():
    ways = [{"target": "yes", "key": "approve", "description": "Approve it"}, {"target": "no", "key": "reject"}]
    form = shown(None, transition_mode="selection", transitions=ways)
    assert form.schema["properties"]["choice"] == {
        "type": "string",
        "oneOf": [{"const": "approve", "title": "Approve it"}, {"const": "reject", "title": "reject"}],
    }
    assert form.schema["required"] == ["choice"]


def test_in_selection_mode_the_questions_of_the_form_come_first():
    fields = [{"name": "comment", "type": "string", "required": True}, {"name": "choice", "type": "string"}]
    form = shown({"type": "form", "fields": fields}, transition_mode="selection")
    assert form.schema["required"] == ["comment", "choice"]
    assert takes(form.schema, {"comment": "x", "choice": "on"})
    assert not takes(form.schema, {"comment": "x", "choice": "off"})


def test_steps_that_do_not_count_from_zero_are_a_hint():
    form = field(type="number", min=1, step=2)
    assert "multipleOf" not in form.schema["properties"]["a"]
    assert form.ui == {"a": {"ui:options": {"step": 2, "stepFrom": 1}}}
    assert field(type="number", min=0.5, step=0.1).schema["properties"]["a"]["multipleOf"] == 0.1


def test_first_and_last_days_are_a_hint():
    form = field(type="date", minDate="${workflow_data.day}", maxDate="${workflow_data.names}")
    assert form.schema["properties"]["a"] == {"type": ["string", "null"], "format": "date"}
    assert form.ui == {"a": {"ui:options": {"min": "2026-01-20"}}}


def test_files_are_ids_and_what_may_be_uploaded_is_a_hint():
    form = field(type="file", required=True, accept=["application/pdf"], maxSize=1000)
    assert takes(form.schema, {"a": "file_01HX0000000000000000000000"})
    assert not takes(form.schema, {"a": []})
    assert form.ui["a"] == {
        "ui:widget": "file",
        "ui:options": {"accept": ["application/pdf"], "maxSize": 1000, "maxFiles": 5},
    }


def test_a_default_that_does_not_fit_is_left_out():
    assert "default" not in field(type="string", default="${workflow_data.amount}").schema["properties"]["a"]


@pytest.mark.parametrize("value", [5000, True, None, {"a": 1}])
def test_texts_are_texts_whatever_the_data(value):
    rendered = {"type": "form", "title": value, "fields": [{"name": "a", "type": "string", "label": value}]}
    form = form_schema(halting(), rendered)
    assert isinstance(form.schema.get("title", ""), str)
    assert isinstance(form.schema["properties"]["a"].get("title", ""), str)


ANY = st.one_of(
    st.none(), st.booleans(), st.integers(-6, 6), st.sampled_from([2.0, 0.5, 1e300, 2**53 + 1]),
    st.sampled_from(["", "a", "ab", "😀😀", "2026-01-20", "2026-02-30", "2026-01-20\n"]),
    st.sampled_from(["file_01HX0000000000000000000000",
                     "file_01HX0000000000000000000000\n"]),
    st.lists(st.sampled_from(["file_01HX0000000000000000000000", "x", 1]), max_size=6),
    st.just({"a": True}),
)  # fmt: skip
"""An answer, or what a template came to."""
OPTIONS = st.lists(st.fixed_dictionaries({"value": ANY}, optional={"label": ANY}), min_size=1, max_size=4)
COMMON = {"required": st.booleans(), "default": ANY, "label": ANY, "description": ANY}


def _fields(kind, **properties):
    always = {"type": st.just(kind)} | ({"options": properties.pop("options")} if "options" in properties else {})
    return st.fixed_dictionaries(always, optional={**COMMON, **properties})


FIELDS = st.one_of(
    _fields("string", maxLength=ANY, multiline=st.booleans(), placeholder=ANY),
    _fields("number", min=ANY, max=ANY, step=st.integers(-2, 4) | ANY),
    _fields("boolean"),
    _fields("select", options=OPTIONS),
    _fields("date", minDate=ANY | DAY, maxDate=ANY | DAY),
    _fields("file", accept=ANY, maxSize=st.integers(1, 9)),
)
PRESENTATIONS = st.one_of(
    st.lists(FIELDS, max_size=3).map(
        lambda fields: {"type": "form", "fields": [{"name": "abc"[i], **field} for i, field in enumerate(fields)]}
    ),
    st.fixed_dictionaries({"type": st.just("choice"), "options": OPTIONS}, optional={"message": ANY}),
    st.just({"type": "message", "message": "Wait."}),
)
ANSWERS = st.dictionaries(st.sampled_from(["a", "b", "c", "choice", "more"]), ANY)


def is_beyond_json_schema(presentation) -> bool:
    """First and last days, and steps that do not count from zero (docs/forms.md)."""
    hints = form_schema(halting(), presentation).ui
    return any(
        {"min", "max", "stepFrom"} & set(hint.get("ui:options", {}))
        for hint in hints.values()
        if isinstance(hint, dict)
    )


@given(PRESENTATIONS, ANSWERS)
@example({"type": "form", "fields": [{"name": "a", "type": "string", "maxLength": 2}]}, {"a": "😀😀"})
def test_what_the_engine_accepts_fits_the_schema(presentation, answer):
    assume(not forms.problems(presentation, answer))
    assert takes(form_schema(halting(), presentation).schema, answer)


@given(PRESENTATIONS, ANSWERS)
@example({"type": "form", "fields": [{"name": "a", "type": "file"}]}, {"a": "file_01HX0000000000000000000000\n"})
def test_what_fits_the_schema_is_accepted_where_json_schema_can_say_it(presentation, answer):
    assume(not is_beyond_json_schema(presentation))
    assert takes(form_schema(halting(), presentation).schema, answer) is (not forms.problems(presentation, answer))


@given(PRESENTATIONS)
def test_every_form_is_a_valid_schema_whose_defaults_fit(presentation):
    schema = form_schema(halting(), presentation).schema
    Draft202012Validator.check_schema(schema)
    for name, part in schema["properties"].items():
        if "default" in part:
            assert takes({**schema, "required": []}, {name: part["default"]})
