"""A subscription goes to https and to a public address, whoever asks and whenever the URL is given."""

from ipaddress import IPv6Address, ip_address, ip_network

import pytest

from tests.egress.test_only_public_addresses_are_called import NOT_PUBLIC
from tests.egress.test_urls_have_one_reading import REFUSED
from tests.webhooks.subscribing import URL, change, create, shown, subscribe
from tests.world import World

LITERALS = [
    f"https://[{text}]/" if isinstance(ip_address(text), IPv6Address) else f"https://{text}/" for text in NOT_PUBLIC
]
OTHER_FORMS = [url.replace("http://", "https://", 1) for url in REFUSED if len(url) <= 2000 and "\ud800" not in url]


@pytest.mark.parametrize("url", [*LITERALS, *OTHER_FORMS, "http://receiver.example/", "HTTP://8.8.8.8/"])
def test_any_other_is_refused_at_creation_and_at_a_change(world: World, url: str) -> None:
    subscription_id = subscribe(world)
    for refused in (create(world, url=url), change(world, subscription_id, url=url)):
        assert (refused.status, refused.error["code"]) == (400, "url_not_allowed")
        assert refused.error["message"].startswith("url: ")
        assert "url" in refused.error["details"]["fields"]
    assert shown(world, subscription_id)["url"] == URL


@pytest.mark.parametrize(
    "url", ["https://8.8.8.8/", "https://receiver.example:8443/a?b=c", f"https://a.example/{'x' * 1982}"]
)
def test_a_public_one_is_taken_as_it_is(world: World, url: str) -> None:
    assert create(world, url=url).data["url"] == url


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        ("http://127.0.0.1:9000/hook", True),
        ("http://localhost:9000/hook", True),
        ("https://127.0.0.1/", True),
        ("http://receiver.example/", False),
        ("http://8.8.8.8/", False),
        ("http://10.0.0.1/", False),
        ("http://[::1]/", False),
    ],
)
def test_plain_http_goes_to_networks_that_the_operator_allows(world: World, url: str, is_taken: bool) -> None:
    loopback = (ip_network("127.0.0.0/8"),)
    world.replace(settings=world.parts.settings._replace(egress_allowed_networks=loopback))
    assert (create(world, url=url).status == 201) is is_taken
