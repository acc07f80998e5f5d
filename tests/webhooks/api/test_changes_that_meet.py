"""Of changes that come at the same moment one counts, the others are told, and no limit is passed."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from interactor.storage.subscriptions import MAX_SUBSCRIPTIONS
from tests.webhooks.subscribing import change, create, disable, shown, subscribe
from tests.world import World


def just_before(world: World, operation: str, happens: Callable[[], Any]) -> None:
    """Let something happen right before the next request of this kind reaches the table."""
    first = itertools.count()

    def interrupted(sent: str, send: Any) -> Any:
        if sent == operation and next(first) == 0:
            happens()
        return send()

    world.aws.interruption = interrupted


def test_of_two_changes_one_is_told_to_try_again(world: World) -> None:
    subscription_id = subscribe(world)
    just_before(world, "put_item", lambda: change(world, subscription_id, status="paused"))
    lost = change(world, subscription_id, events=["workflow.instance.failed"])
    assert (lost.status, lost.error["code"]) == (409, "concurrent_modification")
    assert shown(world, subscription_id)["status"] == "paused"
    assert shown(world, subscription_id)["events"] == ["workflow.*"]


def test_of_two_rotations_one_counts_so_that_the_old_secret_still_signs(world: World) -> None:
    subscription_id = subscribe(world)
    before = world.parts.subscriptions.get("acme", subscription_id)
    just_before(world, "put_item", lambda: change(world, subscription_id, rotate_secret=True))
    assert change(world, subscription_id, rotate_secret=True).status == 409
    after = world.parts.subscriptions.get("acme", subscription_id)
    assert before
    assert after
    assert after.previous_secret == before.secret


def test_a_change_does_not_undo_that_it_was_disabled(world: World) -> None:
    subscription_id = subscribe(world)
    just_before(world, "put_item", lambda: disable(world, subscription_id))
    assert change(world, subscription_id, events=["workflow.instance.failed"]).status == 409
    assert shown(world, subscription_id)["status"] == "disabled"


def test_a_change_does_not_bring_back_what_was_deleted(world: World) -> None:
    subscription_id = subscribe(world)
    path = f"/webhooks/subscriptions/{subscription_id}"
    just_before(world, "put_item", lambda: world.call("DELETE", path))
    assert change(world, subscription_id, status="paused").error["code"] == "subscription_not_found"
    assert world.get("/webhooks/subscriptions").data["subscriptions"] == []


def test_an_account_has_a_hundred_and_one_that_is_deleted_makes_room(world: World) -> None:
    last = [subscribe(world) for _ in range(MAX_SUBSCRIPTIONS)][-1]
    refused = create(world)
    assert (refused.status, refused.error["code"]) == (400, "subscription_limit_reached")
    assert refused.error["details"] == {"limit": 100}
    assert create(world, "stranger").status == 201
    world.call("DELETE", f"/webhooks/subscriptions/{last}")
    assert create(world).status == 201


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """A limit that is soon reached."""
    monkeypatch.setattr("interactor.storage.subscriptions.MAX_SUBSCRIPTIONS", 3)
    return 3


def test_of_two_creations_at_the_limit_one_is_refused(world: World, few: int) -> None:
    for _ in range(few - 1):
        subscribe(world)
    just_before(world, "transact_write_items", lambda: subscribe(world))
    assert create(world).error["code"] == "subscription_limit_reached"
    assert len(world.get("/webhooks/subscriptions").data["subscriptions"]) == few


def test_two_creations_below_the_limit_are_both_made(world: World) -> None:
    just_before(world, "transact_write_items", lambda: subscribe(world))
    assert create(world).status == 201
    assert len(world.get("/webhooks/subscriptions").data["subscriptions"]) == 2
