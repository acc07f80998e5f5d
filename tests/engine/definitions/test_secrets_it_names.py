"""Which secrets a definition's logic names, and whether it speaks of secrets at all."""

import pytest

from interactor.engine.definition.workflow import Definition
from tests.definitions import end, halt, http, script, workflow


def names(**states):
    return Definition.model_validate(workflow(**states)).secret_names


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("return {a: secrets.API_KEY}", {"API_KEY"}),
        ("const {A, B} = secrets", set()),
        ("return {a: secrets?.A + secrets [ 'B' ] + secrets[\"C\"] + secrets\n.D}", {"A", "B", "C", "D"}),
        ("return {a: secrets[input.name]}", set()),
        ("return {a: globalThis['secrets']}", set()),
        ("return {my_secrets: 1, secretsOf: 2}", None),
        ("return {}", None),
    ],
)
def test_a_script_names_them_in_its_text(code, expected):
    assert names(work=script(code, "done"), done=end()) == expected


@pytest.mark.parametrize(
    "logic",
    [
        {"url": "https://example.com/?k=${secrets.KEY}"},
        {"headers": {"Authorization": "Bearer ${ secrets.KEY }"}},
        {"body": {"deep": [["${secrets.KEY}"]]}},
    ],
)
def test_http_logic_names_them_in_placeholders(logic):
    assert names(call=http("done", **logic), done=end()) == {"KEY"}
    on_enter = {"type": "http", "method": "POST", "url": "https://example.com/", **logic}
    assert names(done=end(on_enter=on_enter)) == {"KEY"}


def test_what_people_read_names_none():
    assert names(ask=halt("done", description="Our secrets.KEY"), call=http("done"), done=end()) is None
