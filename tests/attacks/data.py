"""Hostile data by kind, from the JSON files beside this one, and what every answer to any of it must be like.

In the files `{"repeat": "a", "times": 9}` stands for a long text, `{"join": […]}` for one put together of parts.
"""

import json
from pathlib import Path
from typing import Any

from interactor.api.routes.route import Route
from tests.answered import Answered
from tests.api.openapi.documented import check

LONGEST_REFUSAL = 20_000


def cases(kind: str) -> Any:
    """The content of `<kind>.json`."""
    return json.loads(Path(__file__).with_name(f"{kind}.json").read_text(encoding="utf-8"), object_hook=_long_text)


def judge(route: Route, answer: Answered, case: str) -> None:
    """The answer is one that the document has for this route, no fault of ours, and short if it is a refusal."""
    assert answer.status < 500, f"{case}: {answer.text}"
    assert answer.status < 400 or len(answer.text) < LONGEST_REFUSAL, f"{case}: {len(answer.text)} bytes"
    if answer.status < 400 or answer.error["code"] not in ("not_found", "method_not_allowed"):  # the path led elsewhere
        check(route.operation, answer)


def _long_text(value: dict[str, Any]) -> Any:
    if value.keys() == {"repeat", "times"}:
        return value["repeat"] * value["times"]
    if value.keys() == {"join"}:
        return "".join(value["join"])
    return value
