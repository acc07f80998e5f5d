"""Whatever is sent, the answer is a refusal that says what is wrong: never a 500, never slow, never a guess."""

import json
import time
from collections.abc import Iterator

import pytest

from interactor.api.routes.route import Route
from tests.api.matrix import TAKES_BODY, Place, name_of
from tests.attacks.data import cases
from tests.world import world

MALFORMED: dict[str, str] = cases("bodies")
NO_OBJECTS = ["null", "[]", "1", "true", '"text"', "[{}]", "0.5"]


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """One for all: what is refused changes nothing."""
    with world() as fresh:
        yield Place(fresh)


@pytest.mark.parametrize("route", TAKES_BODY, ids=name_of)
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_body_is_refused(place: Place, route: Route, body: str) -> None:
    started = time.monotonic()
    answer = place.call(route, raw=body)
    assert (answer.status, answer.error["code"]) == (400, "invalid_request")
    assert time.monotonic() - started < 2
    assert len(answer.text) < 1_000


@pytest.mark.parametrize("route", TAKES_BODY, ids=name_of)
@pytest.mark.parametrize("body", NO_OBJECTS)
def test_a_body_that_is_no_object_is_refused(place: Place, route: Route, body: str) -> None:
    answer = place.call(route, raw=body)
    assert (answer.status, answer.error["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe{}", '{"namespace": "user_1"}'.encode("utf-16"), b'{"namespace": "\xc3("}', b"\xed\xa0\x80", b"\x80"],
)
def test_a_body_that_is_not_utf_8_is_refused(place: Place, body: bytes) -> None:
    assert place.world.post("/workflows/flow/instances", raw=body).status == 400


def test_a_body_may_come_encoded(place: Place) -> None:
    body = json.dumps({"namespace": "user_1", "input": {"x": "é"}}, ensure_ascii=False).encode()
    assert place.world.post("/workflows/flow/instances", raw=body).status == 201


BAD_CREATES = [
    ({}, "namespace"),
    ({"namespace": None}, "namespace"),
    ({"namespace": 1}, "namespace"),
    ({"namespace": ""}, "namespace"),
    ({"namespace": "a#b"}, "namespace"),
    ({"namespace": "a\n"}, "namespace"),
    ({"namespace": "é"}, "namespace"),
    ({"namespace": "a" * 129}, "namespace"),
    ({"namespace": "user_1", "input": None}, "input"),
    ({"namespace": "user_1", "input": []}, "input"),
    ({"namespace": "user_1", "input": "x"}, "input"),
    ({"namespace": "user_1", "version_id": 1}, "version_id"),
    ({"namespace": "user_1", "inputs": {}}, "inputs"),
    ({"Namespace": "user_1"}, "Namespace"),
    ({"namespace": "user_1", "__proto__": {}}, "__proto__"),
    ({"namespace": "user_1", "": 1}, '[""]'),
    ({"namespace": "\ud800"}, "namespace"),
]


@pytest.mark.parametrize(("body", "field"), BAD_CREATES)
def test_a_create_that_is_wrong_names_what_is(place: Place, body: dict[str, object], field: str) -> None:
    answer = place.world.post("/workflows/flow/instances", body)
    assert (answer.status, answer.error["code"]) == (400, "invalid_request")
    assert field in answer.error["details"]["fields"]
    assert field in answer.error["message"]


BAD_RESUMES = [
    {"input": None, "x": 1},
    {"input": []},
    {"inputs": {}},
    {"input": {}, "selected_option": "a"},
    {"input": {}, "user_input": {}},
    {"selected_option": 1},
    {"user_input": []},
    {"input": {}, "expected_state": 1},
    {"input": {}, "halt_id": ["halt_1"]},
]


@pytest.mark.parametrize("body", BAD_RESUMES)
def test_a_resume_that_is_wrong_changes_nothing(place: Place, body: dict[str, object]) -> None:
    instance_id = place.world.start("flow").data["id"]
    answer = place.world.post(f"/workflows/instances/{instance_id}/resume", body)
    assert (answer.status, answer.error["code"]) == (400, "invalid_request")
    assert place.world.instance(instance_id)["status"] == "halted"


@pytest.mark.parametrize("path", ["/workflows/instances/{}/cancel"])
@pytest.mark.parametrize("body", ['{"force": true}', "[]", "{"])
def test_a_call_without_a_body_takes_none(place: Place, path: str, body: str) -> None:
    instance_id = place.world.start("flow").data["id"]
    assert place.world.post(path.format(instance_id), raw=body).status == 400
    assert place.world.post(path.format(instance_id), raw="{}").status == 200


def test_a_body_with_a_hundred_thousand_mistakes_gets_a_short_answer(place: Place) -> None:
    answer = place.world.post("/workflows/flow/instances", {f"wrong_{number}": 1 for number in range(100_000)})
    assert answer.status == 400
    assert len(answer.text) < 20_000


def test_a_mistake_of_a_megabyte_gets_a_short_answer(place: Place) -> None:
    for body in ({"x" * 1_000_000: 1}, {"namespace": "x" * 1_000_000}):
        answer = place.world.post("/workflows/flow/instances", body)
        assert answer.status == 400
        assert len(answer.text) < 2_000


@pytest.mark.parametrize("route", TAKES_BODY, ids=name_of)
def test_a_body_of_more_than_2_mb_is_too_large(place: Place, route: Route) -> None:
    answer = place.call(route, raw='{"x": "' + "a" * (2 * 1024 * 1024) + '"}')
    assert (answer.status, answer.error["code"]) == (413, "payload_too_large")
    assert answer.error["details"] == {"limit": 2 * 1024 * 1024}


def test_what_is_malformed_is_told_in_plain_words(place: Place) -> None:
    answer = place.world.call("POST", "/workflows/flow/instances", raw='{"a": "\n"}')
    assert answer.error["message"] == "The body is not valid JSON: Invalid control character at line 1, column 8"
