"""Lambda functions: processes that see what Lambda would show them, and nothing of this machine's.

MiniStack 1.5.33 runs a function under the emulator's own interpreter, with its packages and its environment, so that a
dependency missing from a layer hides; unpacks the layers anew for each process; waits 50 ms for the log of an
invocation that writes none; imports botocore into every function; ends a process whose handler raises; starts as many
processes as there are calls; and keeps the layers' archives and all logs in memory and writes them out at each save.
Nearly all of that is in how a process is started and spoken to, so that is replaced as a whole.
"""

import base64
import io
import json
import os
import select
import shutil
import subprocess
import tempfile
import threading
import time
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

from ministack.core import lambda_runtime
from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

from interactor_local import lambda_process

Config = dict[str, Any]

_MOST_PROCESSES = 8
"""Processes of one function. Further calls wait for a free one; AWS would start more, but this machine has only so many
cores.
"""

_START_TIMEOUT = 60.0
"""Seconds until a handler must be imported. AWS allows 10, and a busy laptop needs longer for the very first."""


def correct(*, runtime: Path, extracted: Path, log: Path, endpoint: str) -> "Machine":
    """Run functions under the bare interpreter `runtime`, from packages unpacked below `extracted`, with `endpoint` for
    AWS.

    What functions print goes to the file `log`, and is there when their answer is.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    machine = Machine(runtime, endpoint, _Packages(extracted), log.open("a", encoding="utf-8", buffering=1))
    lambda_runtime._worker_class_for = lambda config: partial(_Process, machine)
    lambda_svc._emit_lambda_logs = lambda *arguments, **named: None
    _limit_processes()
    _keep_layers_unpacked(machine.packages)
    return machine


@dataclass(frozen=True, slots=True)
class Machine:
    """What all processes of functions share."""

    runtime: Path
    endpoint: str
    packages: "_Packages"
    log: TextIO

    def start_all(self) -> None:
        """Start a process of every function, so that no caller waits for imports; remove packages that none uses."""
        used: set[Path] = set()
        for function in list(lambda_svc._functions._data.values()):
            config = function["config"]
            used.update((self.packages.of_code(function["code_zip"]), *self.layers(config)))
            worker, _ = lambda_runtime.acquire_worker(config["FunctionName"], config, function["code_zip"])
            try:
                lambda_runtime.ensure_spawned(worker)
            finally:
                lambda_runtime.release_worker(worker)
        self.packages.prune(used)

    def stop_all(self) -> None:
        """End every process."""
        lambda_runtime.reset()

    def layers(self, config: Config) -> list[Path]:
        """The unpacked layers of a function, in the order in which they are mounted."""
        return [self.packages.of_layer(_layer_version(layer["Arn"])) for layer in config.get("Layers", [])]


class _Packages:
    """Unpacked function packages and layers, each in a folder named after its hash and shared by all processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def of_code(self, package: bytes) -> Path:
        return self._unpacked(sha256(package).hexdigest(), package)

    def of_layer(self, version: Config) -> Path:
        digest = base64.b64decode(version["Content"]["CodeSha256"]).hex()
        return self._unpacked(digest, version.get("_zip_data"))

    def _unpacked(self, digest: str, package: bytes | None) -> Path:
        target = self._folder / digest
        with self._lock:
            if target.exists():
                return target
            if package is None:
                raise RuntimeError(f"{target} is gone; `interactor local reset` starts afresh")
            self._folder.mkdir(parents=True, exist_ok=True)
            unfinished = Path(tempfile.mkdtemp(dir=self._folder))
            with zipfile.ZipFile(io.BytesIO(package)) as archive:
                archive.extractall(unfinished)
            unfinished.rename(target)
            return target

    def prune(self, used: set[Path]) -> None:
        """Remove what no function uses any more."""
        for folder in self._folder.iterdir() if self._folder.exists() else ():
            if folder not in used:
                shutil.rmtree(folder)


class _Process(lambda_runtime.Worker):  # type: ignore[misc]  # MiniStack has no types
    """One execution environment. MiniStack's pool leases it, and calls `invoke`, `_spawn` and `kill`."""

    _proc: subprocess.Popen[bytes] | None

    def __init__(self, machine: "Machine", func_name: str, config: Config, code_zip: bytes) -> None:
        super().__init__(func_name, config, code_zip)
        self._machine = machine

    def _spawn(self) -> None:
        requests_read, requests_write = os.pipe()
        replies_read, replies_write = os.pipe()
        code = self._machine.packages.of_code(self.code_zip)
        layers = self._machine.layers(self.config)
        self._proc = subprocess.Popen(
            [str(self._machine.runtime), "-I", lambda_process.__file__, str(requests_read), str(replies_write)],
            cwd=code,
            env=_environment(self.config, code, layers, self._machine.endpoint),
            stdin=subprocess.DEVNULL,
            stdout=self._machine.log,
            stderr=self._machine.log,
            pass_fds=(requests_read, replies_write),
            start_new_session=True,  # Ctrl-C is for the stack, which then ends its functions in order
        )
        os.close(requests_read)
        os.close(replies_write)
        self._requests = os.fdopen(requests_write, "w", encoding="utf-8")
        self._replies = os.fdopen(replies_read, "rb", buffering=0)
        self._unread = b""
        search_path = [str(code), *(str(layer / "python") for layer in reversed(layers))]
        self._send({"search_path": search_path, "handler": self.config["Handler"]})
        try:
            answer = self._receive(_START_TIMEOUT)
        except (TimeoutError, EOFError) as error:
            answer = {"error": f"the process did not start: {error}"}
        if "ready" not in answer:
            self._end()
            raise RuntimeError(answer["error"])

    def invoke(
        self,
        event: Any,
        request_id: str,
        *,
        trace_id: str | None = None,
        depth: Any = None,
        durable: Any = None,
        invoked_function_arn: str | None = None,
    ) -> Config:
        """Run one invocation. The dictionary is what MiniStack expects: `status`, then `result` or `error`."""
        with self._lock:
            cold = self._proc is None or self._proc.poll() is not None
            if cold:
                self._spawn()
            timeout = float(self.config["Timeout"])
            arn = invoked_function_arn or self.config["FunctionArn"]
            self._send({"event": event, "request_id": request_id, "arn": arn, "deadline": time.time() + timeout})
            try:
                answer = self._receive(timeout)
            except TimeoutError:
                answer = self._lost(f"Task timed out after {timeout:.2f} seconds")
            except EOFError:
                answer = self._lost("Runtime exited without providing a reason")
            return {"status": "error" if "error" in answer else "ok", "trace": "", "cold_start": cold, **answer}

    def _send(self, message: Config) -> None:
        try:
            self._requests.write(json.dumps(message) + "\n")
            self._requests.flush()
        except BrokenPipeError:
            pass  # the process has ended, and `_receive` finds out

    def _receive(self, timeout: float) -> Config:
        """The next reply. Raises TimeoutError, and EOFError when the process ends instead."""
        deadline = time.monotonic() + timeout
        readable = select.poll()
        readable.register(self._replies, select.POLLIN)
        while b"\n" not in self._unread:
            if not readable.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise TimeoutError("no answer in time")
            part = self._replies.read(1 << 20)
            if not part:
                raise EOFError("it ended")
            self._unread += part
        line, self._unread = self._unread.split(b"\n", 1)
        message: Config = json.loads(line)
        return message

    def _lost(self, reason: str) -> Config:
        self._end()
        self._machine.log.write(f"[ERROR] {self.func_name}: {reason}\n")
        return {"error": reason}

    def _end(self) -> None:
        if self._proc:
            self._proc.kill()
            self._proc.wait()
        self._proc = None


def _layer_version(arn: str) -> Config:
    name, number = arn.split(":layer:")[1].rsplit(":", 1)
    for version in lambda_svc._layers[name]["versions"]:
        if version["Version"] == int(number):
            found: Config = version
            return found
    raise RuntimeError(f"the layer {arn} does not exist")


def _environment(config: Config, code: Path, layers: list[Path], endpoint: str) -> dict[str, str]:
    """The variables of https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, and the emulator's
    address.

    Lambda mounts the layers at /opt; without a container that cannot be, so values that point there point at the layer
    instead.
    """
    region = config["FunctionArn"].split(":")[3]
    variables = dict(config.get("Environment", {}).get("Variables", {}))
    for name, value in variables.items():
        for layer in layers:
            if value.startswith("/opt/") and (layer / value.removeprefix("/opt/")).exists():
                variables[name] = str(layer / value.removeprefix("/opt/"))
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "LANG": "en_US.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "TZ": ":UTC",
        **variables,
        **lambda_runtime.execution_credentials(config),
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_LAMBDA_FUNCTION_NAME": config["FunctionName"],
        "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config["MemorySize"]),
        "AWS_LAMBDA_LOG_GROUP_NAME": config["LoggingConfig"]["LogGroup"],
        "AWS_LAMBDA_LOG_STREAM_NAME": datetime.now(UTC).strftime("%Y/%m/%d/[$LATEST]local"),
        "LAMBDA_TASK_ROOT": str(code),
    }


def _limit_processes() -> None:
    """Let calls wait while all processes of their function are busy. Per function: one that calls another must not wait
    for itself.
    """
    execute = lambda_svc._execute_function_warm
    free: dict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(_MOST_PROCESSES))

    def execute_when_free(function: Config, event: Any, request_id: str) -> Any:
        with free[function["config"]["FunctionName"]]:
            return execute(function, event, request_id)

    lambda_svc._execute_function_warm = execute_when_free


def _keep_layers_unpacked(packages: _Packages) -> None:
    """Unpack a layer when it is created and forget its archive, which MiniStack would write to disk with every save of
    its state.
    """
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Lambda::LayerVersion"]
    create = handlers["create"]

    def create_unpacked(logical_id: str, properties: Config, stack: str) -> Any:
        arn, attributes = create(logical_id, properties, stack)
        version = _layer_version(arn)
        packages.of_layer(version)
        version["_zip_data"] = None
        return arn, attributes

    handlers["create"] = create_unpacked
