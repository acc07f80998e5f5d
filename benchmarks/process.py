"""CPU time in this process and in fresh ones: the engine alone, a script, a cold start."""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.flow import ANSWER, DEFINITION, START
from interactor.engine.definition import Definition
from interactor.engine.signals import Created, Origin, Resumed, ScriptEnded
from interactor.engine.transition import transition
from interactor.engine.work import RunScript, ScriptReturned
from interactor.sandbox.quickjs import QuickJsRunner

ROOT = Path(__file__).parents[1]
_BARE = "import boto3; boto3.client('dynamodb')"
_OURS = "import functions.instances.app; from interactor.storage.clients import client; client('dynamodb')"
_RUNS = 9


def measure() -> dict[str, str]:
    """Rows of the table."""
    bare, ours = _median_cpu(_BARE), _median_cpu(_OURS)
    return {
        "engine alone, approval flows a second": f"{_engine_flows():,.0f}",
        "a five-line script, CPU": f"{_script_ms():.2f} ms",
        "cold start of the instances function, CPU, against a bare boto3 handler": f"{ours / bare:.2f} "
        f"({ours * 1000:.0f} : {bare * 1000:.0f} ms)",
    }


def _engine_flows() -> float:
    definition = Definition.model_validate(json.loads(json.dumps(DEFINITION)))
    origin = Origin("user", "req_1")
    flows = 2_000
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
    runs = 300
    began = time.process_time()
    for _ in range(runs):
        runner.run(work, {})
    return (time.process_time() - began) / runs * 1000


def _median_cpu(code: str) -> float:
    environment = {
        "PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'interactor'}", "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
    }  # fmt: skip
    times = []
    for _ in range(_RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return sorted(times)[_RUNS // 2]
