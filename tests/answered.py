"""An HTTP answer as a test reads it, from handlers in this process or from a whole stack."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answered:
    """`data` and `error` are what the envelope holds, and hold the answer to being a success or a failure."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def data(self) -> Any:
        assert self.status < 300, f"{self.status} {self.text}"
        return self.json["data"]

    @property
    def error(self) -> Any:
        assert self.status >= 400, f"{self.status} {self.text}"
        return self.json["error"]
