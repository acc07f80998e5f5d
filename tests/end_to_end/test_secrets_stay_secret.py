"""A secret is used, leaked in ten ways by a script and echoed by a server; then it is looked for everywhere."""

import base64
import html
import json
import urllib.parse
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from interactor.storage.documents import unpack
from tests.definitions import end, halt, http, script, workflow
from tests.end_to_end.client import Client
from tests.end_to_end.receiver import Receiver
from tests.stack import Stack

KEPT = {"kept": "it is really there"}
LEAKS = """
    const key = secrets.LEAKED, bytes = [...key].map(c => c.charCodeAt(0));
    console.log(key);
    console.log('%s', secrets, {nested: [key]});
    console.log(new Error(key));
    return {
        plain: key,
        [key]: 'as a key',
        inside: 'key=' + key + ';',
        url: encodeURIComponent(key) + ' ' + escape(key),
        json: JSON.stringify(JSON.stringify({key})),
        hexadecimal: bytes.map(b => b.toString(16)).join(''),
        unicode: bytes.map(b => '\\\\u00' + b.toString(16)).join(''),
        html: bytes.map(b => '&#' + b + ';').join(''),
        percent: bytes.map(b => '%' + b.toString(16).toUpperCase()).join(''),
        deep: [[{deeper: [key]}]],
        length: key.length,
    };
"""


@pytest.fixture
def secret(user: Client) -> Iterator[str]:
    """A value with all that encodings change, of the account, under the name LEAKED."""
    value = f'{uuid.uuid4().hex}/+ "&<{uuid.uuid4().hex}'
    assert user.call("PUT", "/secrets/LEAKED", {"value": value}).status == 200
    yield value
    assert user.call("DELETE", "/secrets/LEAKED").status == 204


def forms(secret: str) -> list[str]:
    """Everything to look for: half of the secret is enough to give it away."""
    halves = secret[:32], secret[-32:]
    encoded = [base64.b64encode(secret[start:].encode())[:40].decode() for start in range(3)]
    whole = [urllib.parse.quote(secret, safe=""), json.dumps(secret)[1:-1], html.escape(secret), secret.encode().hex()]
    spelt = ["".join(form.format(byte) for byte in secret[:8].encode()) for form in ("\\u00{:x}", "&#{};", "%{:X}")]
    return [*halves, *encoded, *whole, *spelt]


def shown_to(client: Client, instance_id: str) -> str:
    paths = [
        f"/workflows/instances/{instance_id}",
        f"/workflows/instances/{instance_id}/threads",
        "/workflows/instances",
        "/workflows",
        "/secrets",
    ]
    return "".join(client.get(path).text for path in paths)


def stored(stack: Stack) -> str:
    """All that the table holds, with its documents unpacked."""
    outputs = stack.aws("cloudformation").describe_stacks()["Stacks"][0]["Outputs"]
    names = {output["OutputKey"]: output["OutputValue"] for output in outputs}
    pages = stack.aws("dynamodb").get_paginator("scan").paginate(TableName=names["TableName"])
    items = [item for page in pages for item in page["Items"]]
    unpacked = [unpack(item["document"]["B"]) for item in items if "document" in item]
    assert "it is really there" in str(unpacked)
    return str(unpacked) + json.dumps(unpacked, ensure_ascii=False) + str(items)


def test_a_secret_is_nowhere(user: Client, secret: str, server: Receiver, stack: Stack) -> None:
    server.echoes = True
    logic: dict[str, Any] = {
        "url": f"{server.url}/${{secrets.LEAKED}}?k=${{secrets.LEAKED}}",
        "headers": {"Authorization": "Bearer ${secrets.LEAKED}", "X-Key": "${secrets.LEAKED}"},
        "body": {"key": "${secrets.LEAKED}", "kept": "${input.kept}"},
    }
    name = user.publish(workflow(leak=script(LEAKS, "call"), call=http("ask", **logic), ask=halt("done"), done=end()))
    started = user.start(name, KEPT)
    assert started.status == 201, started.text
    data = started.data["workflow_data"]
    assert data["length"] == len(secret)
    assert data["call"]["body"]["headers"]["authorization"] == "Bearer ***"
    assert json.loads(data["call"]["body"]["body"]) == {"key": "***", **KEPT}
    (request,) = server.requests
    assert request.headers["authorization"] == f"Bearer {secret}"
    assert request.body["key"] == secret
    found = started.text + shown_to(user, started.data["id"]) + stack.logs() + stored(stack)
    assert not [form for form in forms(secret) if form in found]


def test_a_thrown_secret_is_nowhere(user: Client, secret: str, stack: Stack) -> None:
    thrown = user.start(
        user.publish(workflow(throw=script("throw new Error(secrets.LEAKED)", "done"), done=end())), KEPT
    )
    assert thrown.error["message"].startswith("Error: ***")
    found = thrown.text + shown_to(user, thrown.error["details"]["instance_id"]) + stack.logs() + stored(stack)
    assert not [form for form in forms(secret) if form in found]


def test_a_secret_works_outside_of_calls_and_is_seen_as_soon_as_it_is_put(user: Client, server: Receiver) -> None:
    note = {"type": "http", "method": "POST", "url": server.url, "headers": {"X-Key": "${secrets.LATE}"}}
    name = user.publish(workflow(ask=halt("done"), done=end(on_enter=note)))
    started = user.start(name, {}).data
    assert user.call("PUT", "/secrets/LATE", {"value": "put before it is needed"}).status == 200
    user.resume(started["id"], {})
    (request,) = server.wait_for(1)
    assert request.headers["x-key"] == "put before it is needed"


def test_a_missing_secret_is_named(user: Client) -> None:
    call = http("done", headers={"X-Key": "${secrets.NEVER_PUT}"})
    answer = user.start(user.publish(workflow(call=call, done=end())), {})
    assert (answer.status, answer.error["code"]) == (500, "http_error")
    assert answer.error["message"] == "There is no secret 'NEVER_PUT'"
