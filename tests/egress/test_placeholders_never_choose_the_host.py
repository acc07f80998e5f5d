"""In a URL template placeholders may stand behind the authority only, whatever the rest looks like."""

import pytest

from interactor.egress.urls import template_url_refusal


@pytest.mark.parametrize(
    "template",
    [
        "${workflow_data.url}",
        "${input.scheme}://example.com/",
        "http${input.s}://example.com/",
        "https:${input.rest}",
        "https:/${input.rest}",
        "https://${input.host}/",
        "https://${input.host}",
        "https://$${input.host}/",
        "https://${ input.host }/",
        "https://${}/",
        "https://${input.tenant}.example.com/",
        "https://example.com${input.path}",
        "https://example.com:${input.port}/",
        "https://example.com:80${input.port}/path",
        "https://user:${secrets.PASSWORD}@example.com/",
        "https://[${input.address}]/",
        "//${input.host}/",
        "/${input.path}",
    ],
)
def test_they_are_refused_in_scheme_and_authority(template):
    assert "may stand in path and query only" in template_url_refusal(template)


@pytest.mark.parametrize(
    "template",
    [
        "https://example.com/${workflow_data.path}",
        "https://example.com/users/${input.id}/orders/${input.order}?q=${input.q}#${input.f}",
        "https://example.com?q=${input.q}",
        "https://example.com#${input.f}",
        "https://example.com/price/$${workflow_data.amount}",
        "https://example.com/${ input.id }",
        "https://example.com/$",
        "https://example.com/",
    ],
)
def test_they_may_stand_anywhere_behind(template):
    assert template_url_refusal(template) is None


@pytest.mark.parametrize(
    "template",
    [
        "https://127.0.0.1/${input.path}",
        "https://user@example.com/${input.path}",
        "ftp://example.com/plain",
        "https://example.com\\${input.path}",
        "https://${input.host",
        "https://exa{mple}.com/${input.path}",
        "https://example.com/a b/${input.path}",
        "https://2852039166/${input.path}",
    ],
)
def test_the_rest_is_judged_as_any_url(template):
    assert template_url_refusal(template)
