"""A secret that was made is shown in that answer alone, one that was given never. Neither is stored or logged."""

import base64
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from interactor.services.change_subscriptions import ROTATION
from interactor.storage.subscriptions import Subscription
from tests.webhooks.subscribing import SECRET, change, create, disable, shown, subscribe
from tests.world import World, all_items

ANOTHER = "another secret, with spaces in it, of 48 letters"


def stored(world: World, subscription_id: str) -> Subscription:
    found = world.parts.subscriptions.get("acme", subscription_id)
    assert found
    return found


def opened(world: World, subscription: Subscription) -> list[str]:
    """The secrets that deliveries are signed with."""
    sealed = [subscription.secret, *([subscription.previous_secret] if subscription.previous_secret else [])]
    return [world.parts.seal.open(one, subscription.account, subscription.id) for one in sealed]


def test_one_that_is_made_has_32_random_bytes_and_is_shown_once(world: World) -> None:
    created = create(world).data
    made = created["secret"]
    assert made.startswith("whsec_")
    assert len(base64.b64decode(made.removeprefix("whsec_"), validate=True)) == 32
    assert opened(world, stored(world, created["id"])) == [made]
    assert made != create(world).data["secret"]
    assert "secret" not in shown(world, created["id"])


def test_one_that_is_given_is_not_shown_at_all(world: World) -> None:
    created = create(world, secret=SECRET)
    assert "secret" not in created.data
    assert opened(world, stored(world, created.data["id"])) == [SECRET]
    changed = change(world, created.data["id"], secret=ANOTHER)
    assert "secret" not in changed.data
    assert opened(world, stored(world, created.data["id"])) == [ANOTHER, SECRET]


def test_a_rotation_shows_the_new_one_and_keeps_the_old_one_for_a_day(world: World) -> None:
    created = create(world).data
    rotated = change(world, created["id"], rotate_secret=True).data
    assert opened(world, stored(world, created["id"])) == [rotated["secret"], created["secret"]]
    assert "previous_secret_expires_at" in shown(world, created["id"])
    world.clock.pass_by(ROTATION)
    assert "previous_secret_expires_at" not in shown(world, created["id"])


def test_after_two_rotations_the_last_two_sign(world: World) -> None:
    subscription_id = subscribe(world)
    first, second = (change(world, subscription_id, rotate_secret=True).data["secret"] for _ in range(2))
    assert opened(world, stored(world, subscription_id)) == [second, first]


@pytest.mark.parametrize("secret", ["too short but secret", "x" * 300, 12345678901234567890, ["hidden-in-a-list"]])
def test_one_that_is_refused_is_not_echoed(world: World, secret: Any) -> None:
    quoted = str(secret).strip("[]'")[:20]
    for refused in (create(world, secret=secret), change(world, subscribe(world), secret=secret)):
        assert refused.status == 400
        assert quoted not in refused.text


def test_no_answer_log_or_item_has_one(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    made = create(world).data
    given = subscribe(world, secret=SECRET)
    rotated = change(world, made["id"], rotate_secret=True).data["secret"]
    change(world, given, secret=ANOTHER)
    disable(world, made["id"])
    answers = [
        change(world, made["id"], status="active").text,
        world.get("/webhooks/subscriptions").text,
        *(world.get(f"/webhooks/subscriptions/{id_}").text for id_ in (made["id"], given)),
    ]
    log = [repr(vars(record)) for record in caplog.records]
    kept = [repr(item) for item in all_items()]
    assert any("update_subscription" in text for text in log), "the log is looked at"
    for secret in (made["secret"], rotated, SECRET, ANOTHER):
        for form in (secret, secret.removeprefix("whsec_"), base64.b64encode(secret.encode()).decode()):
            assert not any(form in text for text in (*answers, *kept, *log))


def test_a_sealed_one_does_not_open_for_another_subscription(world: World) -> None:
    mine, other = stored(world, subscribe(world)), stored(world, subscribe(world))
    with pytest.raises(InvalidTag):
        world.parts.seal.open(mine.secret, "acme", other.id)
    with pytest.raises(InvalidTag):
        world.parts.seal.open(mine.secret, "globex", mine.id)


def test_the_same_secret_is_sealed_differently_each_time(world: World) -> None:
    first, second = (stored(world, subscribe(world, secret=SECRET)) for _ in range(2))
    assert first.secret != second.secret
