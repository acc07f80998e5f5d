"""Whatever a client sends, the token endpoints answer it in the form of RFC 6749 and never fall over."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.auth.providers import FORM, JSON, Provider, ask_token, login

VALID_FORM = b"grant_type=refresh_token&refresh_token=refresh-1&username=ann&password=right"
VALID_JSON = b'{"grant_type":"refresh_token","refresh_token":"refresh-1","username":"ann","password":"right"}'

MALFORMED = {
    "empty JSON": (JSON, b""),
    "null": (JSON, b"null"),
    "a list": (JSON, b"[]"),
    "text": (JSON, b'"grant_type"'),
    "broken JSON": (JSON, b'{"grant_type":'),
    "a byte order mark": (JSON, b"\xef\xbb\xbf{}"),
    "UTF-16": (JSON, '{"grant_type":"x"}'.encode("utf-16")),
    "invalid UTF-8": (JSON, b'{"grant_type":"\xff"}'),
    "a key twice": (JSON, VALID_JSON[:-1] + b',"scope":"workflows:read","scope":"workflows:write"}'),
    "deep nesting": (JSON, b'{"a":' + b"[" * 7000),
    "a huge number": (JSON, b'{"a":' + b"9" * 5000 + b"}"),
    "a form as JSON": (JSON, VALID_FORM),
    "JSON as a form": (FORM, VALID_JSON),
    "empty form": (FORM, b""),
    "a parameter twice": (FORM, VALID_FORM + b"&grant_type=refresh_token"),
    "an unknown parameter twice": (FORM, VALID_FORM + b"&x=1&x=2"),
    "not form-encoded": (FORM, VALID_FORM + "&x=é".encode()),
    "form-encoded, not UTF-8": (FORM, VALID_FORM + b"&x=%ff"),
    "a name without a value": (FORM, VALID_FORM + b"&x"),
    "too many parameters": (FORM, VALID_FORM + b"".join(b"&p%d=1" % number for number in range(50))),
    "no content type": (None, VALID_FORM),
    "another content type": ("text/plain", VALID_FORM),
    "a multipart form": ("multipart/form-data; boundary=x", b"--x--"),
    "no grant type": (JSON, b"{}"),
    "an empty grant type": (FORM, b"grant_type="),
}

WRONG_VALUES = [None, 1, 1.5, True, [], ["refresh-1"], {}, "a\nb", "a\x00b", "\ud800", "a\x7f", "é"]


def test_the_requests_that_are_spoilt_here_are_good_ones() -> None:
    for content_type, body in ((FORM, VALID_FORM), (JSON, VALID_JSON)):
        assert ask_token(Provider(), body, content_type).status == 200
        assert login(Provider(), body, content_type).status == 200


@pytest.mark.parametrize(("content_type", "body"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_request_is_an_invalid_request(content_type: str | None, body: bytes) -> None:
    for answer in (ask_token(Provider(), body, content_type), login(Provider(), body, content_type)):
        assert (answer.status, answer.body["error"]) == (400, "invalid_request")
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("value", WRONG_VALUES, ids=repr)
@pytest.mark.parametrize("name", ["grant_type", "refresh_token", "client_id", "client_secret", "scope"])
def test_a_parameter_of_another_type_or_with_other_characters_is_an_invalid_request(name: str, value: Any) -> None:
    provider = Provider()
    answer = ask_token(provider, {"grant_type": "refresh_token", "refresh_token": "refresh-1", name: value})
    assert (answer.status, answer.body["error"]) == (400, "invalid_request")
    assert name in answer.body["error_description"]
    assert provider.calls == []


@pytest.mark.parametrize("value", [value for value in WRONG_VALUES if value != "é"], ids=repr)
@pytest.mark.parametrize("name", ["username", "password"])
def test_a_name_or_password_that_nobody_can_have_is_an_invalid_request(name: str, value: Any) -> None:
    provider = Provider()
    answer = login(provider, {"username": "ann", "password": "right", name: value})
    assert (answer.status, answer.body["error"]) == (400, "invalid_request")
    assert provider.calls == []


@pytest.mark.parametrize("grant_type", ["password", "authorization_code", "REFRESH_TOKEN", "refresh_token "])
def test_another_grant_type_is_unsupported(grant_type: str) -> None:
    answer = ask_token(Provider(), {"grant_type": grant_type})
    assert (answer.status, answer.body["error"]) == (400, "unsupported_grant_type")


def test_a_body_may_have_16_kb_and_no_byte_more() -> None:
    body = b"grant_type=refresh_token&refresh_token=refresh-1&filler="
    at_the_limit = body.ljust(16_384, b"x")
    assert ask_token(Provider(), at_the_limit, FORM).status == 200
    answer = ask_token(Provider(), at_the_limit + b"x", FORM)
    assert (answer.status, answer.body["error"]) == (413, "invalid_request")


@pytest.mark.parametrize(
    "content_type", [FORM + "; charset=UTF-8", "Application/X-WWW-Form-Urlencoded", FORM + " ;a=b"]
)
def test_a_content_type_may_have_parameters_and_capitals(content_type: str) -> None:
    assert ask_token(Provider(), b"grant_type=refresh_token&refresh_token=refresh-1", content_type).status == 200


def test_unknown_parameters_are_passed_over() -> None:
    answer = ask_token(Provider(), {"grant_type": "refresh_token", "refresh_token": "refresh-1", "audience": [1]})
    assert answer.status == 200


@given(st.sampled_from([JSON, FORM, None]), st.binary(max_size=200), st.none() | st.text(max_size=40))
def test_no_bytes_make_an_endpoint_raise(content_type: str | None, body: bytes, authorization: str | None) -> None:
    answer = ask_token(Provider(), body, content_type, authorization)
    assert answer.body["error"] in {"invalid_request", "invalid_client", "unsupported_grant_type"}
