"""A value in a URL stays in its component: it adds no segment, parameter or fragment, and steps out of no path."""

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactor.engine.templates import MAX_EXPANDED_BYTES, TemplateError, expand_url

TEMPLATE = "https://api.example.com/users/${input.v}/orders?q=${input.v}&page=1#${input.v}"


def expanded(value, template=TEMPLATE):
    return expand_url(template, {"input": {"v": value}})


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        ("42", "42"),
        (42, "42"),
        (0.5, "0.5"),
        (True, "true"),
        (None, ""),
        ("a b", "a%20b"),
        ("a/b", "a%2Fb"),
        ("../admin", "..%2Fadmin"),
        ("a?b=c", "a%3Fb%3Dc"),
        ("a&b", "a%26b"),
        ("#x", "%23x"),
        ("%2F", "%252F"),
        ("é", "%C3%A9"),
        ("a+b", "a%2Bb"),
        ("a\\b", "a%5Cb"),
        ("a\r\nHost: x", "a%0D%0AHost%3A%20x"),
        ("\0", "%00"),
        ("a@b:c", "a%40b%3Ac"),
        ("-._~", "-._~"),
        ("\ud800", "%3F"),
        ("...", "..."),
        ([1, "a"], "%5B1%2C%22a%22%5D"),
        ({"a": "/"}, "%7B%22a%22%3A%22%2F%22%7D"),
        ("${input.v}", "%24%7Binput.v%7D"),
    ],
)
def test_a_value_is_one_encoded_component(value, segment):
    assert expanded(value) == f"https://api.example.com/users/{segment}/orders?q={segment}&page=1#{segment}"


@given(st.text())
def test_no_value_changes_the_structure_of_a_url(value):
    try:
        url = expanded(value)
    except TemplateError:
        assert value in (".", "..")
        return
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc) == ("https", "api.example.com")
    assert [unquote(segment) for segment in parts.path.split("/")] == ["", "users", value, "orders"]
    assert parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True) == [("q", value), ("page", "1")]
    assert unquote(parts.fragment) == value


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("https://a/${input.v}/b", "."),
        ("https://a/${input.v}/b", ".."),
        ("https://a/b/${input.v}", ".."),
        ("https://a/.${input.v}/b", "."),
        ("https://a/.${input.v}./b", ""),
        ("https://a/.${input.v}.", None),
        ("https://a/%2e${input.v}", "."),
        ("https://a/${input.v}?q", ".."),
        ("https://a/${input.v}${input.v}/b", "."),
        ("https://a/${input.v}#x", ".."),
    ],
)
def test_a_value_may_not_make_a_segment_that_steps_up(template, value):
    with pytest.raises(TemplateError, match="a segment of the path"):
        expanded(value, template)


@pytest.mark.parametrize(
    "template",
    [
        "https://a/x?q=${input.v}",
        "https://a/x#${input.v}",
        "https://a/../${input.v}${input.v}x",
        "https://a/v${input.v}",
    ],
)
def test_dots_elsewhere_are_harmless(template):
    assert expanded("..", template) == template.replace("${input.v}", "..")


def test_a_url_without_placeholders_is_left_as_it_is():
    assert expanded("x", "https://a/%7Euser/?q=a+b#é") == "https://a/%7Euser/?q=a+b#é"


def test_a_missing_value_leaves_nothing():
    assert expand_url("https://a/${workflow_data.x}?y=${input.y}", {}) == "https://a/?y="


def test_a_url_does_not_grow_without_bound():
    with pytest.raises(TemplateError):
        expanded("x" * (MAX_EXPANDED_BYTES // 4), "https://a/" + "${input.v}" * 100)
