"""Bedrock's answers and failures: each becomes a text or a reason that an author may read, never an exception."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from interactor.clock import system_clock
from interactor.engine.work import InstructionFailed, InstructionOmitted, InstructionWritten, WriteInstruction
from interactor.language_model.bedrock import BedrockWriter
from interactor.storage import clients
from tests.fakes import FakeClock

MODELS = {"haiku": "anthropic.haiku-v1:0", "nova": "amazon.nova-v1:0"}
ARN = "arn:aws:sts::123456789012:assumed-role/instances"


def work(model: str | None = None) -> WriteInstruction:
    return WriteInstruction("thread_main", "ask", 1, model, "Summarise.", {"order": 7})


def said(*texts: str, reason: str = "end_turn") -> dict[str, Any]:
    content = [{"text": text} for text in texts]
    return {"output": {"message": {"role": "assistant", "content": content}}, "stopReason": reason}


class FakeBedrock:
    """Answers, or raises, what it is given; `asked` are the ids of the models."""

    def __init__(self, outcome: Any) -> None:
        self.outcome = outcome
        self.asked: list[str] = []

    def converse(self, *, modelId: str, **request: Any) -> Any:
        self.asked.append(modelId)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


def write(outcome: Any, model: str | None = None) -> Any:
    return BedrockWriter(lambda: FakeBedrock(outcome), MODELS, FakeClock()).write(work(model))


def failure(outcome: Any) -> tuple[str, str]:
    failed = write(outcome)
    assert isinstance(failed, InstructionFailed)
    return failed.code, failed.message


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": f"{ARN} is not authorized"}}, "Converse")


def test_the_text_of_the_answer_is_the_outcome() -> None:
    assert write(said("Order 7 ", "is ready.")) == InstructionWritten("Order 7 is ready.", 1)


def test_what_is_no_text_is_left_out() -> None:
    answer = said("Ready.")
    answer["output"]["message"]["content"].insert(0, {"reasoningContent": {"reasoningText": {"text": "Hm."}}})
    assert write(answer) == InstructionWritten("Ready.", 1)


def test_a_text_that_was_cut_off_says_so() -> None:
    assert write(said("Order 7 is", reason="max_tokens")) == InstructionWritten("Order 7 is…", 1)


@pytest.mark.parametrize("reason", ["guardrail_intervened", "content_filtered", "tool_use", None])
def test_what_a_filter_put_there_is_not_shown(reason: Any) -> None:
    assert failure(said("I cannot.", reason=reason)) == ("instruction_error", f"The language model stopped: {reason}")


@pytest.mark.parametrize("answer", [said(), said("", " \n"), {"stopReason": "end_turn"}])
def test_an_answer_without_text_is_a_failure(answer: Any) -> None:
    assert failure(answer) == ("instruction_error", "The language model wrote nothing")


def test_a_model_is_found_by_its_name_and_the_first_is_the_default() -> None:
    for name, model_id in ((None, "anthropic.haiku-v1:0"), ("nova", "amazon.nova-v1:0")):
        bedrock = FakeBedrock(said("x"))
        BedrockWriter(lambda bedrock=bedrock: bedrock, MODELS, FakeClock()).write(work(name))
        assert bedrock.asked == [model_id]


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url="https://bedrock"), ConnectTimeoutError(endpoint_url="https://bedrock"),
        refused("ModelTimeoutException"),
    ],
)  # fmt: skip
def test_a_model_that_is_slow_is_a_time_out(error: Exception) -> None:
    assert failure(error)[0] == "instruction_timeout"


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "ValidationException"])
def test_a_refusal_tells_its_code_and_nothing_of_the_deployment(code: str) -> None:
    assert failure(refused(code)) == ("instruction_error", f"The language model could not be used: {code}")


@pytest.mark.parametrize("error", [EndpointConnectionError(endpoint_url="https://b"), NoCredentialsError()])
def test_a_service_out_of_reach_is_a_failure(error: BotoCoreError) -> None:
    assert failure(error) == ("instruction_error", "The language model could not be reached")


def no_client() -> Any:
    raise AssertionError("no client is needed")


def test_without_models_nothing_is_called() -> None:
    assert isinstance(BedrockWriter(no_client, {}, FakeClock()).without_a_call(work()), InstructionOmitted)


def test_an_unknown_model_is_refused_before_anything_is_called() -> None:
    outcome = BedrockWriter(no_client, MODELS, FakeClock()).without_a_call(work("gpt"))
    assert outcome == InstructionFailed("instruction_error", "There is no language model 'gpt' here")


@pytest.mark.parametrize("name", [None, "haiku", "nova"])
def test_a_known_model_is_called(name: str | None) -> None:
    assert BedrockWriter(no_client, MODELS, FakeClock()).without_a_call(work(name)) is None


class _Bedrock(BaseHTTPRequestHandler):
    """A server that takes Converse requests; `requests` are their paths and bodies."""

    requests: list[tuple[str, Any]]
    stuck: threading.Event | None = None

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.requests.append((self.path, body))
        if self.stuck:
            self.stuck.wait(10)
            return
        answer = json.dumps(said("Order 7 is ready.")).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def bedrock(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Bedrock]]:
    """A server that the process's own client of Bedrock calls."""
    handler = type("Handler", (_Bedrock,), {"requests": [], "stuck": None})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    session = botocore.session.Session()
    session.set_credentials("test", "test")
    session.set_config_variable("region", "eu-west-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(clients, "_session", lambda: session)
    clients.client.cache_clear()
    yield handler
    clients.client.cache_clear()
    if handler.stuck:
        handler.stuck.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_leaves_is_a_converse_request(bedrock: type[_Bedrock]) -> None:
    writer = BedrockWriter(lambda: clients.client("bedrock-runtime"), MODELS, system_clock)
    assert isinstance(written := writer.write(work()), InstructionWritten)
    assert written.text == "Order 7 is ready."
    [(path, body)] = bedrock.requests
    assert path == "/model/anthropic.haiku-v1%3A0/converse"
    assert body["messages"][0]["content"] == [{"text": '<data>\n{"order":7}\n</data>'}]


def test_a_model_that_does_not_answer_is_given_up_in_five_seconds_and_asked_once(bedrock: type[_Bedrock]) -> None:
    bedrock.stuck = threading.Event()
    writer = BedrockWriter(lambda: clients.client("bedrock-runtime"), MODELS, system_clock)
    outcome = writer.write(work())
    assert isinstance(outcome, InstructionFailed)
    assert (outcome.code, len(bedrock.requests)) == ("instruction_timeout", 1)
    assert outcome.duration_ms < 5_000


def test_a_server_that_is_gone_is_a_failure(bedrock: type[_Bedrock], monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{unused.getsockname()[1]}")
        clients.client.cache_clear()
        outcome = BedrockWriter(lambda: clients.client("bedrock-runtime"), MODELS, system_clock).write(work())
    assert isinstance(outcome, InstructionFailed)
    assert outcome.code == "instruction_error"
