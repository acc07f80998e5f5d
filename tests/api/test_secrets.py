"""Secrets over HTTP: put, listed by name, deleted, and never shown."""

import json
from typing import Any

import pytest

from interactor.services.change_secrets import MAX_SECRETS
from tests.answered import Answered
from tests.fakes import principal
from tests.world import World

VALUE = "correct horse battery staple"


def put(world: World, name: str = "API_KEY", value: Any = VALUE, **options: Any) -> Answered:
    return world.call("PUT", f"/secrets/{name}", {"value": value}, **options)


def names(world: World, **options: Any) -> list[str]:
    return [secret["name"] for secret in world.get("/secrets", **options).data["secrets"]]


def test_no_answer_and_no_log_shows_a_value(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    answers = [put(world), put(world), world.get("/secrets"), world.call("DELETE", "/secrets/API_KEY")]
    assert [answer.status for answer in answers] == [200, 200, 200, 204]
    assert answers[0].data.keys() == {"name", "updated_at"}
    assert VALUE not in "".join(answer.text or "" for answer in answers) + "".join(capsys.readouterr())


def test_they_are_listed_by_name_page_by_page(world: World) -> None:
    for name in ("b", "A", "_c", *(f"N{number}" for number in range(10))):
        put(world, name)
    expected = sorted(["b", "A", "_c", *(f"N{number}" for number in range(10))])
    assert names(world) == expected
    first = world.get("/secrets", query="limit=7").data
    second = world.get("/secrets", query=f"limit=7&cursor={first['pagination']['next_cursor']}").data
    assert [secret["name"] for secret in first["secrets"] + second["secrets"]] == expected
    assert second["pagination"] == {"has_more": False, "next_cursor": None}


def test_they_are_the_account_s_whatever_namespaces_a_token_owns(world: World) -> None:
    put(world, as_="user")
    assert names(world, as_="peer") == names(world, as_="service") == ["API_KEY"]
    assert names(world, as_="stranger") == []
    assert world.call("DELETE", "/secrets/API_KEY", as_="stranger").error["code"] == "secret_not_found"


def test_reading_workflows_is_not_enough_to_see_names(world: World) -> None:
    world.principals["user"] = principal("user", "acme", "*", scopes=frozenset({"workflows:read"}))
    assert world.get("/secrets").error["code"] == "forbidden"


@pytest.mark.parametrize("name", ["1A", "A-B", "A.B", "A" * 65, "é"])
def test_names_that_no_script_could_write(world: World, name: str) -> None:
    assert put(world, name).status in (400, 404)
    assert world.call("DELETE", f"/secrets/{name}").status == 404
    assert names(world) == []


@pytest.mark.parametrize("value", ["x" * 8, "x" * 4096, "é" * 2048, "  spaces  ", "line\nline\tend", "😀" * 8])
def test_values_at_the_limits_arrive_as_they_are(world: World, value: str) -> None:
    assert put(world, value=value).status == 200
    assert world.parts.secrets.values("acme", set()) == {"API_KEY": value}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("hunter2", "at least 8 characters"),
        ("", "at least 8 characters"),
        ("x" * 4097, "at most 4096 bytes, but has 4097"),
        ("é" * 2049, "but has 4098"),
        ("hunter2hunter\0", "U+0000"),
        ("hunter2{{ssm:x}}", "another parameter"),
        (1234567890, "must be a string"),
        (None, "must be a string"),
        (["hunter2hunter2"], "must be a string"),
    ],
)
def test_a_value_that_is_refused_is_not_repeated(world: World, value: Any, message: str) -> None:
    answer = put(world, value=value)
    assert (answer.status, answer.error["code"]) == (400, "invalid_request")
    assert message in answer.error["message"]
    assert "hunter2" not in answer.text
    assert "1234567890" not in answer.text
    assert names(world) == []


def test_half_of_a_surrogate_pair_is_no_text(world: World) -> None:
    answer = world.call("PUT", "/secrets/API_KEY", raw=json.dumps({"value": "hunter2hunter2\ud83d"}))
    fields = {"value": "must not contain half of a surrogate pair"}
    assert (answer.status, answer.error["code"], answer.error["details"]) == (
        400,
        "invalid_request",
        {"fields": fields},
    )
    assert "hunter2" not in answer.text


def test_an_account_has_a_hundred(world: World) -> None:
    for number in range(MAX_SECRETS):
        assert put(world, f"N{number}").status == 200
    refused = put(world, "one_more")
    assert (refused.error["code"], refused.error["details"]) == ("secret_limit_reached", {"limit": MAX_SECRETS})
    assert put(world, "N0").status == 200, "a known one can still be changed"
    assert len(names(world)) == MAX_SECRETS


def test_values_are_kept_encrypted_under_the_account_s_own_path(world: World) -> None:
    put(world)
    (sent,) = world.aws.sent("put_parameter")
    assert (sent["Name"], sent["Type"]) == ("/interactor/test/secrets/acme/API_KEY", "SecureString")
    (found,) = world.parts.secrets._ssm().get_parameters_by_path(Path="/interactor/test/secrets/acme")["Parameters"]
    assert found["Value"] != VALUE
