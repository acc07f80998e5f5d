"""Forms: showing a presentation with its templates expanded, and checking an answer against what was shown.

What counts is the rendered presentation, so that the bounds and options a person saw are the ones that bind. A bound
whose template came to nothing usable is no bound. Checking a presentation as its author wrote it (`written_problems`)
uses the same rules on its defaults.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from interactor.engine.definition.halts import Presentation
from interactor.engine.definition.values import is_date, is_number
from interactor.engine.templates import expand_for_people
from interactor.engine.wording import Finding, at, shown
from interactor.json_text import Json, same

MAX_FILES = 5
"""Files in one field (reference, 'File Upload Limits')."""

_FILE_ID = re.compile(r"file_[0-9A-HJKMNP-TV-Z]{26}")


def render(presentation: Presentation, scope: Mapping[str, Json]) -> dict[str, Json]:
    """The presentation as its author wrote it, templates expanded."""
    rendered: dict[str, Json] = expand_for_people(presentation.as_written, scope)
    return rendered


def problems(rendered: Mapping[str, Json], given: Mapping[str, Json]) -> dict[str, str]:
    """What is wrong with an answer to a rendered presentation: field name → message; empty when it fits.

    Keys that the form does not have are fine, and so are optional fields that are missing or null.
    """
    found = {}
    for field in questions(rendered):
        value = given.get(field["name"])
        if field.get("required") and _is_empty(field, value):
            found[field["name"]] = "is required"
        elif value is not None and (problem := _problem(field, value)):
            found[field["name"]] = problem
    return found


def questions(rendered: Mapping[str, Json]) -> list[dict[str, Json]]:
    """The fields of a form; the question of a choice as if it were one."""
    if rendered.get("type") == "choice":
        label = {"label": rendered["message"]} if rendered.get("message") is not None else {}
        return [{"name": "choice", "type": "select", "required": True, "options": rendered["options"], **label}]
    fields: list[dict[str, Json]] = rendered.get("fields", [])
    return fields


def most_characters(field: Mapping[str, Json]) -> int | None:
    """The usable `maxLength` of a text."""
    most = field.get("maxLength")
    return int(most) if is_number(most) and most > 0 and most == int(most) else None


def bounds(field: Mapping[str, Json]) -> tuple[Json, Json, Json]:
    """The usable `min`, `max` and `step` of a number, each a number or None."""
    least, most, step = (value if is_number(value := field.get(name)) else None for name in ("min", "max", "step"))
    return least, most, step if step is not None and step > 0 else None


def is_multiple(number: Json, step: Json) -> bool:
    """Whether a number is a whole multiple of a step, both as they were written in decimal: 0.3 is three steps of 0.1,
    though its double is not.
    """
    return (_exact(number) / _exact(step)).denominator == 1


def options_of(field: Mapping[str, Json]) -> list[dict[str, Json]]:
    """The options that have a value; the field may be any JSON object."""
    options = field.get("options")
    listed = options if isinstance(options, list) else []
    return [option for option in listed if isinstance(option, dict) and "value" in option]


def written_problems(presentation: Json) -> Iterator[Finding]:
    """What is wrong with a presentation, which may be any JSON, beyond the types of its properties (see the models)."""
    if not isinstance(presentation, dict):
        return
    if presentation.get("type") == "choice":
        yield from _repeated_options(presentation)
    fields = presentation.get("fields")
    seen: set[str] = set()
    for index, field in enumerate(fields if isinstance(fields, list) else []):
        if not isinstance(field, dict):
            continue
        yield from at("fields", index, findings=_field_problems(field))
        name = field.get("name")
        if isinstance(name, str):
            if name in seen:
                yield ("fields", index, "name"), f"The field {shown(name)} appears twice"
            seen.add(name)


def _is_empty(field: dict[str, Json], value: Json) -> bool:
    """Whether nobody filled this in: text without a character and no files count as no answer, `false` is one."""
    return value is None or (field["type"] == "string" and value == "") or (field["type"] == "file" and value == [])


def _problem(field: dict[str, Json], value: Json) -> str | None:
    """What is wrong with a value for a field, if anything. The field may be as written or rendered."""
    kind = field.get("type")
    check = _CHECKS.get(kind) if isinstance(kind, str) else None
    return check(field, value) if check else None


def _string_problem(field: dict[str, Json], value: Json) -> str | None:
    if not isinstance(value, str):
        return f"must be a string, not {shown(value)}"
    most = most_characters(field)
    if most is not None and len(value) > most:
        return f"must be at most {most} characters, but has {len(value)}"
    return None


def _number_problem(field: dict[str, Json], value: Json) -> str | None:
    if not is_number(value):
        return f"must be a number, not {shown(value)}"
    least, most, step = bounds(field)
    if least is not None and value < least:
        return f"must be at least {shown(least)}, not {shown(value)}"
    if most is not None and value > most:
        return f"must be at most {shown(most)}, not {shown(value)}"
    if step is not None and not is_multiple(_exact(value) - _exact(least or 0), step):
        return f"must be {shown(least or 0)} plus a multiple of {shown(step)}, not {shown(value)}"
    return None


def _exact(number: float | Fraction) -> Fraction:
    return number if isinstance(number, Fraction) else Fraction(repr(number))


def _boolean_problem(field: dict[str, Json], value: Json) -> str | None:
    return None if isinstance(value, bool) else f"must be true or false, not {shown(value)}"


def _select_problem(field: dict[str, Json], value: Json) -> str | None:
    options = [option["value"] for option in options_of(field)]
    if any(same(value, option) for option in options):
        return None
    some = ", ".join(shown(option) for option in options[:10]) + (", …" if len(options) > 10 else "")
    return f"must be one of {some}, not {shown(value)}"


def _date_problem(field: dict[str, Json], value: Json) -> str | None:
    if not is_date(value):
        return f"must be a date as YYYY-MM-DD, not {shown(value)}"
    first, last = field.get("minDate"), field.get("maxDate")
    if is_date(first) and value < first:
        return f"must be {first} or later, not {value}"
    if is_date(last) and value > last:
        return f"must be {last} or earlier, not {value}"
    return None


def _file_problem(field: dict[str, Json], value: Json) -> str | None:
    ids = value if isinstance(value, list) else [value]
    if len(ids) > MAX_FILES:
        return f"must be at most {MAX_FILES} files, not {len(ids)}"
    for file_id in ids:
        if not (isinstance(file_id, str) and _FILE_ID.fullmatch(file_id)):
            return f"must be the id of an uploaded file or an array of such, not {shown(file_id)}"
    return None


_CHECKS: dict[str, Callable[[dict[str, Json], Json], str | None]] = {
    "string": _string_problem,
    "number": _number_problem,
    "boolean": _boolean_problem,
    "select": _select_problem,
    "date": _date_problem,
    "file": _file_problem,
}


def _field_problems(field: dict[str, Json]) -> Iterator[Finding]:
    if isinstance(name := field.get("name"), str) and "${" in name:
        yield ("name",), "The name of a field cannot be a template"
    least, most = field.get("min"), field.get("max")
    if is_number(least) and is_number(most) and least > most:
        yield ("min",), f"min {shown(least)} is more than max {shown(most)}"
    first, last = field.get("minDate"), field.get("maxDate")
    if is_date(first) and is_date(last) and first > last:
        yield ("minDate",), f"minDate {first} is later than maxDate {last}"
    yield from _repeated_options(field)
    default = field.get("default")
    is_template = isinstance(default, str) and "${" in default
    if default is not None and not is_template and (problem := _problem(field, default)):
        yield ("default",), problem


def _repeated_options(holder: dict[str, Json]) -> Iterator[Finding]:
    seen: set[tuple[bool, Json]] = set()
    options = holder.get("options")
    for index, option in enumerate(options if isinstance(options, list) else []):
        value = option.get("value") if isinstance(option, dict) else None
        if isinstance(value, str | int | float):
            # `True == 1` in Python, and they hash alike.
            key = (isinstance(value, bool), value)
            if key in seen:
                yield ("options", index, "value"), f"The option {shown(value)} appears twice"
            seen.add(key)
