"""`${path}` in JSON: alone it is the value, in text it is the value's text, and no value is looked at twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactor.engine import templates
from interactor.engine.templates import MAX_EXPANDED_BYTES, TemplateError, expand, expand_header, expand_url
from interactor.json_text import MAX_DEPTH, dump, size_of

ORDER = {"id": 7, "lines": [{"sku": "a"}, {"sku": "é"}]}
SCOPE = {
    "workflow_data": {
        "amount": 5000,
        "rate": 0.1,
        "float": 5000.0,
        "ok": True,
        "none": None,
        "name": "Jo",
        "order": ORDER,
    },
    "input": {"sly": "${workflow_data.name}", "half": "${workflow_data.", "dollar": "$"},
    "context": {"state_name": "ask"},
    "secrets": {"API_KEY": "s3cret"},
}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("${workflow_data.amount}", 5000),
        ("${workflow_data.float}", 5000.0),
        ("${workflow_data.ok}", True),
        ("${workflow_data.none}", None),
        ("${workflow_data.missing}", None),
        ("${workflow_data.name.length}", None),
        ("${workflow_data.order}", ORDER),
        ("${workflow_data.order.lines[1].sku}", "é"),
        ("${workflow_data.order.lines.0}", {"sku": "a"}),
        ("${context.state_name}", "ask"),
        ("${input}", SCOPE["input"]),
        ("${ workflow_data.amount }", 5000),
    ],
)
def test_a_placeholder_alone_keeps_the_value_s_type(template, expected):
    found = expand(template, SCOPE)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("Purchase for ${workflow_data.name} - $${workflow_data.amount}", "Purchase for Jo - $5000"),
        ("$${workflow_data.amount}", "$5000"),
        ("$$${workflow_data.amount}", "$$5000"),
        ("${workflow_data.name}${workflow_data.name}", "JoJo"),
        (" ${workflow_data.amount}", " 5000"),
        ("${workflow_data.rate}!", "0.1!"),
        ("${workflow_data.float}!", "5000.0!"),
        ("${workflow_data.ok}!", "true!"),
        ("<${workflow_data.none}>", "<>"),
        ("<${workflow_data.missing.too}>", "<>"),
        ("x${workflow_data.order}", 'x{"id":7,"lines":[{"sku":"a"},{"sku":"é"}]}'),
        ("", ""),
        ("$", "$"),
        ("$5", "$5"),
        ("{}", "{}"),
        ("{workflow_data.name}", "{workflow_data.name}"),
    ],
)
def test_in_text_a_value_is_written_out(template, expected):
    assert expand(template, SCOPE) == expected


def test_strings_are_expanded_wherever_they_stand_and_keys_nowhere():
    template = {
        "${workflow_data.name}": ["${workflow_data.amount}", {"a": "${workflow_data.name}!"}],
        "n": 1,
        "b": None,
    }
    assert expand(template, SCOPE) == {"${workflow_data.name}": [5000, {"a": "Jo!"}], "n": 1, "b": None}


def test_the_template_itself_is_left_as_it_was_and_order_is_kept():
    template = {"z": ["${workflow_data.name}"], "a": 1}
    assert list(expand(template, SCOPE)) == ["z", "a"]
    assert template == {"z": ["${workflow_data.name}"], "a": 1}


@pytest.mark.parametrize("key", ["sly", "half", "dollar"])
def test_a_value_that_looks_like_a_template_stays_as_it_is(key):
    value = SCOPE["input"][key]
    assert expand(f"${{input.{key}}}", SCOPE) == value
    assert expand(f"<${{input.{key}}}{{workflow_data.name}}>", SCOPE) == f"<{value}{{workflow_data.name}}>"


@given(st.text(alphabet=st.sampled_from("${}workflow_data.nameinput "), max_size=40))
def test_whatever_text_the_data_holds_comes_out_as_it_went_in(value):
    scope = {**SCOPE, "input": {"v": value}}
    assert expand("${input.v}", scope) == value
    assert expand("<${input.v}>${input.v}", scope) == f"<{value}>{value}"
    assert expand_header("<${input.v}>", scope) == f"<{value}>"


@given(st.text(alphabet=st.sampled_from("${}ab."), max_size=20))
def test_any_text_at_all_is_a_template_that_does_not_raise(text):
    found = expand(text, {"a": "x", "b": {"a": "y"}})
    assert "${" in text or found == text


def test_values_may_add_up_to_the_limit_and_no_further():
    half = "x" * (MAX_EXPANDED_BYTES // 2)
    scope = {"input": {"half": half, "one": "x"}}
    assert expand("${input.half}${input.half}", scope) == half * 2
    for template in ("${input.half}${input.half}${input.one}", ["${input.half}"] * 2):
        with pytest.raises(TemplateError, match="more than 1048576 bytes"):
            expand(template, scope)


def test_the_limit_counts_bytes():
    with pytest.raises(TemplateError):
        expand("<${input.x}>", {"input": {"x": "€" * (MAX_EXPANDED_BYTES // 2)}})


def test_a_large_value_named_a_thousand_times_is_refused_before_it_is_built():
    scope = {"input": {"x": "x" * 256 * 1024}}
    assert size_of(scope["input"]["x"]) < MAX_EXPANDED_BYTES
    with pytest.raises(TemplateError):
        expand({str(n): "${input.x}" * 100 for n in range(1000)}, scope)


def nested(depth, leaf=1):
    for _ in range(depth):
        leaf = [leaf]
    return leaf


def test_deep_templates_and_deep_values_are_expanded():
    assert expand(nested(MAX_DEPTH, "${input.x}"), {"input": {"x": 1}}) == nested(MAX_DEPTH)
    assert expand("${input.x}", {"input": {"x": nested(MAX_DEPTH)}}) == nested(MAX_DEPTH)
    assert expand(nested(200, "${input.x}"), {"input": {"x": nested(MAX_DEPTH - 200)}}) == nested(MAX_DEPTH)


def test_together_they_may_not_nest_deeper_than_json_may():
    with pytest.raises(TemplateError, match=r"'input\.x' would nest more than 500 deep"):
        expand(nested(200, "${input.x}"), {"input": {"x": nested(MAX_DEPTH - 199)}})


def test_half_surrogates_in_data_do_no_harm():
    scope = {"input": {"x": "\ud800"}}
    assert expand("${input.x}", scope) == "\ud800"
    assert dump(expand("<${input.x}>", scope)) == '"<\\ud800>"'


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("Bearer ${secrets.API_KEY}", "Bearer s3cret"),
        ("${workflow_data.amount}", "5000"),
        ("${workflow_data.ok}", "true"),
        ("${workflow_data.none}", ""),
        ("${workflow_data.order.lines[0]}", '{"sku":"a"}'),
        ("plain", "plain"),
    ],
)
def test_a_header_is_always_text(template, expected):
    assert expand_header(template, SCOPE) == expected


@pytest.mark.parametrize("template", ["${secrets.NONE}", "Bearer ${secrets.NONE}", {"deep": ["${secrets.NONE.x}"]}])
def test_a_secret_that_does_not_exist_is_an_error_that_names_it(template):
    with pytest.raises(TemplateError, match="There is no secret 'NONE"):
        expand(template, SCOPE)


def test_a_header_and_a_url_need_their_secrets_too():
    for place in (expand_header, expand_url):
        with pytest.raises(TemplateError, match="There is no secret 'NONE'"):
            place("https://a/${secrets.NONE}", SCOPE)


def test_roots_are_those_of_the_contract():
    assert templates.ROOTS == ("workflow_data", "input", "context")
    assert (*templates.ROOTS, "secrets") == templates.HTTP_ROOTS
