"""What a halt asks, as JSON Schema (draft 2020-12) and hints for showing it, for any form library.

A mapping of the presentation that `forms.render` gave: the schema takes what `forms.problems` takes, as far as JSON
Schema can say it (docs/forms.md has the exceptions). The hints follow the `uiSchema` of react-jsonschema-form
(https://rjsf-team.github.io/react-jsonschema-form/docs/api-reference/uiSchema).
"""

from collections.abc import Mapping
from typing import NamedTuple

from interactor.engine import forms
from interactor.engine.definition.values import is_date, is_number
from interactor.engine.definition.workflow import Halting
from interactor.json_text import Json, dump, same

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class FormSchema(NamedTuple):
    """What an answer looks like, and how to ask for it."""

    schema: dict[str, Json]
    ui: dict[str, Json]


def form_schema(
    state: Halting, rendered: Mapping[str, Json] | None, told: Mapping[str, Json] | None = None
) -> FormSchema:
    """The form of a halt; `rendered` is its presentation, if it has one.

    `told` is its `halted_options`, if it has any, whose title and instruction are shown where the presentation has no
    title or description of its own. With `transition_mode: selection` the transitions are a question too, under
    `choice`.
    """
    rendered, told = rendered or {}, told or {}
    schema: dict[str, Json] = {"$schema": DIALECT, "type": "object"}
    message = rendered.get("message") if rendered.get("type") == "message" else None
    title = rendered.get("title", told.get("title"))
    description = _joined(rendered.get("description"), message) or _joined(told.get("instruction"))
    schema |= _texts(title=title, description=description)
    questions = forms.questions(rendered)
    properties = {question["name"]: _property(question) for question in questions}
    required = [question["name"] for question in questions if question.get("required")]
    ui: dict[str, Json] = {question["name"]: hints for question in questions if (hints := _hints(question))}
    if rendered.get("type") == "choice":
        ui["choice"] = {"ui:widget": "radio"}
    if state.transition_mode == "selection":
        options = [{"value": way.key, "label": way.description or way.key} for way in state.transitions]
        way_on = _property({"type": "select", "required": True, "options": options})
        asked = properties.get("choice")
        properties["choice"] = {"allOf": [asked, way_on]} if asked else way_on
        required = [*(name for name in required if name != "choice"), "choice"]
        ui["choice"] = {"ui:widget": "radio"}
    schema["properties"] = properties
    if required:
        schema["required"] = required
    if len(properties) > 1:
        ui = {"ui:order": list(properties), **ui}
    if rendered.get("show_progress"):
        ui["ui:options"] = {"show_progress": True}
    return FormSchema(schema, ui)


def _property(question: dict[str, Json]) -> dict[str, Json]:
    """The schema of one answer; `null` is allowed where no answer is required."""
    kind = question["type"]
    schema = _texts(title=question.get("label"), description=question.get("description"))
    types, rules = _RULES[kind](question)
    if types:
        types = types if question.get("required") else [*types, "null"]
        schema["type"] = types[0] if len(types) == 1 else types
    schema |= rules
    default = question.get("default")
    if default is not None and not forms.problems({"type": "form", "fields": [question]}, {question["name"]: default}):
        schema["default"] = default
    return schema


def _string(field: dict[str, Json]) -> tuple[list[str], dict[str, Json]]:
    rules: dict[str, Json] = {"minLength": 1} if field.get("required") else {}
    if (most := forms.most_characters(field)) is not None:
        rules["maxLength"] = most
    return ["string"], rules


def _number(field: dict[str, Json]) -> tuple[list[str], dict[str, Json]]:
    least, most, step = forms.bounds(field)
    rules = {"minimum": least, "maximum": most, "multipleOf": step if _counts_from_zero(least, step) else None}
    return ["number"], {name: value for name, value in rules.items() if value is not None}


def _boolean(_field: dict[str, Json]) -> tuple[list[str], dict[str, Json]]:
    return ["boolean"], {}


def _select(field: dict[str, Json]) -> tuple[list[str], dict[str, Json]]:
    """Options that came to the same value are one: `oneOf` takes a value that fits exactly one of them."""
    options: list[dict[str, Json]] = []
    for option in forms.options_of(field):
        value = option["value"]
        if value is not None and not any(same(value, other["const"]) for other in options):
            texts = _texts(title=option.get("label"), description=option.get("description"))
            options.append({"const": value, "title": _text(value), **texts})
    kinds = {type(option["const"]) for option in options}
    types = {frozenset({str}): ["string"], frozenset({bool}): ["boolean"]}.get(frozenset(kinds), [])
    if kinds and kinds <= {int, float}:
        types = ["number"]
    if not field.get("required"):
        options.append({"const": None, "title": "(none)"})
    return types, {"oneOf": options or [False]}


def _date(_field: dict[str, Json]) -> tuple[list[str], dict[str, Json]]:
    return ["string"], {"format": "date"}


def _file(field: dict[str, Json]) -> tuple[list[str], dict[str, Json]]:
    one = {"pattern": "^file_[0-9A-HJKMNP-TV-Z]{26}$", "maxLength": len("file_") + 26}
    several: dict[str, Json] = {"items": {"type": "string", **one}, "maxItems": forms.MAX_FILES}
    return ["array", "string"], {**one, **several} | ({"minItems": 1} if field.get("required") else {})


_RULES = {
    "string": _string,
    "number": _number,
    "boolean": _boolean,
    "select": _select,
    "date": _date,
    "file": _file,
}


def _hints(field: dict[str, Json]) -> dict[str, Json]:
    hints: dict[str, Json] = {}
    options: dict[str, Json] = {}
    if field.get("multiline"):
        hints["ui:widget"] = "textarea"
    if (placeholder := field.get("placeholder")) is not None:
        hints["ui:placeholder"] = _text(placeholder)
    if field["type"] == "number":
        least, _, step = forms.bounds(field)
        if step is not None and not _counts_from_zero(least, step):
            options = {"step": step, "stepFrom": least}
    if field["type"] == "date":
        days = {"min": field.get("minDate"), "max": field.get("maxDate")}
        options = {name: day for name, day in days.items() if is_date(day)}
    if field["type"] == "file":
        hints["ui:widget"] = "file"
        limits = {"accept": field.get("accept"), "maxSize": field.get("maxSize"), "maxFiles": forms.MAX_FILES}
        options = {name: value for name, value in limits.items() if value is not None}
    return hints | ({"ui:options": options} if options else {})


def _counts_from_zero(least: Json, step: Json) -> bool:
    """Whether steps are plain multiples; JSON Schema knows no others."""
    return step is not None and (not is_number(least) or forms.is_multiple(least, step))


def _texts(**texts: Json) -> dict[str, Json]:
    return {name: _text(text) for name, text in texts.items() if text is not None}


def _joined(*texts: Json) -> str | None:
    return "\n\n".join(_text(text) for text in texts if text is not None) or None


def _text(value: Json) -> str:
    """What a title that is one placeholder came to may be any JSON; people read text."""
    return value if isinstance(value, str) else dump(value)
