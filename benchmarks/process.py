"""CPU time in this process and in fresh ones: the engine alone, a script, a cold start."""

import json
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.flow import ANSWER, DEFINITION, START
from benchmarks.rows import Row, at_least, at_most
from interactor.engine.definition.workflow import Definition
from interactor.engine.signals import Created, Origin, Resumed, ScriptEnded
from interactor.engine.transition import transition
from interactor.engine.work import RunScript, ScriptReturned
from interactor.sandbox.quickjs import QuickJsRunner

ROOT = Path(__file__).parents[1]
_BARE = "import boto3; boto3.client('dynamodb')"
_OURS = "import functions.instances.app; from interactor.storage.clients import client; client('dynamodb')"
_STARTS = 25
_BATCHES = 8
_TRANSITIONS = 3
"""Of the engine in an approval: created, script ended, resumed."""


def measure() -> list[Row]:
    """Rows of the table. Each figure is the best of several: whatever else the machine does makes it slower only."""
    bare, ours = _cold_starts(_BARE, _OURS)
    flows = max(_engine_flows() for _ in range(_BATCHES))
    return [
        at_least("engine alone, approvals a second", flows, 2_000),
        Row("engine alone, transitions a second", f"{flows * _TRANSITIONS:,.0f}"),
        at_most("a five-line script, CPU", _script_ms(), 1.2, " ms"),
        at_most(
            "cold start of instances, CPU, against a bare boto3 handler", ours / bare, 1.35,
            shown=f" times ({ours * 1000:.0f} : {bare * 1000:.0f} ms)",
        ),
    ]  # fmt: skip


def _engine_flows() -> float:
    definition = Definition.model_validate(json.loads(json.dumps(DEFINITION)))
    origin = Origin("user", "req_1")
    flows = 1_000
    began = time.process_time()
    for _ in range(flows):
        created = Created("inst_1", "acme", "user_1", "flow", "v_1", START["input"], origin)  # type: ignore[arg-type]
        instance = transition(definition, None, created, 1).instance
        instance = transition(
            definition, instance, ScriptEnded("thread_main", ScriptReturned({"amount": 5})), 2
        ).instance
        transition(definition, instance, Resumed("thread_main", "halt_2", ANSWER["input"], "x", origin), 3)
    return flows / (time.process_time() - began)


def _script_ms() -> float:
    runner = QuickJsRunner.load(None)
    code = (
        "const total = input.items.reduce((sum, item) => sum + item.price, 0);\nconst tax = total * 0.2;\n"
        "console.log('total', total);\nconst approved = total < 1000;\n"
        "return { ...workflow_data, total, tax, approved };"
    )
    given = {"items": [{"price": 5}, {"price": 7.5}]}
    work = RunScript("thread_main", "run", code, given, {"a": 1}, {"instance_id": "inst_1"})
    for _ in range(20):
        runner.run(work, {})
    runs, batches = 50, []
    for _ in range(_BATCHES):
        began = time.process_time()
        for _ in range(runs):
            runner.run(work, {})
        batches.append((time.process_time() - began) / runs * 1000)
    return min(batches)


def _cold_starts(*codes: str) -> list[float]:
    """CPU seconds from the start of the interpreter to the end of each code, by turns; the least of each.

    The least, because noise has one sign: what else runs on the machine evicts caches and takes clock speed, which adds
    to a start and never takes away from it. Medians of 15 starts told between 1.28 and 1.58 of the same code on
    different days. Each code runs once before it counts, which leaves all modules compiled. The end of the process is
    not counted: Lambda does not end what it has just started.
    """
    environment = {
        "PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'interactor'}", "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
    }  # fmt: skip

    def start(code: str) -> float:
        command = [sys.executable, "-c", f"{code}; import time; print(time.process_time())"]
        return float(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout)

    for code in codes:
        start(code)
    by_turns = [[start(code) for code in codes] for _ in range(_STARTS)]
    return [min(times) for times in zip(*by_turns, strict=True)]
