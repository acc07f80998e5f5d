"""JSON as this service reads and writes it: strictly what RFC 8259 allows, no more, and never an exception but
`InvalidJson`.

Python's own `json` takes NaN, repeated keys, UTF-16 and bottomless nesting; none of these may come in. Numbers keep
their type: an integer stays one of any size that a double can hold, a float comes back as the same double.
"""

import json
import math
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""A JSON value as Python has it: `dict[str, Json] | list[Json] | str | int | float | bool | None`."""

MAX_DEPTH = 500
"""Arrays and objects inside each other. Python's recursion limit of 1,000 is the wall behind it."""

_LARGEST_INTEGER = int(1.7976931348623157e308)


class InvalidJson(ValueError):
    """The text is not JSON that this service accepts; the message says why, for the person who sent it."""


def parse(text: bytes | str) -> Json:
    """Read one JSON document. Raises `InvalidJson`: malformed, not UTF-8, repeated key, NaN, over 1.8e308, nested over
    500 deep.
    """
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InvalidJson(f"not UTF-8 at byte {error.start}") from error
    if text.startswith("\ufeff"):
        raise InvalidJson("starts with a byte order mark")
    _check_depth(text)
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise InvalidJson(f"{error.msg.removesuffix(' at')} at line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise InvalidJson(f"nested more than {MAX_DEPTH} deep") from error


def dump(value: Json) -> str:
    """Write compact ASCII JSON: every string survives, lone surrogates included, and the text is the same for the same
    value.
    """
    return _ENCODER.encode(value)


def canonical(value: Json) -> str:
    """As `dump` with keys in order: equal values with keys in another order have one text. For fingerprints, never for
    storage.
    """
    return _CANONICAL.encode(value)


def text_of(value: Json) -> str:
    """A value as it stands inside text: a string as it is, everything else as compact JSON, not only in ASCII."""
    return value if isinstance(value, str) else _UNICODE.encode(value)


def size_of(value: Json) -> int:
    """The bytes of the value as compact UTF-8 JSON, the measure of every size limit (docs/limits.md)."""
    return len(_UNICODE.encode(value).encode("utf-8", "surrogatepass"))


def excerpt(value: Json, most: int) -> str | None:
    """The first `most` characters of the value as JSON (of a string itself), or None where it has no more than that.

    Its time does not grow with the value, but for a long string inside it.
    """
    if isinstance(value, str):
        return f"{value[:most]}…" if len(value) > most else None
    text = ""
    for piece in _UNICODE.iterencode(value):
        text += piece
        if len(text) > most:
            return f"{text[:most]}…"
    return None


def same(left: Json, right: Json) -> bool:
    """Whether two JSON values are equal as JSON: `1` is `1.0`, but never `true` and never `"1"`. Does not recurse."""
    pairs = [(left, right)]
    while pairs:
        one, other = pairs.pop()
        if isinstance(one, bool) or isinstance(other, bool):
            if one is not other:
                return False
        elif isinstance(one, dict) and isinstance(other, dict):
            if one.keys() != other.keys():
                return False
            pairs.extend((one[key], other[key]) for key in one)
        elif isinstance(one, list) and isinstance(other, list):
            if len(one) != len(other):
                return False
            pairs.extend(zip(one, other, strict=True))
        elif one != other:
            return False
    return True


def _check_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise InvalidJson(f"nested more than {MAX_DEPTH} deep")
        elif character in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise InvalidJson(f"the key {json.dumps(key)} appears twice in one object")
            seen.add(key)
    return result


def _integer(text: str) -> int:
    if len(text) <= 309 or len(text.lstrip("-0")) <= 309:
        number = int(text)
        if abs(number) <= _LARGEST_INTEGER:
            return number
    raise InvalidJson(f"the number {text[:20]}… is larger than a double can hold")


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise InvalidJson(f"the number {text[:30]} is larger than a double can hold")
    return number


def _constant(text: str) -> Json:
    raise InvalidJson(f"{text} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant, strict=True
)
_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False)
_CANONICAL = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False, sort_keys=True)
_UNICODE = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False, ensure_ascii=False)
