"""The limits that a deployment has by default, met by eight clients at once on a stack of their own."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from interactor_local.building import PROJECT
from interactor_local.data_directory import DataDirectory
from interactor_local.launching import Options, start
from tests.answered import Answered
from tests.end_to_end.client import Client
from tests.stack import Stack, free_port

CLIENTS = 8

ASK: dict[str, Any] = {
    "name": "ask",
    "initial_state": "question",
    "states": {
        "question": {"type": "halting", "transitions": [{"target": "end"}]},
        "end": {"type": "terminal"},
    },
}


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    data = DataDirectory(tmp_path_factory.mktemp("limited"), installed=PROJECT / ".local")
    settings = {"rate_limits": "default", "max_active_instances": "20"}
    start(data, Options(port=free_port(), iam=True, settings=settings), print, follow_parent=True)
    try:
        yield Stack(data)
    finally:
        data.stop()


def in_one_minute(user: Client, path: str, body: Any, calls: int) -> list[Answered]:
    """The answers to calls that eight clients make at once, tried again where a minute ended between them."""
    while True:
        with ThreadPoolExecutor(CLIENTS) as pool:
            answers = list(pool.map(lambda _: user.post(path, body), range(calls)))
        resets = {answer.headers["X-RateLimit-Reset"] for answer in answers}
        if len(resets) == 1:
            return answers


def test_of_101_writes_exactly_100_pass(limited: Stack) -> None:
    user = Client(limited.base_url, limited.token("globex_user"))
    answers = in_one_minute(user, "/workflows/validate", ASK, 101)
    assert Counter(answer.status for answer in answers) == {200: 100, 429: 1}
    assert sorted(int(answer.headers["X-RateLimit-Remaining"]) for answer in answers) == [0, *range(100)]
    [refused] = [answer for answer in answers if answer.status == 429]
    assert refused.error["code"] == "rate_limited"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert user.get("/workflows").status == 200, "reads are counted apart"
    acme = Client(limited.base_url, limited.token("acme_user"))
    assert acme.post("/workflows/validate", ASK).status == 200, "and so are other accounts"


def test_of_eight_clients_exactly_as_many_start_instances_as_there_are_places(limited: Stack) -> None:
    user = Client(limited.base_url, limited.token("acme_user"))
    name = user.publish(ASK)
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(lambda _: user.start(name, {}), range(30)))
    assert Counter(answer.status for answer in answers) == {201: 20, 429: 10}
    assert {answer.error["code"] for answer in answers if answer.status == 429} == {"namespace_quota_exceeded"}
    started = [answer.data["id"] for answer in answers if answer.status == 201]
    assert user.post(f"/workflows/instances/{started[0]}/cancel").status == 200
    assert user.start(name, {}).status == 201
    assert user.start(name, {}).status == 429
