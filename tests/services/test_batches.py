"""Stream and queue come in batches: what fails is reported alone, so that it comes again and the rest does not wait."""

import json
from pathlib import Path
from typing import Any

import pytest

from functions.on_advance import app as on_advance
from functions.on_stream import app as on_stream
from tests.definitions import end, http, workflow
from tests.world import World

EVENTS = Path(__file__).parents[2] / "events"


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Its queue and stream go through the deployed functions."""
    for app in (on_advance, on_stream):
        monkeypatch.setattr(app, "parts", lambda: world.parts)
    world.publish(workflow(call=http("end"), end=end()))
    return world


def batch(sample: str, *changes: dict[str, Any]) -> dict[str, Any]:
    """The sample event with one record for each of the changes."""
    [record] = json.loads((EVENTS / sample).read_text())["Records"]
    return {"Records": [{**record, **change} for change in changes]}


def handed_over(world: World) -> tuple[str, dict[str, Any]]:
    """An instance that waits to be driven on, and the image of its commit."""
    world.aws.stream.clear()
    instance_id = world.start("flow", headers={"Prefer": "respond-async"}).data["id"]
    [image] = world.aws.stream
    return instance_id, image


def test_a_commit_becomes_a_message_that_drives_the_instance_on(world: World) -> None:
    instance_id, image = handed_over(world)
    event = batch("on_stream_commit.json", {"dynamodb": {"NewImage": image, "SequenceNumber": "1"}})
    assert on_stream.handler(event, None) == {"batchItemFailures": []}
    [(_, text)] = world.messages
    assert on_advance.handler(batch("on_advance_message.json", {"body": text}), None) == {"batchItemFailures": []}
    assert world.instance(instance_id)["status"] == "completed"


def test_a_message_that_fails_is_reported_and_the_others_are_done(world: World) -> None:
    instance_id, _ = handed_over(world)
    good = json.dumps(["acme", instance_id, 1, 0])
    event = batch(
        "on_advance_message.json", {"body": "nonsense", "messageId": "bad"}, {"body": good, "messageId": "good"}
    )
    assert on_advance.handler(event, None) == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert world.instance(instance_id)["status"] == "completed"


def test_a_commit_that_cannot_be_followed_up_is_reported(world: World) -> None:
    _, image = handed_over(world)
    world.aws.interruption = lambda operation, send: 1 / 0
    event = batch("on_stream_commit.json", {"dynamodb": {"NewImage": image, "SequenceNumber": "7"}})
    assert on_stream.handler(event, None) == {"batchItemFailures": [{"itemIdentifier": "7"}]}
