"""A receiver that knows nothing of our code verifies what it is sent, by the recipe of the reference and by that of
Standard Webhooks.
"""

import base64
import hashlib
import hmac

import pytest

from interactor.webhooks import signing
from tests.webhooks.receivers import DAY, HOUR, MINUTE, Received, Receivers
from tests.webhooks.subscribing import SECRET, change, create, subscribe
from tests.world import World


def verified_as_the_reference_says(received: Received, secret: str, now: int, header: str = "Signature") -> bool:
    """'Webhook Signature Verification', from its text alone."""
    timestamp = received.headers["X-Interactor-Timestamp"]
    expected = (
        "sha256=" + hmac.new(secret.encode(), f"{timestamp}.{received.body}".encode(), hashlib.sha256).hexdigest()
    )
    is_genuine = hmac.compare_digest(expected, received.headers[f"X-Interactor-{header}"])
    return is_genuine and now / 1000 - int(timestamp) <= 300


def verified_as_standard_webhooks_says(received: Received, secret: str) -> bool:
    """As its libraries do, but for the raw secrets that they refuse."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{received.headers['webhook-id']}.{received.headers['webhook-timestamp']}.{received.body}"
    expected = base64.b64encode(hmac.new(key, signed.encode(), hashlib.sha256).digest()).decode()
    versions = [part.split(",", 1) for part in received.headers["webhook-signature"].split(" ")]
    return any(version == "v1" and hmac.compare_digest(expected, given) for version, given in versions)


def test_a_receiver_with_the_reference_s_recipe_verifies_every_try(world: World, receivers: Receivers) -> None:
    subscribe(world, secret=SECRET)
    receivers.answer(*[500] * 8)
    world.start("flow")
    world.pass_until(world.clock.now + DAY)
    assert len(receivers.received) == 10
    assert all(verified_as_the_reference_says(found, SECRET, found.at) for found in receivers.received)


def test_each_try_is_stamped_and_signed_anew(world: World, receivers: Receivers) -> None:
    subscribe(world, secret=SECRET, events=["workflow.instance.halted"])
    receivers.answer(500)
    world.start("flow")
    world.pass_until(world.clock.now + MINUTE)
    first, second = receivers.received
    assert first.headers["X-Interactor-Timestamp"] < second.headers["X-Interactor-Timestamp"]
    assert first.headers["X-Interactor-Signature"] != second.headers["X-Interactor-Signature"]
    assert (first.id, first.body) == (second.id, second.body)


def test_a_changed_body_or_another_secret_does_not_verify(world: World, receivers: Receivers) -> None:
    subscribe(world, secret=SECRET, events=["workflow.instance.halted"])
    world.start("flow")
    world.settle()
    (received,) = receivers.received
    forged = Received(received.at, received.url, received.headers, received.body.replace("user_1", "user_2"))
    assert not verified_as_the_reference_says(forged, SECRET, forged.at)
    assert not verified_as_the_reference_says(received, SECRET + "x", received.at)


def test_libraries_of_standard_webhooks_verify_with_a_secret_that_was_generated(
    world: World, receivers: Receivers
) -> None:
    secret = create(world).data["secret"]
    world.start("flow")
    world.settle()
    assert receivers.received
    assert all(verified_as_standard_webhooks_says(found, secret) for found in receivers.received)


def test_the_vector_of_standard_webhooks() -> None:
    headers = signing.headers(
        "webhook.test", "msg_p5jXN8AQM9LWM0D4loKWxJek", 0, '{"test": 2432232314}',
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], 1614265330_000,
    )  # fmt: skip
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", [SECRET, "no prefix at all, but 32 characters"])
def test_a_secret_that_is_no_base_64_is_used_as_it_is(secret: str) -> None:
    headers = signing.headers("webhook.test", "del_1", 0, "{}", [secret], 1_000)
    expected = base64.b64encode(hmac.digest(secret.encode(), b"del_1.1.{}", "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_after_a_rotation_both_secrets_sign_for_a_day(world: World, receivers: Receivers) -> None:
    subscription_id = subscribe(world, secret=SECRET, events=["workflow.instance.halted"])
    new = change(world, subscription_id, rotate_secret=True).data["secret"]
    world.start("flow")
    world.settle()
    world.clock.pass_by(23 * HOUR)
    world.start("flow")
    world.settle()
    world.clock.pass_by(2 * HOUR)
    world.start("flow")
    world.settle()
    *during, after = receivers.received
    assert len(during) == 2
    for received in during:
        assert verified_as_the_reference_says(received, new, received.at)
        assert verified_as_the_reference_says(received, SECRET, received.at, "Signature-Previous")
        assert len(received.headers["webhook-signature"].split(" ")) == 2
        assert verified_as_standard_webhooks_says(received, new)
    assert verified_as_the_reference_says(after, new, after.at)
    assert "X-Interactor-Signature-Previous" not in after.headers
    assert len(after.headers["webhook-signature"].split(" ")) == 1
