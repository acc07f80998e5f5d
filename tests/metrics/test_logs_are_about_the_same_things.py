"""Log lines name account, instance and trace by the same keys, and never tell what users own."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from functions.on_advance import app as on_advance
from interactor.engine.work import HttpAnswered
from tests.definitions import end, halt, http, workflow
from tests.world import World

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACE_ID = "0af7651916cd43dd8448eb211c80319c"


Lines: TypeAlias = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Lines:
    """What has been logged since this was asked for last."""

    def taken() -> list[dict[str, Any]]:
        found = [record.__dict__ for record in caplog.records]
        caplog.clear()
        return found

    return taken


def test_a_call_that_creates_an_instance_names_it(world: World, lines: Lines) -> None:
    world.publish(workflow(ask=halt("end"), end=end()))
    lines()
    answer = world.start("flow", {"name": "Hans"}, headers={"traceparent": TRACE, "X-Request-Id": "mine"})
    (line,) = lines()
    assert {key: line[key] for key in ("request_id", "account", "instance_id", "trace_id", "operation", "status")} == {
        "request_id": "mine", "account": "acme", "instance_id": answer.data["id"], "trace_id": TRACE_ID,
        "operation": "create_instance", "status": 201,
    }  # fmt: skip
    assert "Hans" not in str(line)


def test_a_later_call_is_of_the_trace_that_the_instance_is_of(world: World, lines: Lines) -> None:
    world.publish(workflow(ask=halt("end"), end=end()))
    instance_id = world.start("flow", headers={"traceparent": TRACE}).data["id"]
    world.get("/workflows")
    lines()
    world.resume(instance_id, {})
    world.get("/workflows")
    resumed, listed = lines()
    assert (resumed["instance_id"], resumed["trace_id"]) == (instance_id, TRACE_ID)
    assert "trace_id" not in listed
    assert "instance_id" not in listed


def test_a_call_that_fails_unexpectedly_names_them(world: World, lines: Lines) -> None:
    def broken(work: object) -> Any:
        raise RuntimeError("broken")

    world.publish(workflow(call=http("end"), end=end()))
    world.servers.answers.append(broken)
    lines()
    assert world.start("flow", headers={"traceparent": TRACE}).status == 500
    failed, _ = lines()
    assert (failed["levelname"], failed["account"], failed["trace_id"]) == ("ERROR", "acme", TRACE_ID)


def test_work_outside_calls_names_them(world: World, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_advance, "parts", lambda: world.parts)
    world.publish(workflow(call=http("end"), end=end()))
    headers = {"traceparent": TRACE, "Prefer": "respond-async"}
    instance_id = world.start("flow", headers=headers).data["id"]
    world.play_stream()
    ((_, text),) = world.messages
    lines()
    on_advance.handler({"Records": [{"messageId": "1", "body": text, "eventSource": "aws:sqs"}]}, None)
    (line,) = lines()
    assert (line["account"], line["instance_id"], line["trace_id"]) == ("acme", instance_id, TRACE_ID)


def test_a_message_that_fails_is_logged(world: World, lines: Lines) -> None:
    on_advance.handler({"Records": [{"messageId": "bad", "body": "no", "eventSource": "aws:sqs"}]}, None)
    (line,) = lines()
    assert (line["levelname"], line["message_id"]) == ("ERROR", "bad")


def test_the_trace_goes_on_in_every_call_and_try(world: World) -> None:
    world.publish(workflow(call=http("ask", retry={"attempts": 2}), ask=halt("again"), again=http("end"), end=end()))
    world.servers.answers.append(HttpAnswered(503, {}, None))
    instance_id = world.start("flow", headers={"traceparent": TRACE}).data["id"]
    world.settle()
    world.resume(instance_id, {})
    assert world.servers.traces == [TRACE] * 3
    later = TRACE.replace("b7ad", "ffff")
    second = world.start("flow").data["id"]
    world.resume(second, {}, headers={"traceparent": later})
    assert world.servers.traces[3:] == [None, later]


def test_a_malformed_trace_is_as_none(world: World, lines: Lines) -> None:
    world.publish(workflow(ask=halt("end"), end=end()))
    lines()
    world.start("flow", headers={"traceparent": "00-zz-1-01"})
    (line,) = lines()
    assert "trace_id" not in line
