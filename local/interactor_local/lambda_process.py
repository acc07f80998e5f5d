"""What runs in the process of one Lambda execution environment: loads a handler and feeds it events, one JSON line
each.

Started by `emulator/functions.py` under a bare interpreter (`-I`, no installed packages), so it imports the standard
library alone and only what the function's package and its layers hold can be imported. Usage: lambda_process.py
REQUESTS_FD REPLIES_FD
"""

import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any


class Context:
    """The second argument of a handler (https://docs.aws.amazon.com/lambda/latest/dg/python-context.html)."""

    client_context = None
    identity = None

    def __init__(self, request: dict[str, Any]) -> None:
        self.aws_request_id = request["request_id"]
        self.invoked_function_arn = request["arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self._deadline = request["deadline"]

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._deadline - time.time()) * 1000))


def main(requests_fd: int, replies_fd: int) -> None:
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # whole lines, because all functions share one file
    with os.fdopen(requests_fd, encoding="utf-8") as requests, os.fdopen(replies_fd, "w", encoding="utf-8") as replies:

        def reply(message: dict[str, Any]) -> None:
            replies.write(json.dumps(message) + "\n")
            replies.flush()

        setup = json.loads(requests.readline())
        sys.path[:0] = setup["search_path"]
        try:
            handler = _load(setup["handler"])
        except BaseException as error:
            reply(_failure(error))
            return
        reply({"ready": True})
        for line in requests:
            request = json.loads(line)
            answer = _run(handler, request)
            sys.stdout.flush()
            reply(answer)


def _load(name: str) -> Callable[[Any, Context], Any]:
    module, function = name.rsplit(".", 1)
    handler: Callable[[Any, Context], Any] = getattr(importlib.import_module(module.replace("/", ".")), function)
    return handler


def _run(handler: Callable[[Any, Context], Any], request: dict[str, Any]) -> dict[str, Any]:
    """The handler's answer as it would leave Lambda. What a handler raises fails its invocation and nothing else."""
    try:
        return {"result": json.loads(json.dumps(handler(request["event"], Context(request))))}
    except Exception as error:
        return _failure(error)


def _failure(error: BaseException) -> dict[str, Any]:
    print(f"[ERROR] {os.environ['AWS_LAMBDA_FUNCTION_NAME']}: {type(error).__name__}", file=sys.stderr)
    traceback.print_exception(error)
    return {"error": str(error), "type": type(error).__name__}


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
