"""Small definitions to bend, and a validation whose judges refuse nothing unless told otherwise."""

import json
from pathlib import Path
from typing import Any

from interactor.engine.validation import HeaderJudge, Judge, Validation, validate

WORKFLOWS = Path(__file__).parents[2] / "workflows"
END = {"type": "terminal"}
TO_END = [{"target": "end"}]


def reference(name: str) -> Any:
    """A definition of the reference, verbatim."""
    return json.loads((WORKFLOWS / f"{name}.json").read_text())


def accept(_text: str) -> None:
    return None


def check(
    document: Any,
    script_error: Judge = accept,
    url_refusal: Judge = accept,
    header_refusal: HeaderJudge = lambda name, value: None,
) -> Validation:
    return validate(document, script_error=script_error, url_refusal=url_refusal, header_refusal=header_refusal)


def errors(document: Any, **judges: Judge) -> dict[str, str]:
    """Path → message; a path with two messages would be a test's surprise."""
    found = check(document, **judges).errors
    assert len({problem.path for problem in found}) == len(found), found
    return {problem.path: problem.message for problem in found}


def warnings(document: Any) -> dict[str, str]:
    return {problem.path: problem.message for problem in check(document).warnings}


def workflow(start: Any, **more: Any) -> dict[str, Any]:
    """A definition whose `start` is what the test is about; `more` are further states."""
    return {"name": "sample", "initial_state": "start", "states": {"start": start, **more, "end": END}}


def action(**properties: Any) -> dict[str, Any]:
    return workflow({"type": "action", "transitions": TO_END} | properties)


def halting(**properties: Any) -> dict[str, Any]:
    return workflow({"type": "halting", "transitions": TO_END} | properties)


def http(**properties: Any) -> dict[str, Any]:
    return action(logic={"type": "http", "method": "POST", "url": "https://example.com/"} | properties)


def form(*fields: Any) -> dict[str, Any]:
    return halting(presentation={"type": "form", "fields": list(fields)})


def field(**properties: Any) -> dict[str, Any]:
    """A form of one field; its problems stand at `FIELD`."""
    return form({"name": "answer"} | properties)


def condition(value: Any) -> dict[str, Any]:
    """A definition with one conditional transition; the condition's problems stand at `CONDITION`."""
    return action(transitions=[{"target": "end", "condition": value}, {"target": "end"}])


FIELD = "states.start.presentation.fields[0]"
CONDITION = "states.start.transitions[0].condition"
