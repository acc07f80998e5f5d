"""The same approval on the emulator's Step Functions: a wait for a task token that comes through a queue.

Whoever answers has to learn of the question and its token: here from the queue that the state machine sends it to. And
whoever started has to learn of the end: here by asking for the execution until it is over. Ours tells both in the
answers to the two calls, so a flow is five requests here and two there. In another way the comparison is kind to Step
Functions: the script is a `Pass` state, which runs nothing, and there is no form, no check of the answer, no API with
its tokens in front and no list of executions that wait for somebody.
"""

import json
import statistics
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import botocore.session
from botocore.config import Config

from benchmarks.flow import START

_FLOWS_ALONE = 40
_FLOWS_TOGETHER = 160
_ROLE = "arn:aws:iam::000000000000:role/step-functions"


class StepFunctions:
    """The approval as a state machine; `settings` are those of `stack.json`."""

    def __init__(self, settings: dict[str, Any], clients: int) -> None:
        def client(service: str) -> Any:
            return botocore.session.get_session().create_client(
                service, settings["region"], endpoint_url=settings["aws_endpoint_url"],
                aws_access_key_id="test", aws_secret_access_key="test",  # noqa: S106  # the emulator's
                config=Config(max_pool_connections=clients, parameter_validation=False),
            )  # fmt: skip

        self._states, self._sqs, self._clients = client("stepfunctions"), client("sqs"), clients

    def measure(self, rounds: int) -> tuple[float, float]:
        """(median seconds of one flow with one client, flows a second with all of them in the best of some rounds)"""
        with ThreadPoolExecutor(self._clients) as pool:
            lanes = list(pool.map(self._lane, range(self._clients)))
            alone = [self._flow(*lanes[0]) for _ in range(_FLOWS_ALONE)]
            each = _FLOWS_TOGETHER // self._clients
            rates = []
            for _ in range(rounds):
                began = time.perf_counter()
                list(pool.map(lambda lane: [self._flow(*lane) for _ in range(each)], lanes))
                rates.append(each * self._clients / (time.perf_counter() - began))
        return statistics.median(alone), max(rates)

    def transitions(self) -> int:
        """The states that an execution enters, which is what Step Functions charges for, by its history."""
        machine, queue = self._lane(self._clients)
        self._flow(machine, queue)
        (execution,) = self._states.list_executions(stateMachineArn=machine)["executions"]
        history = self._states.get_execution_history(executionArn=execution["executionArn"])["events"]
        return sum(event["type"].endswith("StateEntered") for event in history)

    def _lane(self, number: int) -> tuple[str, str]:
        """A state machine and a queue of one client's own, so that its token comes to it."""
        name = f"bench-{uuid.uuid4().hex[:8]}-{number}"
        queue = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        definition = json.dumps(_definition(queue))
        machine = self._states.create_state_machine(name=name, definition=definition, roleArn=_ROLE)
        return machine["stateMachineArn"], queue

    def _flow(self, machine: str, queue: str) -> float:
        began = time.perf_counter()
        execution = self._states.start_execution(stateMachineArn=machine, input=json.dumps(START["input"]))
        while not (found := self._sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages")):
            pass
        answer = json.dumps({"approved": True})
        self._states.send_task_success(taskToken=json.loads(found[0]["Body"])["token"], output=answer)
        self._sqs.delete_message(QueueUrl=queue, ReceiptHandle=found[0]["ReceiptHandle"])
        while True:
            status = self._states.describe_execution(executionArn=execution["executionArn"])["status"]
            if status == "SUCCEEDED":
                return time.perf_counter() - began
            if status != "RUNNING":
                raise RuntimeError(f"the execution is {status}")


def _definition(queue: str) -> dict[str, Any]:
    return {
        "StartAt": "request",
        "States": {
            "request": {"Type": "Pass", "Next": "await_approval"},
            "await_approval": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
                "Next": "decide",
            },
            "decide": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.approved", "BooleanEquals": True, "Next": "approved"}],
                "Default": "rejected",
            },
            "approved": {"Type": "Succeed"},
            "rejected": {"Type": "Succeed"},
        },
    }
