"""What is not a pattern is refused, with the place and the reason."""

from typing import Any

import pytest

from interactor.engine.wording import path_text
from interactor.triggers.comparisons import InvalidPattern
from interactor.triggers.patterns import MAX_PATTERN_BYTES, MAX_PATTERN_DEPTH, read


def nested(depth: int) -> Any:
    pattern: Any = ["x"]
    for _ in range(depth):
        pattern = {"a": pattern}
    return pattern


MALFORMED: dict[str, tuple[Any, str, str]] = {
    "a string": ("x", "", "must be an object"),
    "an array": ([], "", "must be an object"),
    "nothing": ({}, "", "empty object"),
    "an empty object inside": ({"detail": {}}, "detail", "empty object"),
    "a bare value": ({"source": "x"}, "source", 'must be an array of what it may be, such as ["x"]'),
    "a bare null": ({"source": None}, "source", "must be an array"),
    "an empty array": ({"source": []}, "source", "empty array"),
    "an array in an array": ({"source": [["x"]]}, "source[0]", "must be a string"),
    "an unknown operator": ({"a": [{"starts-with": "x"}]}, "a[0]", "'starts-with' is no operator (known: prefix"),
    "an empty comparison": ({"a": ["x", {}]}, "a[1]", "one operator, this has 0"),
    "two operators": ({"a": [{"prefix": "x", "suffix": "y"}]}, "a[0]", "one operator, this has 2"),
    "prefix of a number": ({"a": [{"prefix": 1}]}, "a[0].prefix", "must be a string, not 1"),
    "prefix of something else": ({"a": [{"prefix": {"wildcard": "x"}}]}, "a[0].prefix", "equals-ignore-case"),
    "prefix in any case of null": (
        {"a": [{"prefix": {"equals-ignore-case": None}}]}, "a[0].prefix.equals-ignore-case", "must be a string",
    ),
    "two asterisks": ({"a": [{"wildcard": "x**y"}]}, "a[0].wildcard", "two '*' in a row"),
    "a stray backslash": ({"a": [{"wildcard": "x\\y"}]}, "a[0].wildcard", "backslash"),
    "a last backslash": ({"a": [{"wildcard": "x\\"}]}, "a[0].wildcard", "backslash"),
    "anything but nothing": ({"a": [{"anything-but": []}]}, "a[0].anything-but", "strings or numbers"),
    "anything but a mix": ({"a": [{"anything-but": ["x", 1]}]}, "a[0].anything-but", "all of one kind"),
    "anything but true": ({"a": [{"anything-but": True}]}, "a[0].anything-but", "strings or numbers"),
    "anything but numeric": ({"a": [{"anything-but": {"numeric": ["=", 1]}}]}, "a[0].anything-but", "takes one of"),
    "anything but no prefix": ({"a": [{"anything-but": {"prefix": []}}]}, "a[0].anything-but.prefix", "empty array"),
    "numeric alone": ({"a": [{"numeric": 5}]}, "a[0].numeric", "an operator and a number"),
    "numeric without a number": ({"a": [{"numeric": ["="]}]}, "a[0].numeric", "an operator and a number"),
    "numeric of text": ({"a": [{"numeric": ["=", "5"]}]}, "a[0].numeric", '"5" is not a number'),
    "numeric of true": ({"a": [{"numeric": ["=", True]}]}, "a[0].numeric", "not a number"),
    "numeric with another operator": ({"a": [{"numeric": ["!=", 5]}]}, "a[0].numeric", '"!=" is none of'),
    "a range the wrong way round": ({"a": [{"numeric": ["<", 5, ">", 0]}]}, "a[0].numeric", "lower bound"),
    "an empty range": ({"a": [{"numeric": [">", 5, "<", 5]}]}, "a[0].numeric", "lower bound"),
    "exists as a number": ({"a": [{"exists": 0}]}, "a[0].exists", "must be true or false"),
    "a network with host bits": ({"a": [{"cidr": "10.0.0.1/24"}]}, "a[0].cidr", "is no network"),
    "a network of a number": ({"a": [{"cidr": 10}]}, "a[0].cidr", "must be a string"),
    "or of one": ({"$or": [{"a": ["x"]}]}, '["$or"]', "at least two"),
    "or of values": ({"detail": {"$or": ["x", "y"]}}, 'detail["$or"]', "at least two patterns"),
    "or of nothing": ({"$or": [{"a": ["x"]}, {}]}, '["$or"][1]', "empty object"),
    "too deep": (nested(MAX_PATTERN_DEPTH + 1), ".".join("a" * MAX_PATTERN_DEPTH), "deep"),
    "too large": ({"a": ["x" * MAX_PATTERN_BYTES]}, "", "bytes, the limit is 4096"),
}  # fmt: skip


@pytest.mark.parametrize(("pattern", "path", "reason"), MALFORMED.values(), ids=MALFORMED)
def test_it_is_refused_with_its_place_and_reason(pattern: Any, path: str, reason: str) -> None:
    with pytest.raises(InvalidPattern) as refused:
        read(pattern)
    assert path_text(refused.value.place) == path
    assert reason in str(refused.value)


def test_the_deepest_and_the_largest_are_taken() -> None:
    assert read(nested(MAX_PATTERN_DEPTH)).matches(nested(MAX_PATTERN_DEPTH))
    assert read({"a": ["x" * (MAX_PATTERN_BYTES - len('{"a":[""]}'))]})
