"""A client of the API as a user would write one: HTTP, JSON, a bearer token. Knows nothing of the product's code."""

import json
import time
import uuid
from typing import Any

import urllib3

from tests.answered import Answered


class Client:
    """Safe for use by several threads."""

    def __init__(self, base_url: str, token: str | None) -> None:
        self._api = f"{base_url}/api/v1"
        self._token = token
        self._http = urllib3.PoolManager(maxsize=16, retries=False, timeout=60)

    def call(self, method: str, path: str, body: Any = None, raw: bytes | None = None, **headers: str) -> Answered:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self._token:
            sent.setdefault("Authorization", f"Bearer {self._token}")
        if raw is None and body is not None:
            raw = json.dumps(body).encode()
        if raw is not None:
            sent.setdefault("Content-Type", "application/json")
        answer = self._http.request(method, self._api + path, body=raw, headers=sent)
        return Answered(answer.status, answer.headers, answer.data.decode())

    def get(self, path: str, **headers: str) -> Answered:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answered:
        return self.call("POST", path, body, **headers)

    def publish(self, definition: dict[str, Any]) -> str:
        """Create and publish a definition under a name of its own; the name."""
        name = f"{definition['name'][:40]}_{uuid.uuid4().hex[:12]}"
        version_id = self.post("/workflows", {**definition, "name": name}).data["version_id"]
        assert self.post(f"/workflows/{name}/versions/{version_id}/publish").data["status"] == "published"
        return name

    def start(self, name: str, input: Any, namespace: str = "user_1", **headers: str) -> Answered:
        return self.post(f"/workflows/{name}/instances", {"namespace": namespace, "input": input}, **headers)

    def resume(self, instance_id: str, input: Any, **headers: str) -> Answered:
        return self.post(f"/workflows/instances/{instance_id}/resume", {"input": input}, **headers)

    def instance(self, instance_id: str) -> Any:
        return self.get(f"/workflows/instances/{instance_id}").data

    def wait_until(self, instance_id: str, *statuses: str, seconds: float = 30) -> Any:
        """The instance, once it has one of these statuses."""
        deadline = time.monotonic() + seconds
        while (found := self.instance(instance_id))["status"] not in statuses:
            assert time.monotonic() < deadline, found
            time.sleep(0.1)
        return found
