"""A running local stack as a newcomer meets it: log-ins, the demo, the logs, browsers, and no way in from elsewhere."""

import base64
import json
from typing import Any

import pytest
import urllib3

from interactor.auth.principals import SCOPES
from interactor_local.calling import Caller, CallFailed
from interactor_local.cli import main
from tests.stack import Stack


def claims(token: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


@pytest.mark.parametrize(
    ("name", "account", "namespaces"),
    [
        ("acme_user", "acme", ["org_acme", "user_1"]),
        ("acme_peer", "acme", ["user_2"]),
        ("globex_user", "globex", ["user_3"]),
        ("acme_service", "acme", ["*"]),
        ("globex_service", "globex", ["*"]),
    ],
)
def test_each_principal_is_who_it_should_be(stack: Stack, name: str, account: str, namespaces: list[str]) -> None:
    seen = claims(stack.token(name))
    assert (seen["account"], sorted(seen["namespaces"])) == (account, namespaces)
    assert set(seen["scope"].split()) == SCOPES


@pytest.mark.parametrize("name", ["acme_user", "acme_service"])
def test_a_token_can_be_had_for_less(stack: Stack, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["local", "token", name, "--scopes", "workflows:read", "--data-dir", str(stack.data.root)]) == 0
    assert claims(capsys.readouterr().out.strip())["scope"] == "workflows:read"


def test_the_demo_approves_a_request(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["local", "demo", "--data-dir", str(stack.data.root)]) == 0
    assert '"current_state": "approved"' in capsys.readouterr().out


def test_the_logs_show_the_calls(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"{stack.base_url}/api/v1/workflows"
    urllib3.request(
        "GET", url, headers={"X-Request-Id": "find-me", "Authorization": f"Bearer {stack.token('acme_user')}"}
    )
    assert main(["local", "logs", "--data-dir", str(stack.data.root)]) == 0
    assert "find-me" in capsys.readouterr().out


def test_a_page_of_any_origin_may_call(stack: Stack) -> None:
    asked = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "POST"}
    answer = urllib3.request("OPTIONS", f"{stack.base_url}/api/v1/workflows", headers=asked)
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "authorization" in answer.headers["access-control-allow-headers"]


def test_any_host_name_reaches_the_api_and_nothing_but_the_api(stack: Stack) -> None:
    for path in ("/_ministack/health", "/api/v1/nothing"):
        answer = urllib3.request("GET", f"{stack.base_url}{path}", headers={"Host": "workflows.example"})
        assert (answer.status, answer.json()["error"]["code"]) == (404, "not_found")


def test_a_body_that_api_gateway_would_not_take_is_refused(stack: Stack) -> None:
    answer = urllib3.request("POST", f"{stack.base_url}/api/v1/workflows", body=b" " * (10 * 1024 * 1024 + 1))
    assert answer.status == 413


def test_headers_that_api_gateway_would_not_take_are_refused(stack: Stack) -> None:
    url = f"{stack.base_url}/api/v1/workflows"
    statuses = [urllib3.request("GET", url, headers={"X-Long": "a" * size}).status for size in (9_000, 10_241)]
    assert statuses == [401, 431]


def test_a_function_may_do_no_more_than_its_role(stack: Stack) -> None:
    iam, role = stack.aws("iam"), _role_of(stack, "token_claims")
    policy = iam.get_role_policy(RoleName=role, PolicyName="token_claims")["PolicyDocument"]
    caller = Caller(stack.data.stack())
    iam.delete_role_policy(RoleName=role, PolicyName="token_claims")
    try:
        with pytest.raises(CallFailed):
            caller.token("acme_user")
    finally:
        iam.put_role_policy(RoleName=role, PolicyName="token_claims", PolicyDocument=json.dumps(policy))
    assert caller.token("acme_user")


def _role_of(stack: Stack, function: str) -> str:
    configuration = stack.aws("lambda").get_function_configuration(FunctionName=f"interactor-{function}")
    name: str = configuration["Role"].rsplit("/", 1)[1]
    return name
