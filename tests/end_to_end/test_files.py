"""Files against a real S3 interface: what the link allows goes in once, everything else is refused by S3 itself."""

import secrets
from typing import Any

import pytest
import urllib3

from tests.end_to_end.client import Client

MEGABYTE = 1024 * 1024
FLOW: dict[str, Any] = {
    "name": "invoices",
    "initial_state": "ask",
    "states": {
        "ask": {
            "type": "halting",
            "presentation": {
                "type": "form", "fields": [{"name": "invoice", "type": "file", "required": True, "accept": "image/*"}],
            },
            "transitions": [{"target": "done"}],
        },
        "done": {"type": "terminal"},
    },
}  # fmt: skip


@pytest.fixture
def path(user: Client) -> str:
    """The path of an instance that waits for an image."""
    return f"/workflows/instances/{user.start(user.publish(FLOW), {}).data['id']}"


def ask(user: Client, path: str, size: int) -> Any:
    body = {"field": "invoice", "filename": "photo.png", "content_type": "image/png", "size": size}
    return user.post(f"{path}/files", body).data


def send(file: Any, body: bytes, **headers: str) -> int:
    """The status that S3 answers."""
    upload = file["upload"]
    sent = upload["headers"] | {name.replace("_", "-"): value for name, value in headers.items()}
    return urllib3.request(upload["method"], upload["url"], body=body, headers=sent, retries=False).status


def test_ten_megabytes_go_up_and_come_down(user: Client, path: str) -> None:
    image = secrets.token_bytes(10 * MEGABYTE)
    file = ask(user, path, len(image))
    assert user.post(f"{path}/resume", {"input": {"invoice": file["file_id"]}}).error["code"] == "invalid_input"
    assert send(file, image) == 200
    assert user.post(f"{path}/resume", {"input": {"invoice": file["file_id"]}}).data["status"] == "completed"
    download = user.get(f"{path}/files/{file['file_id']}").data["download"]
    answer = urllib3.request("GET", download["url"], retries=False)
    assert answer.data == image
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''photo.png"
    assert answer.headers["Content-Type"] == "image/png"


def test_a_byte_more_than_ten_megabytes_is_refused_at_both_doors(user: Client, path: str) -> None:
    body = {"field": "invoice", "filename": "a.png", "content_type": "image/png", "size": 10 * MEGABYTE + 1}
    assert user.post(f"{path}/files", body).error["code"] == "invalid_input"
    assert send(ask(user, path, 10 * MEGABYTE), bytes(10 * MEGABYTE + 1)) == 403


def test_another_size_or_type_is_refused(user: Client, path: str) -> None:
    file = ask(user, path, 5)
    assert send(file, b"1234") == 403
    assert send(file, b"12345", Content_Type="text/html") == 403
    assert user.get(f"{path}/files/{file['file_id']}").data["status"] == "pending"
    assert send(file, b"12345") == 200


def test_what_has_been_uploaded_cannot_be_changed(user: Client, path: str) -> None:
    file = ask(user, path, 5)
    assert send(file, b"first") == 200
    assert send(file, b"other") == 412
    assert (
        urllib3.request("PUT", file["upload"]["url"], body=b"other", headers={"Content-Type": "image/png"}).status
        == 403
    )


def test_a_link_is_for_one_file_and_nothing_is_public(user: Client, path: str) -> None:
    file, other = ask(user, path, 5), ask(user, path, 5)
    url = file["upload"]["url"].replace(file["file_id"], other["file_id"])
    headers = file["upload"]["headers"]
    assert urllib3.request("PUT", url, body=b"12345", headers=headers, retries=False).status == 403
    assert send(file, b"12345") == 200
    assert urllib3.request("GET", file["upload"]["url"].partition("?")[0], retries=False).status == 403
