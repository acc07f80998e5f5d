"""Pydantic's errors in the words and places of this API: those of definitions, and those of bodies and queries.

Pydantic puts the names of union members into an error's location (`states.start.action.logic.script.code`) and speaks
of dictionaries and inputs. This goes along the model's own types to tell members from keys, and to know which
properties were allowed.
"""

import re
from collections.abc import Iterator
from itertools import islice
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError
from pydantic_core import ErrorDetails

from interactor.engine.wording import Finding, Place, did_you_mean, shown
from interactor.json_text import Json

_WORDS = {
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "dict_type": "must be an object",
    "list_type": "must be an array",
    "string_type": "must be a string",
    "int_type": "must be an integer",
    "int_parsing": "must be an integer",
    "int_parsing_size": "must be an integer",
    "bool_type": "must be true or false",
    "string_pattern_mismatch": "must be 1 to 64 of the characters A-Z a-z 0-9 _ -",
}
"""The one pattern is that of names; what has to fit another is checked by a function, whose ValueError says it all."""
_KEY_MARK = "[key]"
"""What pydantic ends the location with when it is the key of a mapping that is wrong."""


def findings(
    model: type[BaseModel], document: Json, error: ValidationError, limit: int, called: str = "property"
) -> Iterator[Finding]:
    """The first `limit` of the errors that reading `document` as `model` gave; `called` is what its entries are."""
    # Inputs and contexts would triple the time that half a million errors take; the value is found again by its place.
    details = error.errors(include_url=False, include_context=False, include_input=False)
    for detail in islice(details, limit):
        spot = _follow(model, detail["loc"])
        value = spot.place[-1] if spot.is_key else _value_at(document, spot.place)
        yield _finding(detail, spot, value, called)


class _Spot(NamedTuple):
    """A place in the document, the innermost model on the way to it, and the type that is expected there.

    With `is_key` it is not the value at the place that is wrong, but the place's last key.
    """

    place: Place
    owner: type[BaseModel]
    kind: Any
    is_key: bool


def _finding(detail: ErrorDetails, spot: _Spot, value: Json, called: str) -> Finding:
    error, place = detail["type"], spot.place
    if error == "missing":
        return place, f"'{place[-1]}' is required"
    if error == "extra_forbidden":
        return place, f"Unknown {called} {_unknown(spot.owner, str(place[-1]))}"
    if error in ("union_tag_invalid", "union_tag_not_found"):
        return (*place, "type"), _wrong_type(spot.kind, value)
    if error == "string_unicode":
        return place, "holds text that is not Unicode (half of a surrogate pair)"
    if error == "recursion_loop":
        return place, "is nested too deep"
    if error in _WORDS:
        return place, _WORDS[error] + _not_that(spot, value)
    words = re.sub(r"^\w+ should ", "must ", detail["msg"]).replace(" after validation", "")
    words = words.removeprefix("Value error, ")
    if error in ("string_too_short", "string_too_long"):
        return place, f"{words}, not {len(value)}"
    # A refusal of a definition's own checks, and what something must have or hold, say all that there is to say.
    is_complete = error == "refused" or not words.startswith("must be ")
    return place, words if is_complete else words + _not_that(spot, value)


def _not_that(spot: _Spot, value: Json) -> str:
    """The value itself, unless it is for the service alone: that is not shown even to who sent it."""
    known = spot.owner.model_fields.get(str(spot.place[-1]))
    extra = known.json_schema_extra if known else None
    return "" if isinstance(extra, dict) and extra.get("writeOnly") else f", not {shown(value)}"


def _unknown(owner: type[BaseModel], name: str) -> str:
    known = [info.alias or field for field, info in owner.model_fields.items()]
    return shown(name) + (did_you_mean(name, known) or f" (known: {', '.join(known) or 'none'})")


def _wrong_type(kind: Any, value: Json) -> str:
    types = [name for member in _members(kind) if (name := _own_type(_bare(member)))]
    if not isinstance(value, dict) or "type" not in value:
        return "'type' is required"
    hint = did_you_mean(value["type"], types) if isinstance(value["type"], str) else ""
    return f"must be one of {', '.join(map(repr, types))}, not {shown(value['type'])}{hint}"


def _follow(model: type[BaseModel], location: tuple[str | int, ...]) -> _Spot:
    """Go along an error's location, which names union members between the keys."""
    place: list[str | int] = []
    owner, kind = model, Any
    members: list[Any] = [model]
    in_mapping = False
    for step in location:
        if in_mapping and step == _KEY_MARK:
            return _Spot(tuple(place), owner, kind, is_key=True)
        if len(members) > 1:
            members = [_bare(member) for member in members if step == _tag(member)]
            in_mapping = False
            continue
        outer = members[0] if members else Any
        if isinstance(outer, type) and issubclass(outer, BaseModel):
            owner = outer
        in_mapping = get_origin(outer) is dict
        kind = _inside(outer, step)
        members = _members(kind)
        place.append(step)
    return _Spot(tuple(place), owner, kind, is_key=False)


def _inside(outer: Any, step: str | int) -> Any:
    """The type of what is at `step` in a value of type `outer`."""
    if get_origin(outer) in (list, dict):
        return get_args(outer)[-1]
    if isinstance(outer, type) and issubclass(outer, BaseModel):
        for name, info in outer.model_fields.items():
            if step == (info.alias or name):
                return info.annotation
    return Any


def _members(kind: Any) -> list[Any]:
    """What a type may be, `None` left out: one entry, or the members of a union with what tags them."""
    if get_origin(kind) is Annotated and _tag(kind) is None:
        return _members(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return [inner for member in get_args(kind) if member is not type(None) for inner in _members(member)]
    return [kind]


def _bare(member: Any) -> Any:
    return get_args(member)[0] if get_origin(member) is Annotated else member


def _tag(member: Any) -> str | None:
    """What a member of a union is known by in a location: its tag, or its `type`."""
    if get_origin(member) is Annotated:
        return next((str(mark.tag) for mark in get_args(member)[1:] if isinstance(mark, Tag)), None)
    return _own_type(member)


def _own_type(member: Any) -> str | None:
    info = member.model_fields.get("type") if isinstance(member, type) and issubclass(member, BaseModel) else None
    if info is None or get_origin(info.annotation) is not Literal:
        return None
    return str(get_args(info.annotation)[0])


def _value_at(document: Json, place: Place) -> Json:
    for step in place:
        if isinstance(document, dict):
            document = document.get(step)
        elif isinstance(document, list) and isinstance(step, int):
            document = document[step]
    return document
