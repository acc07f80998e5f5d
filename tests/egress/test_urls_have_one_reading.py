"""A URL is taken in its plain form only, and then every parser finds the same host in it."""

import string
from ipaddress import ip_address
from urllib.parse import urlsplit

import pytest
import urllib3
from hypothesis import example, given
from hypothesis import strategies as st

from interactor.egress.urls import InvalidUrl, parse_url, url_refusal

REFUSED = {
    "http://2852039166/": "four decimal numbers",
    "http://0xa9fea9fe/": "four decimal numbers",
    "http://0xA9.0xFE.0xA9.0xFE/": "four decimal numbers",
    "http://0251.0376.0251.0376/": "four decimal numbers",
    "http://127.1/": "four decimal numbers",
    "http://0/": "four decimal numbers",
    "http://0x/": "four decimal numbers",
    "http://1.2.3.4.5/": "four decimal numbers",
    "http://256.1.1.1/": "four decimal numbers",
    "http://8.8.8.08/": "four decimal numbers",
    "http://example.com.127/": "four decimal numbers",
    "http://127.0.0.1./": "not a host name",
    "http://localhost./": "not a host name",
    "http://example..com/": "not a host name",
    "http://-example.com/": "not a host name",
    "http://a%2eexample.com/": "not a host name",
    "http://%31%32%37.0.0.1/": "four decimal numbers",
    "http://exa$mple.com/": "not a host name",
    f"http://{'a' * 64}.com/": "not a host name",
    f"http://{'a.' * 126}com/": "not a host name",
    "http://localhost/": "not a public address (loopback)",
    "http://LOCALHOST:80/": "not a public address (loopback)",
    "http://metadata.localhost/": "not a public address (loopback)",
    "http://①②⑦.0.0.1/": "not ASCII",
    "http://127。0。0。1/": "not ASCII",
    "http://bücher.example/": "not ASCII",
    "http://\u212aelvin.example/": "not ASCII",
    "http\u017f://example.com/": "must start with",
    "file:///etc/passwd": "must start with http:// or https://, not file:",
    "gopher://example.com/": "not gopher:",
    "data:text/plain,hello": "not data:",
    "ftp://example.com/": "not ftp:",
    "javascript:alert(1)": "not javascript:",
    "//example.com/": "must start with",
    "example.com": "must start with",
    "": "must start with",
    "http:example.com": "must start with",
    "http:/example.com": "must start with",
    "https:///example.com": "malformed",
    "http://": "malformed",
    "http://user@example.com/": "user info",
    "http://user:password@example.com/": "user info",
    "http://example.com@127.0.0.1/": "user info",
    "http://example.com\\@127.0.0.1/": "U+005C",
    "http:\\\\example.com/": "U+005C",
    "http://example.com/a\\b": "U+005C",
    " http://example.com/": "U+0020",
    "http://example.com/a b": "U+0020",
    "http://example.com/\t": "U+0009",
    "ht\ntp://example.com/": "U+000A",
    "http://exam\rple.com/": "U+000D",
    "http://example.com/\0": "U+0000",
    "http://example.com/\x7f": "U+007F",
    "http://example.com/\x85": "U+0085",
    "http://example.com/\u2028": "U+2028",
    "http://example.com/\ud800": "U+D800",
    "http://[::1": "malformed",
    "http://[]/": "malformed",
    "http://[::1]x/": "malformed",
    "http://[fe80::1%25eth0]/": "malformed",
    "http://[fe80::1%eth0]/": "malformed",
    "http://[v1.x]/": "malformed",
    "http://[:::]/": "not an IPv6 address",
    "http://[1.2.3.4]/": "not an IPv6 address",
    "http://::1/": "malformed",
    "http://example.com:/": "malformed",
    "http://example.com:80:80/": "malformed",
    "http://example.com:+80/": "malformed",
    "http://example.com:٣/": "malformed",
    "http://example.com:0/": "port 0",
    "http://example.com:65536/": "port 65536",
    f"http://example.com/{'a' * 8174}": "longer than 8192",
}
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
