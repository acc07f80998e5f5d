"""A URL is taken in its plain form only, and then every parser finds the same host in it."""

import string
from ipaddress import ip_address
from urllib.parse import urlsplit

import pytest
import urllib3
from hypothesis import example, given
from hypothesis import strategies as st

from interactor.egress.urls import InvalidUrl, parse_url, url_refusal
from tests.attacks.data import cases

REFUSED = {**cases("urls"), f"http://example.com/{'a' * 8174}": "longer than 8192"}
ALLOWED = {
    "http://example.com": ("example.com", 80, "/"),
    "HTTPS://Example.COM:443/A?b=C#d": ("example.com", 443, "/A?b=C"),
    "https://example.com:65535?q": ("example.com", 65535, "/?q"),
    "https://example.com#fragment": ("example.com", 443, "/"),
    "https://xn--bcher-kva.example/straße?ü=1": ("xn--bcher-kva.example", 443, "/stra%C3%9Fe?%C3%BC=1"),
    "https://example.com/a%2Fb/../c;d=$e{f}": ("example.com", 443, "/a%2Fb/../c;d=$e{f}"),
    "https://example.com//evil.example/@x:y": ("example.com", 443, "//evil.example/@x:y"),
    "https://my_service.example.co1/": ("my_service.example.co1", 443, "/"),
    "https://8.8.8.8:8443/": ("8.8.8.8", 8443, "/"),
    "https://[2606:4700::1111]:8443/": ("2606:4700::1111", 8443, "/"),
    f"http://example.com/{'a' * 8173}": ("example.com", 80, f"/{'a' * 8173}"),
}


@pytest.mark.parametrize("url", REFUSED)
def test_any_other_form_is_refused_and_the_reason_says_which(url):
    assert REFUSED[url] in url_refusal(url)


@pytest.mark.parametrize("url", ALLOWED)
def test_the_plain_form_is_taken_apart(url):
    assert url_refusal(url) is None
    target = parse_url(url)
    assert (target.host, target.port, target.request_target) == ALLOWED[url]


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("http://Example.com:80/", "example.com"),
        ("https://example.com:80/", "example.com:80"),
        ("https://[2606:4700::1111]/", "[2606:4700::1111]"),
        ("https://[2606:4700::1111]:8443/", "[2606:4700::1111]:8443"),
    ],
)
def test_the_host_header_names_the_port_unless_it_is_the_default(url, authority):
    assert parse_url(url).authority == authority


def test_https_can_be_demanded():
    assert url_refusal("http://example.com/", https_only=True) == "The URL must start with https://"
    assert url_refusal("https://example.com/", https_only=True) is None


def test_a_reason_quotes_nothing_of_path_or_query():
    for url in (
        "http://127.0.0.1/secret",
        "https://exam ple.com/secret",
        "ftp://example.com/?secret",
        "http://a@b/secret",
    ):
        assert "secret" not in url_refusal(url)


HOSTS = st.one_of(
    st.from_regex(r"[a-z0-9._-]{1,12}\.(com|example|1|0x1)", fullmatch=True),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(lambda address: f"[{address}]"),
    st.ip_addresses(v=6).map(lambda address: f"[{address.exploded}]"),
    st.text("aA1.%@:[]\\/?#x0-_\u2170\u212a", max_size=12),
)
URLS = st.builds(
    lambda scheme, host, port, rest: f"{scheme}://{host}{port}{rest}",
    st.sampled_from(["http", "https", "HTTP", "http\u017f"]),
    HOSTS,
    st.sampled_from(["", ":80", ":8443", ":", ":00080"]),
    st.text(string.printable + "é@\\", max_size=12).map(lambda rest: f"/{rest}") | st.text("/?#@:\\a", max_size=6),
)


@given(URLS)
@example("http://example.com:00080/")
@example("http://[::ffff:1.2.3.4]/")
def test_every_parser_finds_the_same_host_and_port(url):
    try:
        target = parse_url(url)
    except InvalidUrl:
        return
    default = 443 if target.scheme == "https" else 80
    for other in (urlsplit(url), urllib3.util.parse_url(url)):
        assert other.scheme == target.scheme
        assert (other.port or default) == target.port
        host = other.hostname.strip("[]")
        assert host == target.host
        if target.address:
            assert ip_address(host) == target.address


@given(st.text(max_size=40) | URLS)
def test_every_text_is_taken_or_refused(url):
    assert url_refusal(url) is None or isinstance(url_refusal(url), str)
