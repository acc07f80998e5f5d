"""A presentation that contradicts itself is an error of the definition."""

import pytest

from tests.engine.definitions.samples import FIELD, check, errors, field, form, halting

CASES = [
    (field(type="number", min=5, max=1), f"{FIELD}.min", "min 5 is more than max 1"),
    (
        field(type="date", minDate="2026-02-01", maxDate="2026-01-01"),
        f"{FIELD}.minDate",
        "minDate 2026-02-01 is later than",
    ),
    (field(type="number", default="5"), f"{FIELD}.default", "must be a number, not '5'"),
    (field(type="number", min=10, default=5), f"{FIELD}.default", "must be at least 10, not 5"),
    (field(type="string", maxLength=2, default="abc"), f"{FIELD}.default", "must be at most 2 characters"),
    (field(type="boolean", default=0), f"{FIELD}.default", "must be true or false, not 0"),
    (field(type="select", options=[{"value": "a"}], default="b"), f"{FIELD}.default", "must be one of 'a', not 'b'"),
    (field(type="date", default="tomorrow"), f"{FIELD}.default", "must be a date"),
    (field(type="string", name="${input.n}"), f"{FIELD}.name", "The name of a field cannot be a template"),
    (
        field(type="select", options=[{"value": 1}, {"value": "1"}, {"value": 1.0}]),
        f"{FIELD}.options[2].value",
        "The option 1.0 appears twice",
    ),
    (
        halting(presentation={"type": "choice", "options": [{"value": "a"}, {"value": "a"}]}),
        "states.start.presentation.options[1].value",
        "The option 'a' appears twice",
    ),
    (
        form({"name": "a", "type": "string"}, {"name": "a", "type": "boolean"}),
        "states.start.presentation.fields[1].name",
        "The field 'a' appears twice",
    ),
]


@pytest.mark.parametrize(("document", "path", "message"), CASES, ids=[message for *_, message in CASES])
def test_a_contradiction_is_told_at_its_place(document, path, message):
    found = errors(document)
    assert list(found) == [path]
    assert message in found[path]


@pytest.mark.parametrize(
    "document",
    [
        field(type="number", min="${workflow_data.low}", max=1, default="${workflow_data.amount}"),
        field(type="boolean", default="${workflow_data.ok}"),
        field(type="date", default="${workflow_data.day}"),
        field(type="select", options=[{"value": 1}, {"value": True}, {"value": "1"}], default=True),
        field(type="string", default=None),
    ],
)
def test_what_only_the_data_can_tell_is_accepted(document):
    assert check(document).errors == []
