"""Each function takes its sample events; `sam local invoke` can use the same files (those of auth and token_claims are
replayed by their own tests).
"""

import json
from pathlib import Path
from typing import Any

import pytest

from functions.account import app as account
from functions.definitions import app as definitions
from functions.instances import app as instances
from functions.on_advance import app as on_advance
from functions.on_commits import app as on_commits
from functions.on_delivery import app as on_delivery
from functions.on_event import app as on_event
from functions.on_stream import app as on_stream
from functions.sweep import app as sweep
from functions.triggers import app as triggers
from functions.webhooks import app as webhooks
from interactor.services.sweep import HORIZON
from interactor.storage.timers import Timer
from tests.world import world

ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "events"


def sample(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text())


def test_every_function_has_a_sample_event_and_every_event_a_function() -> None:
    functions = {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}
    events = {event.stem for event in EVENTS.glob("*.json")}
    assert all(any(event.startswith(f"{function}_") for event in events) for function in functions)
    assert all(any(event.startswith(f"{function}_") for function in functions) for event in events)


def test_a_definition_is_created_and_an_instance_started_from_the_samples() -> None:
    with world() as service:
        created = definitions.handler(sample("definitions_create"), None)
        assert created["statusCode"] == 201
        version_id = json.loads(created["body"])["data"]["version_id"]
        service.post(f"/workflows/first_approval/versions/{version_id}/publish")
        started = instances.handler(sample("instances_create"), None)
        assert started["statusCode"] == 201
        assert json.loads(started["body"])["data"]["status"] == "halted"


def test_a_case_is_simulated_from_the_sample() -> None:
    with world():
        simulated = definitions.handler(sample("definitions_simulate"), None)
        assert simulated["statusCode"] == 200
        assert json.loads(simulated["body"])["data"]["passed"] is True


def test_a_trigger_is_created_and_fires_from_the_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    with world() as service:
        monkeypatch.setattr(on_event, "parts", lambda: service.parts)
        service.publish(json.loads(sample("definitions_create")["body"]))
        assert triggers.handler(sample("triggers_create"), None)["statusCode"] == 201
        assert on_event.handler(sample("on_event_message"), None) == {"batchItemFailures": []}
        service.settle()
        (instance,) = service.get("/workflows/instances").data["instances"]
        assert service.instance(instance["id"])["workflow_data"]["amount"] == 5000


def test_a_secret_is_put_from_the_sample() -> None:
    with world() as service:
        assert account.handler(sample("account_put_secret"), None)["statusCode"] == 200
        assert [secret["name"] for secret in service.get("/secrets").data["secrets"]] == ["API_KEY"]


def test_a_webhook_subscription_is_created_from_the_sample() -> None:
    with world() as service:
        assert webhooks.handler(sample("webhooks_create"), None)["statusCode"] == 201
        assert len(service.get("/webhooks/subscriptions").data["subscriptions"]) == 1


def test_a_commit_with_an_outbox_becomes_a_message_on_the_advance_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    with world() as service:
        monkeypatch.setattr(on_stream, "parts", lambda: service.parts)
        service.clock.now = 1_768_910_400_000
        assert on_stream.handler(sample("on_stream_commit"), None) == {"batchItemFailures": []}
        ((due, text),) = service.messages
        assert json.loads(text) == ["acme", "inst_01KFDMDAG00000000000000001", 1, 1768910425000, "advance"]
        assert due >= 1768910425000


def test_commits_of_the_sample_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    with world() as service:
        monkeypatch.setattr(on_commits, "parts", lambda: service.parts)
        assert on_commits.handler(sample("on_commits_batch"), None) == {"batchItemFailures": []}
        assert service.parts.statistics.get("acme", "first_approval").by_status["completed"] == 1


def test_a_sweep_brings_the_timers_of_its_minute_to_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    with world() as service:
        monkeypatch.setattr(sweep, "parts", lambda: service.parts)
        service.clock.now = 1_768_910_400_000
        service.parts.timers.rest(
            Timer("acme", "inst_01KFDMDAG00000000000000001", 7, service.clock.now + HORIZON), "op_1"
        )
        sweep.handler(sample("sweep_minute"), None)
        assert [json.loads(text)[2] for _, text in service.messages] == [7]


def test_a_message_about_an_instance_that_is_gone_is_taken_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    with world() as service:
        monkeypatch.setattr(on_advance, "parts", lambda: service.parts)
        assert on_advance.handler(sample("on_advance_message"), None) == {"batchItemFailures": []}


def test_a_message_that_cannot_be_carried_out_is_reported_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with world() as service:
        monkeypatch.setattr(on_advance, "parts", lambda: service.parts)
        good, bad = sample("on_advance_message")["Records"][0], sample("on_advance_message")["Records"][0]
        bad |= {"messageId": "bad", "body": "not a message"}
        answer = on_advance.handler({"Records": [good, bad]}, None)
        assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}


def test_a_message_about_a_subscription_that_is_gone_is_taken_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    with world() as service:
        monkeypatch.setattr(on_delivery, "parts", lambda: service.parts)
        assert on_delivery.handler(sample("on_delivery_message"), None) == {"batchItemFailures": []}
        assert service.messages == []


def test_the_first_record_that_fails_is_named_and_none_behind_it_is_followed_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with world() as service:
        monkeypatch.setattr(on_stream, "parts", lambda: service.parts)
        good, bad, behind = (sample("on_stream_commit")["Records"][0] for _ in range(3))
        bad["dynamodb"] |= {"SequenceNumber": "112"}
        bad["dynamodb"]["NewImage"]["outbox"] = {"S": "not an outbox"}
        behind["dynamodb"] |= {"SequenceNumber": "113"}
        answer = on_stream.handler({"Records": [good, bad, behind]}, None)
        assert answer == {"batchItemFailures": [{"itemIdentifier": "112"}]}
        assert len(service.messages) == 1
