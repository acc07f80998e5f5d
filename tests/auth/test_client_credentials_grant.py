"""The grant `client_credentials`: a service account's id and secret for an access token."""

import base64

import pytest

from tests.auth.providers import FORM, Provider, ask_token

GRANT = {"grant_type": "client_credentials"}
CREDENTIALS = {**GRANT, "client_id": "service", "client_secret": "s+cret/"}


def basic(joined: str) -> str:
    return "Basic " + base64.b64encode(joined.encode()).decode()


def test_the_answer_has_an_access_token_and_no_refresh_token() -> None:
    answer = ask_token(Provider(), CREDENTIALS)
    assert answer.status == 200
    assert sorted(answer.body) == ["access_token", "expires_in", "scope", "token_type"]


@pytest.mark.parametrize("scheme", ["Basic", "basic"])
@pytest.mark.parametrize("joined", ["service:s%2Bcret%2F", "service:s+cret/"], ids=["form-encoded", "as they are"])
def test_credentials_may_come_by_http_basic(joined: str, scheme: str) -> None:
    provider = Provider()
    authorization = basic(joined).replace("Basic", scheme)
    assert ask_token(provider, b"grant_type=client_credentials", FORM, authorization).status == 200
    assert provider.calls == [("client_token", "service", "s+cret/", None)]


def test_the_client_id_may_stand_in_the_body_as_well() -> None:
    answer = ask_token(Provider(), {**GRANT, "client_id": "service"}, authorization=basic("service:s%2Bcret%2F"))
    assert answer.status == 200


def test_the_token_is_narrowed_to_the_requested_scopes() -> None:
    assert ask_token(Provider(), {**CREDENTIALS, "scope": "workflows:write"}).body["scope"] == "workflows:write"


def test_a_scope_that_does_not_exist_is_refused_without_asking_the_provider() -> None:
    provider = Provider()
    answer = ask_token(provider, {**CREDENTIALS, "scope": "workflows:read workflows:reads"})
    assert (answer.status, answer.body["error"]) == (400, "invalid_scope")
    assert provider.calls == []


def test_scopes_beyond_the_clients_are_refused() -> None:
    answer = ask_token(Provider(), {**CREDENTIALS, "scope": "webhooks:manage"})
    assert (answer.status, answer.body["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    "authorization",
    [
        basic("service"),
        basic("service:"),
        basic(":s%2Bcret%2F"),
        basic("service:%ff"),
        basic("service:a%0Ab"),
        "Basic",
        "Basic ",
        "Basic not base64!",
        "Basic c2Vydmlj==ZQ",
        "Bearer abc",
        "",
        "é",
    ],
)
def test_a_header_without_credentials_is_an_invalid_client(authorization: str) -> None:
    provider = Provider()
    answer = ask_token(provider, GRANT, authorization=authorization)
    assert (answer.status, answer.body["error"]) == (401, "invalid_client")
    assert provider.calls == []


@pytest.mark.parametrize("joined", ["service:wrong", "nobody:s%2Bcret%2F"])
def test_wrong_credentials_are_an_invalid_client_with_a_challenge(joined: str) -> None:
    answer = ask_token(Provider(), GRANT, authorization=basic(joined))
    assert (answer.status, answer.body["error"]) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="interactor"'


@pytest.mark.parametrize("missing", ["client_id", "client_secret"])
def test_without_id_or_secret_the_client_is_invalid(missing: str) -> None:
    provider = Provider()
    answer = ask_token(provider, {**CREDENTIALS, missing: ""})
    assert (answer.status, answer.body["error"]) == (401, "invalid_client")
    assert provider.calls == []


@pytest.mark.parametrize("body", [CREDENTIALS, {**GRANT, "client_id": "another"}])
def test_credentials_in_two_places_are_an_invalid_request(body: dict[str, str]) -> None:
    answer = ask_token(Provider(), body, authorization=basic("service:s%2Bcret%2F"))
    assert (answer.status, answer.body["error"]) == (400, "invalid_request")


def test_a_client_that_is_no_principal_is_an_invalid_client() -> None:
    provider = Provider()
    provider.claims = {"account": None}
    answer = ask_token(provider, CREDENTIALS)
    assert (answer.status, answer.body["error"]) == (401, "invalid_client")
