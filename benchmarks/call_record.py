"""The emulator's call record: every request that reached it, by the access key that signed it (MiniStack's CloudTrail).

It has requests without their answers, each at the moment at which it was answered. So it tells which requests were
made, and neither what they consumed nor which of them waited for which (`counting.py` adds that).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import urllib3

FUNCTIONS = "000000000000"
"""The access key of all deployed functions: the emulator's account, as long as it does not check permissions."""
_PAGE = 50
_JSON = {"Content-Type": "application/x-amz-json-1.1"}
_LOOK_UP = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as the emulator took it down; `at` in seconds of the clock."""

    id: str
    service: str
    operation: str
    asked: dict[str, Any]
    at: float


class CallRecord:
    """The record of the emulator at `aws_url`, which holds the latest 10,000 calls."""

    def __init__(self, aws_url: str) -> None:
        self._url = aws_url
        self._http = urllib3.PoolManager()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Have calls recorded. Not for what is timed: it takes the emulator's time."""
        self._switch(on=True)
        try:
            yield
        finally:
            self._switch(on=False)

    def since(self, moment: float, access_key: str) -> list[Call]:
        """What was signed with an access key and answered after `moment`, oldest first."""
        found: dict[str, Call] = {}
        asked = {
            "StartTime": moment,
            "LookupAttributes": [{"AttributeKey": "AccessKeyId", "AttributeValue": access_key}],
        }
        while True:
            page = self._look_up(asked)
            known = len(found)
            found |= {event["EventId"]: _call(event) for event in page}
            if len(page) < _PAGE:
                return sorted(found.values(), key=lambda call: call.at)
            if len(found) == known:
                raise RuntimeError(f"more than {_PAGE} calls in one moment cannot be told apart")
            asked["EndTime"] = page[-1]["EventTime"]  # newest first; there are no tokens for pages

    def _look_up(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = self._post("/", asked, {"X-Amz-Target": _LOOK_UP})["Events"]
        return events

    def _switch(self, *, on: bool) -> None:
        self._post("/_ministack/config", {"cloudtrail._recording_enabled": str(on).lower()}, {})

    def _post(self, path: str, body: Any, headers: dict[str, str]) -> Any:
        answer = self._http.request("POST", self._url + path, body=json.dumps(body), headers={**_JSON, **headers})
        if answer.status != 200:
            raise RuntimeError(f"the emulator answers {answer.status}: {answer.data.decode()}")
        return answer.json()


def kind(service: str, operation: str, asked: dict[str, Any]) -> str:
    """What a request is about: its operation, and of the table the first part of the key or the index."""
    if service != "dynamodb":
        return operation
    names = []
    for target in asked.get("TransactItems") or [asked]:
        where = next(iter(target.values())) if "TransactItems" in asked else target
        if "IndexName" in where:
            names.append(where["IndexName"])
        elif "RequestItems" in where:
            names += sorted({_part(key) for table in where["RequestItems"].values() for key in table["Keys"]})
        elif "KeyConditionExpression" in where:
            names.append(where["ExpressionAttributeValues"][":p"]["S"].split("#")[0])
        else:
            names.append(_part(where.get("Item") or where["Key"]))
    return f"{operation} {'+'.join(names)}"


def _part(key: dict[str, Any]) -> str:
    first: str = key["pk"]["S"].split("#")[0]
    return first


def _call(event: dict[str, Any]) -> Call:
    told = json.loads(event["CloudTrailEvent"])
    service = told["eventSource"].split(".")[0]
    return Call(told["requestID"], service, told["eventName"], told["requestParameters"], event["EventTime"])
