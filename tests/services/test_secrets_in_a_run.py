"""What a run is given of its account's secrets, when they are read, and that none comes back."""

import base64
import json
from typing import Any

import pytest

from interactor.engine.work import CallHttp, HttpAnswered, HttpOutcome
from tests.aws import all_items
from tests.definitions import catch, end, halt, http, script, workflow
from tests.world import World

VALUE = "tops3cret/value+1"
BEARER = {"Authorization": "Bearer ${secrets.API_KEY}"}


def put(world: World, name: str = "API_KEY", value: str = VALUE, **options: Any) -> None:
    assert world.call("PUT", f"/secrets/{name}", {"value": value}, **options).status == 200


def look_ups(world: World) -> int:
    return len(world.aws.sent("get_parameters_by_path"))


def run(world: World, *states: tuple[str, Any], **options: Any) -> Any:
    """The instance of a flow that has been through these states."""
    names = [name for name, _ in states]
    world.publish(workflow(**dict(states)))
    assert names[-1] == "done"
    return world.instance(world.start("flow", **options).data["id"])


def test_http_logic_sends_them_in_url_header_and_body(world: World) -> None:
    put(world)
    call = http(
        "done", url="https://example.com/?k=${secrets.API_KEY}", headers=BEARER, body={"k": "${secrets.API_KEY}"}
    )
    run(world, ("call", call), ("done", end()))
    (sent,) = world.servers.calls
    assert sent.url == "https://example.com/?k=tops3cret%2Fvalue%2B1"
    assert sent.headers["Authorization"] == f"Bearer {VALUE}"
    assert json.loads(sent.body or "") == {"k": VALUE}


def test_on_enter_sends_them_too(world: World) -> None:
    put(world)
    note = {"type": "http", "method": "POST", "url": "https://example.com/", "headers": BEARER}
    world.publish(workflow(done=end(on_enter=note)))
    world.start("flow")
    world.settle()
    assert world.servers.calls[0].headers["Authorization"] == f"Bearer {VALUE}"


def test_a_script_reads_them_and_cannot_change_them(world: World) -> None:
    put(world)
    code = "secrets.API_KEY = 'x'; delete secrets.API_KEY; return {length: secrets.API_KEY.length, none: !secrets.NONE}"
    found = run(world, ("work", script(code, "done")), ("done", end()))
    assert found["workflow_data"] == {"length": len(VALUE), "none": True}


def test_a_missing_secret_is_named_and_nothing_is_sent(world: World) -> None:
    call = http("done", headers=BEARER, retry={"attempts": 3})
    world.publish(workflow(call=call, done=end()))
    error = world.start("flow").error
    assert (error["code"], error["message"]) == ("http_error", "There is no secret 'API_KEY'")
    assert world.servers.calls == []
    assert world.messages == []


def test_a_missing_secret_can_be_caught(world: World) -> None:
    call = http("done", headers=BEARER, on_error=[catch("done", "http_error")])
    found = run(world, ("call", call), ("done", end()))
    assert found["workflow_data"]["error"]["message"] == "There is no secret 'API_KEY'"


def test_a_secret_that_was_put_elsewhere_is_found_when_it_is_needed(world: World) -> None:
    put(world, "OTHER")
    world.publish(workflow(work=script("return {found: secrets.API_KEY !== undefined}", "done"), done=end()))
    assert world.start("flow").data["workflow_data"] == {"found": False}
    world.aws.send = lambda operation, request, send: send()  # type: ignore[method-assign]
    elsewhere = world.parts.secrets._ssm()
    elsewhere.put_parameter(Name="/interactor/test/secrets/acme/API_KEY", Value=VALUE, Type="SecureString")
    assert world.start("flow").data["workflow_data"] == {"found": True}


def test_they_are_read_once_a_minute(world: World) -> None:
    put(world)
    world.publish(workflow(call=http("again", headers=BEARER), again=script("secrets.API_KEY", "done"), done=end()))
    before = look_ups(world)
    world.start("flow")
    world.start("flow")
    assert look_ups(world) == before + 1
    world.clock.pass_by(61_000)
    world.start("flow")
    assert look_ups(world) == before + 2


def test_a_changed_value_and_a_deleted_secret_are_seen_at_once_in_the_same_process(world: World) -> None:
    put(world)
    world.publish(workflow(work=script("return {length: (secrets.API_KEY || '').length}", "done"), done=end()))
    assert world.start("flow").data["workflow_data"] == {"length": len(VALUE)}
    put(world, value="another-value")
    assert world.start("flow").data["workflow_data"] == {"length": 13}
    assert world.call("DELETE", "/secrets/API_KEY").status == 204
    assert world.start("flow").data["workflow_data"] == {"length": 0}


def test_a_flow_that_speaks_of_no_secrets_asks_for_none(world: World) -> None:
    put(world)
    before = look_ups(world)
    run(world, ("work", script("return {a: 1}", "call")), ("call", http("done")), ("done", end()))
    assert look_ups(world) == before


def test_who_hands_over_reads_none(world: World) -> None:
    put(world)
    before = look_ups(world)
    world.publish(workflow(call=http("done", headers=BEARER), done=end()))
    world.start("flow", headers={"Prefer": "respond-async"})
    assert look_ups(world) == before
    world.settle()
    assert len(world.servers.calls) == 1


def test_an_account_is_given_its_own(world: World) -> None:
    put(world)
    put(world, as_="stranger", value="globex-value")
    code = "return {names: Object.keys(secrets), length: secrets.API_KEY.length}"
    world.publish(workflow(work=script(code, "done"), done=end()), as_="stranger")
    found = world.start("flow", as_="stranger").data["workflow_data"]
    assert found == {"names": ["API_KEY"], "length": len("globex-value")}


LEAKS = {
    "returned": "return {k: secrets.API_KEY}",
    "as a key": "return {[secrets.API_KEY]: 1}",
    "logged": "console.log('it is', secrets.API_KEY, secrets)",
    "thrown": "throw new Error(secrets.API_KEY)",
    "encoded": "return {k: [encodeURIComponent(secrets.API_KEY), escape(secrets.API_KEY), JSON.stringify(secrets)]}",
    "in codes": "return {k: [...secrets.API_KEY].map(c => '\\\\u00' + c.charCodeAt(0).toString(16)).join('')}",
    "in hexadecimal": "return {k: [...secrets.API_KEY].map(c => c.charCodeAt(0).toString(16)).join('')}",
}


def everywhere(world: World, instance_id: str) -> str:
    """All that clients, the table and Lambda's log can show of an instance."""
    world.settle()
    stored = world.parts.instances.load("acme", instance_id)
    return json.dumps(
        [world.instance(instance_id), world.get(f"/workflows/instances/{instance_id}/threads").json, repr(stored)]
        + [repr(item) for item in all_items()]
    )


@pytest.mark.parametrize("leak", LEAKS)
def test_what_a_script_leaks_is_masked(world: World, leak: str, capsys: pytest.CaptureFixture[str]) -> None:
    put(world)
    caught = {"on_error": [catch("done")]}
    world.publish(workflow(work=script(LEAKS[leak], "done", **caught), done=end()))
    started = world.start("flow").data
    shown = everywhere(world, started["id"]) + json.dumps(started) + "".join(capsys.readouterr())
    assert "***" in shown
    for form in (VALUE, json.dumps(VALUE)[1:-1], "tops3cret", VALUE.encode().hex(), "\\u0074\\u006f"):
        assert form not in shown


def echo(call: CallHttp) -> HttpOutcome:
    """A server that shows what it was sent."""
    body = {"you sent": [call.headers, call.body, call.url, base64.b64encode((call.body or "").encode()).decode()]}
    return HttpAnswered(200, {"x-echo": call.headers["Authorization"]}, body)


def test_what_a_server_echoes_is_masked(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    put(world)
    world.servers.answers.append(echo)
    call = http("ask", headers=BEARER, body={"k": "${secrets.API_KEY}"}, url="https://example.com/${secrets.API_KEY}")
    world.publish(workflow(call=call, ask=halt("done"), done=end()))
    started = world.start("flow").data
    body = started["workflow_data"]["call"]["body"]["you sent"]
    assert body[0]["Authorization"] == "Bearer ***"
    assert body[1] == '{"k":"***"}'
    assert body[2] == "https://example.com/***"
    assert "***" in body[3]
    shown = everywhere(world, started["id"]) + "".join(capsys.readouterr())
    assert "tops3cret" not in shown
    assert base64.b64encode(json.dumps({"k": VALUE}).encode()).decode()[12:24] not in shown


def test_a_later_call_without_secrets_is_searched_as_well(world: World) -> None:
    put(world)
    world.servers.answers.extend([HttpAnswered(200, {}, None), HttpAnswered(200, {}, f"stored: {VALUE}")])
    found = run(
        world,
        ("store", http("read", headers=BEARER)),
        ("read", http("done", method="GET")),
        ("done", end()),
    )
    assert found["workflow_data"]["read"]["body"] == "stored: ***"
