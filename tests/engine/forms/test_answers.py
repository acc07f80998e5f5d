"""An answer is checked against the form as shown: required, type, bounds, options, dates, files."""

import pytest

from interactor.engine.forms import problems

FILE = "file_01HX0000000000000000000000"
OPTIONS = [{"value": "low"}, {"value": 2}, {"value": True}]


def told(field, *value):
    """The problem of one answer, or of none given."""
    given = {"answer": value[0]} if value else {}
    return problems({"type": "form", "fields": [{"name": "answer", **field}]}, given).get("answer")


FITS = [
    ({"type": "string"}, "x"),
    ({"type": "string"}, ""),
    ({"type": "string", "maxLength": 2}, "éé"),
    ({"type": "string", "maxLength": 2}, "😀😀"),
    ({"type": "number"}, 0),
    ({"type": "number"}, -1.5),
    ({"type": "number", "min": 0, "max": 10}, 0),
    ({"type": "number", "min": 0, "max": 10}, 10.0),
    ({"type": "number", "step": 0.1}, 0.3),
    ({"type": "number", "step": 0.01}, 1e15),
    ({"type": "number", "min": 1, "step": 2}, 3),
    ({"type": "number", "step": 5}, -10),
    ({"type": "number", "step": 3}, 3 * 10**300),
    ({"type": "boolean"}, True),
    ({"type": "boolean"}, False),
    ({"type": "boolean", "required": True}, False),
    ({"type": "select", "options": OPTIONS}, "low"),
    ({"type": "select", "options": OPTIONS}, 2.0),
    ({"type": "select", "options": OPTIONS}, True),
    ({"type": "date"}, "2028-02-29"),
    ({"type": "date", "minDate": "2026-01-20", "maxDate": "2026-01-20"}, "2026-01-20"),
    ({"type": "file"}, FILE),
    ({"type": "file"}, [FILE] * 5),
    ({"type": "file"}, []),
]
MISFITS = [
    ({"type": "string"}, 5, "must be a string, not 5"),
    ({"type": "string"}, ["x"], "must be a string, not an array"),
    ({"type": "string", "maxLength": 2}, "abc", "must be at most 2 characters, but has 3"),
    ({"type": "number"}, "5", "must be a number, not '5'"),
    ({"type": "number"}, True, "must be a number, not true"),
    ({"type": "number", "min": 0}, -0.5, "must be at least 0, not -0.5"),
    ({"type": "number", "max": 100000}, 100001, "must be at most 100000, not 100001"),
    ({"type": "number", "max": 2**53}, 2**53 + 1, "must be at most 9007199254740992, not 9007199254740993"),
    ({"type": "number", "step": 0.1}, 0.35, "must be 0 plus a multiple of 0.1, not 0.35"),
    ({"type": "number", "step": 0.1}, 0.1 + 0.2, "must be 0 plus a multiple of 0.1, not 0.30000000000000004"),
    ({"type": "number", "min": 1, "step": 2}, 4, "must be 1 plus a multiple of 2, not 4"),
    ({"type": "number", "step": 7}, 1e300, "must be 0 plus a multiple of 7, not 1e+300"),
    ({"type": "boolean"}, 1, "must be true or false, not 1"),
    ({"type": "boolean"}, "true", "must be true or false, not 'true'"),
    ({"type": "select", "options": OPTIONS}, "Low", "must be one of 'low', 2, true, not 'Low'"),
    ({"type": "select", "options": OPTIONS}, 1, "must be one of 'low', 2, true, not 1"),
    ({"type": "select", "options": OPTIONS}, ["low"], "must be one of 'low', 2, true, not an array"),
    ({"type": "date"}, "2026-02-29", "must be a date as YYYY-MM-DD, not '2026-02-29'"),
    ({"type": "date"}, "2026-01-20T12:00:00Z", "must be a date"),
    ({"type": "date"}, "2026-01-20\n", "must be a date"),
    ({"type": "date"}, "٢٠٢٦-01-20", "must be a date"),
    ({"type": "date"}, "", "must be a date"),
    ({"type": "date"}, 20260120, "must be a date"),
    ({"type": "date", "minDate": "2026-01-20"}, "2026-01-19", "must be 2026-01-20 or later, not 2026-01-19"),
    ({"type": "date", "maxDate": "2026-01-20"}, "2026-01-21", "must be 2026-01-20 or earlier, not 2026-01-21"),
    ({"type": "file"}, "receipt.pdf", "must be the id of an uploaded file or an array of such, not 'receipt.pdf'"),
    ({"type": "file"}, [FILE, 5], "must be the id of an uploaded file or an array of such, not 5"),
    ({"type": "file"}, f"{FILE}\n", "must be the id"),
    ({"type": "file"}, [FILE] * 6, "must be at most 5 files, not 6"),
    ({"type": "string"}, {"a": "x" * 10_000}, "must be a string, not an object"),
    ({"type": "date"}, "x" * 10_000, "…'"),
]


@pytest.mark.parametrize(("field", "value"), FITS)
def test_an_answer_that_fits(field, value):
    assert told(field, value) is None


@pytest.mark.parametrize(("field", "value", "message"), MISFITS, ids=[message for *_, message in MISFITS])
def test_an_answer_that_does_not(field, value, message):
    assert message in (told(field, value) or "")


@pytest.mark.parametrize("kind", ["string", "number", "boolean", "select", "date", "file"])
def test_a_missing_or_null_answer_is_fine_unless_it_is_required(kind):
    field = {"type": kind, "options": OPTIONS}
    assert told(field) is None
    assert told(field, None) is None
    assert told({**field, "required": True}) == "is required"
    assert told({**field, "required": True}, None) == "is required"


@pytest.mark.parametrize(("kind", "nothing"), [("string", ""), ("file", [])])
def test_an_empty_answer_is_none_where_one_is_required(kind, nothing):
    assert told({"type": kind, "required": True}, nothing) == "is required"


def test_every_wrong_answer_is_told_and_other_keys_are_kept_out_of_it():
    form = {
        "type": "form",
        "fields": [
            {"name": "approved", "type": "boolean", "required": True},
            {"name": "amount", "type": "number", "max": 10},
            {"name": "notes", "type": "string"},
        ],
    }
    assert problems(form, {"amount": 11, "notes": "x", "more": {"keys": 1}}) == {
        "approved": "is required",
        "amount": "must be at most 10, not 11",
    }
    assert problems(form, {"approved": True}) == {}


def test_a_choice_takes_one_of_its_values():
    choice = {"type": "choice", "options": [{"value": "approve"}, {"value": "reject"}]}
    assert problems(choice, {"choice": "approve", "comment": "ok"}) == {}
    assert problems(choice, {"choice": "maybe"}) == {"choice": "must be one of 'approve', 'reject', not 'maybe'"}
    assert problems(choice, {}) == {"choice": "is required"}


def test_a_message_asks_for_nothing():
    assert problems({"type": "message", "message": "Wait."}, {"anything": 1}) == {}
