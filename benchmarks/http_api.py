"""The approval over HTTP, as any client would make it, on a running stack."""

import json
from typing import Any

import urllib3

from benchmarks.flow import ANSWER, DEFINITION, NAME, START


class HttpApi:
    """`stack` is the content of `stack.json`; `clients` may call at the same time."""

    def __init__(self, stack: dict[str, Any], token: str, clients: int) -> None:
        self._http = urllib3.PoolManager(maxsize=clients, headers={"Authorization": f"Bearer {token}"}, retries=False)
        self._url = f"{stack['base_url']}/api/v1/workflows"
        version = self._call("POST", "", DEFINITION)["version_id"]
        self._call("POST", f"/{NAME}/versions/{version}/publish")

    def create(self) -> str:
        return self._call("POST", f"/{NAME}/instances", START)["id"]

    def get(self, instance_id: str) -> None:
        self._call("GET", f"/instances/{instance_id}")

    def resume(self, instance_id: str) -> None:
        self._call("POST", f"/instances/{instance_id}/resume", ANSWER)

    def _call(self, method: str, path: str, body: object = None) -> dict[str, str]:
        answer = self._http.request(method, self._url + path, body=None if body is None else json.dumps(body))
        if answer.status >= 300:
            raise RuntimeError(answer.data.decode())
        data: dict[str, str] = answer.json()["data"]
        return data
