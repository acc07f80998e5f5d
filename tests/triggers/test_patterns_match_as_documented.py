"""EventBridge's operators, each as its documentation describes it
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html).
"""

import contextlib
from typing import Any

import pytest

from interactor.triggers.patterns import TooCostly, read

EVENT: dict[str, Any] = {
    "version": "0",
    "source": "aws.ec2",
    "detail-type": "EC2 Instance State-change Notification",
    "account": "111122223333",
    "resources": ["arn:aws:ec2:us-west-1:111122223333:instance/i-1", "other"],
    "detail": {
        "state": "terminated", "count": 5, "ratio": 0.5, "ok": True, "nothing": None, "empty": "", "none": [],
        "source-ip": "10.0.0.17", "v6": "2001:db8::1", "path": "dir/a*b/file.png", "back": "a\\b",
        "nested": {"list": [[1, [2]], "x"]},
        "people": [{"name": "Ann", "age": 30}, {"name": "Bob", "age": 40}],
    },
}  # fmt: skip


def detail(**fields: Any) -> dict[str, Any]:
    return {"detail": {name.replace("_", "-"): value for name, value in fields.items()}}


MATCHING = {
    "a value": {"source": ["aws.ec2"]},
    "one of several": {"source": ["aws.fargate", "aws.ec2"]},
    "several fields": {"source": ["aws.ec2"], **detail(state=["terminated"])},
    "an element of an array": {"resources": ["other"]},
    "a prefix of an element": {"resources": [{"prefix": "arn:aws:ec2:"}]},
    "an element of arrays in arrays": detail(nested={"list": [2]}),
    "a number": detail(count=[5]),
    "the same number as a double": detail(count=[5.0]),
    "true": detail(ok=[True]),
    "null": detail(nothing=[None]),
    "an empty string": detail(empty=[""]),
    "prefix": detail(state=[{"prefix": "term"}]),
    "prefix in any case": detail(state=[{"prefix": {"equals-ignore-case": "TERM"}}]),
    "suffix": detail(path=[{"suffix": ".png"}]),
    "suffix in any case": detail(path=[{"suffix": {"equals-ignore-case": ".PNG"}}]),
    "equals-ignore-case": detail(state=[{"equals-ignore-case": "TerMinated"}]),
    "wildcard": detail(path=[{"wildcard": "dir/*.png"}]),
    "wildcard alone": detail(path=[{"wildcard": "*"}]),
    "wildcard of the empty string": detail(empty=[{"wildcard": "*"}]),
    "wildcard with an asterisk": detail(path=[{"wildcard": "*/a\\*b/*"}]),
    "wildcard with a backslash": detail(back=[{"wildcard": "a\\\\*"}]),
    "wildcard without one": detail(state=[{"wildcard": "terminated"}]),
    "anything but a string": detail(state=[{"anything-but": "running"}]),
    "anything but strings": detail(state=[{"anything-but": ["running", "stopped"]}]),
    "anything but a number": detail(count=[{"anything-but": [6, 7]}]),
    "anything but a prefix": detail(state=[{"anything-but": {"prefix": "init"}}]),
    "anything but prefixes": detail(state=[{"anything-but": {"prefix": ["init", "run"]}}]),
    "anything but a suffix": detail(path=[{"anything-but": {"suffix": ".jpg"}}]),
    "anything but in any case": detail(state=[{"anything-but": {"equals-ignore-case": ["RUNNING"]}}]),
    "anything but a wildcard": detail(path=[{"anything-but": {"wildcard": "*/tmp/*"}}]),
    "anything but, of one element": {"resources": [{"anything-but": "other"}]},
    "numeric equality": detail(count=[{"numeric": ["=", 5]}]),
    "a range": detail(count=[{"numeric": [">", 0, "<=", 5]}]),
    "a bound": detail(ratio=[{"numeric": ["<", 0.6]}]),
    "exists": detail(state=[{"exists": True}]),
    "exists as null": detail(nothing=[{"exists": True}]),
    "does not exist": detail(missing=[{"exists": False}]),
    "does not exist in what does not exist": {"other": {"missing": [{"exists": False}]}},
    "an object is no leaf": detail(nested=[{"exists": False}]),
    "an empty array holds nothing": detail(none=[{"exists": False}]),
    "does not exist or is": detail(state=[{"exists": False}, "terminated"]),
    "cidr": detail(source_ip=[{"cidr": "10.0.0.0/24"}]),
    "cidr of IPv6": detail(v6=[{"cidr": "2001:db8::/32"}]),
    "or": {"$or": [{"source": ["x"]}, detail(count=[5])]},
    "or inside": {"detail": {"$or": [{"state": ["x"]}, {"count": [{"numeric": [">", 4]}]}]}},
    "or and more": {"source": ["aws.ec2"], "$or": [{"account": ["1"]}, {"account": ["111122223333"]}]},
    "fields of one element": detail(people={"name": ["Bob"], "age": [40]}),
}
FAILING = {
    "another value": {"source": ["aws.ec3"]},
    "another case": {"source": ["AWS.EC2"]},
    "a number as text": detail(count=["5"]),
    "true is not one": detail(ok=[1]),
    "one is not true": detail(count=[True]),
    "null is not empty": detail(empty=[None]),
    "a missing field": detail(missing=["x"]),
    "a missing object": {"other": {"field": ["x"]}},
    "a field of a string": {"source": {"field": ["x"]}},
    "an object where a value is meant": detail(nested=["x"]),
    "the middle is no prefix": detail(state=[{"prefix": "mina"}]),
    "a prefix of a number": detail(count=[{"prefix": "5"}]),
    "wildcard of too little": detail(state=[{"wildcard": "term*minated*"}]),
    "wildcard whose ends overlap": detail(empty=[{"wildcard": "a*a"}]),
    "an escaped asterisk is no wildcard": detail(path=[{"wildcard": "dir/\\*"}]),
    "anything but this": detail(state=[{"anything-but": ["running", "terminated"]}]),
    "anything but this prefix": detail(state=[{"anything-but": {"prefix": ["x", "term"]}}]),
    "anything but of nothing": detail(missing=[{"anything-but": "x"}]),
    "below the range": detail(count=[{"numeric": [">", 5, "<", 9]}]),
    "text is no number": detail(state=[{"numeric": [">", 0]}]),
    "true is no number": detail(ok=[{"numeric": ["=", 1]}]),
    "exists of nothing": detail(missing=[{"exists": True}]),
    "exists of an empty array": detail(none=[{"exists": True}]),
    "exists of an object": detail(nested=[{"exists": True}]),
    "does not exist of what does": detail(state=[{"exists": False}]),
    "outside the network": detail(source_ip=[{"cidr": "10.0.1.0/24"}]),
    "no address": detail(state=[{"cidr": "0.0.0.0/0"}]),
    "the other family": detail(v6=[{"cidr": "0.0.0.0/0"}]),
    "neither of or": {"$or": [{"source": ["x"]}, {"source": ["y"]}]},
    "or without the rest": {"source": ["x"], "$or": [{"account": ["1"]}, {"account": ["111122223333"]}]},
    "fields of two elements": detail(people={"name": ["Ann"], "age": [40]}),
    "__proto__ is a field like any other": {"__proto__": {"constructor": [{"exists": True}]}},
}


@pytest.mark.parametrize("pattern", MATCHING.values(), ids=MATCHING)
def test_it_matches(pattern: Any) -> None:
    assert read(pattern).matches(EVENT)


@pytest.mark.parametrize("pattern", FAILING.values(), ids=FAILING)
def test_it_does_not_match(pattern: Any) -> None:
    assert not read(pattern).matches(EVENT)


HOSTILE = {
    "many values against many wildcards": (
        {"a": [{"wildcard": f"*{number}*x*"} for number in range(150)]},
        {"a": ["y" * 5] * 50_000},
    ),
    "many asterisks against one long text": ({"a": [{"wildcard": "*a" * 1500 + "b"}]}, {"a": "a" * 250_000}),
    "objects in arrays in arrays": (
        {"a": {"a": {"a": {"a": ["x"]}}}},
        {"a": [{"a": [{"a": [{"a": ["y"] * 40}] * 40}] * 10}] * 10},
    ),
    "a very deep event": ({"a": ["x"]}, {"a": [[[[[[["y"]]]]]]]}),
}


@pytest.mark.parametrize(("pattern", "event"), HOSTILE.values(), ids=HOSTILE)
def test_a_costly_comparison_is_given_up_or_ends_soon(pattern: Any, event: Any) -> None:
    well_formed = read(pattern)
    with contextlib.suppress(TooCostly):
        assert not well_formed.matches(event)


def test_an_array_of_objects_costs_no_more_than_its_budget() -> None:
    event = {"a": [{"b": [{"c": "x"}] * 1000}] * 1000}
    with pytest.raises(TooCostly):
        read({"a": {"b": {"c": ["y"]}}}).matches(event)
