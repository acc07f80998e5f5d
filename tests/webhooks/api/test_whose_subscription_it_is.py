"""A token sees and makes subscriptions of namespaces that it owns; what others have does not exist for it."""

from typing import Any

import pytest

from tests.webhooks.subscribing import SECRET, create, shown, subscribe
from tests.world import World

CALLS = [
    ("GET", "", None),
    ("PATCH", "", {"status": "paused"}),
    ("PATCH", "", {"url": "https://thief.example/"}),
    ("PATCH", "", {"rotate_secret": True}),
    ("DELETE", "", None),
]


@pytest.mark.parametrize("caller", ["peer", "stranger"])
@pytest.mark.parametrize(("method", "ending", "body"), CALLS)
def test_one_of_others_does_not_exist(world: World, caller: str, method: str, ending: str, body: Any) -> None:
    subscription_id = subscribe(world)
    before = shown(world, subscription_id)
    theirs = world.call(method, f"/webhooks/subscriptions/{subscription_id}{ending}", body, as_=caller)
    nobodys = world.call(method, f"/webhooks/subscriptions/whsub_{'0' * 26}{ending}", body, as_=caller)
    assert theirs.status == nobodys.status == 404
    assert theirs.error["code"] == nobodys.error["code"] == "subscription_not_found"
    assert shown(world, subscription_id) == before


@pytest.mark.parametrize(("method", "ending", "body"), CALLS)
def test_one_to_all_namespaces_is_seen_by_those_who_own_all(world: World, method: str, ending: str, body: Any) -> None:
    subscription_id = subscribe(world, "service", namespace_filter=None)
    path = f"/webhooks/subscriptions/{subscription_id}{ending}"
    assert world.call(method, path, body, as_="user").status == 404
    assert world.call(method, path, body, as_="service").status < 300


def test_a_list_has_what_the_caller_may_see(world: World) -> None:
    mine, organisations = subscribe(world), subscribe(world, namespace_filter="org_acme")
    peers = subscribe(world, "peer", namespace_filter="user_2")
    everybodys = subscribe(world, "service", namespace_filter=None)
    subscribe(world, "stranger")

    def listed(as_: str) -> list[str]:
        return [entry["id"] for entry in world.get("/webhooks/subscriptions", as_=as_).data["subscriptions"]]

    assert listed("user") == [organisations, mine]
    assert listed("peer") == [peers]
    assert listed("service") == [everybodys, peers, organisations, mine]


@pytest.mark.parametrize("namespace", ["user_2", "user_10", "USER_1", "*", None])
def test_a_namespace_of_others_cannot_be_subscribed_to(world: World, namespace: str | None) -> None:
    refused = create(world, namespace_filter=namespace)
    assert (refused.status, refused.error["code"]) == (
        (400, "invalid_request") if namespace == "*" else (403, "forbidden")
    )
    assert world.get("/webhooks/subscriptions", as_="service").data["subscriptions"] == []


def test_a_cursor_of_another_account_is_none(world: World) -> None:
    for _ in range(2):
        subscribe(world, "stranger")
        subscribe(world)
    page = world.get("/webhooks/subscriptions", query="limit=1", as_="stranger").data
    query = f"limit=1&cursor={page['pagination']['next_cursor']}"
    assert world.get("/webhooks/subscriptions", query=query).status == 400


def test_who_created_it_is_kept_with_it(world: World) -> None:
    stored = world.parts.subscriptions.get("acme", subscribe(world, secret=SECRET))
    assert stored
    assert stored.creator == "user"
