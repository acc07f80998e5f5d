"""What looks like a template in somebody's data stays what it is, whichever way it goes through an instance."""

import json
from typing import Any

import pytest

from tests.attacks.data import cases
from tests.definitions import end, form, halt, http, script, workflow
from tests.world import World

TEXTS: dict[str, str] = {**cases("templates"), **cases("texts")}
NOTE = "shown to nobody"
FLOW = workflow(
    keep=script(f"return {{text: input.text, secret_note: '{NOTE}'}}", "send"),
    send=http(
        "ask",
        url="https://example.com/x?q=${workflow_data.text}",
        body={"alone": "${workflow_data.text}", "inside": "<${input.text}>", "deep": [["${workflow_data.text}"]]},
        result="answer",
    ),
    ask=halt(
        "end",
        presentation=form({"name": "reply", "type": "string", "label": "<${workflow_data.text}>"})
        | {"title": "${workflow_data.text}"},
    ),
    end=end(),
)


@pytest.fixture
def flow(world: World) -> World:
    world.call("PUT", "/secrets/API_KEY", {"value": "correct horse battery staple"})
    world.publish(FLOW)
    return world


def test_a_text_comes_out_as_it_went_in(flow: World) -> None:
    for case, text in TEXTS.items():
        started = flow.start("flow", {"text": text}).data
        sent: Any = flow.servers.calls[-1]
        assert json.loads(sent.body) == {"alone": text, "inside": f"<{text}>", "deep": [[text]]}, case
        instance = flow.instance(started["id"])
        assert instance["workflow_data"]["text"] == text, case
        shown = instance["halting_presentation"]
        assert (shown["title"], shown["fields"][0]["label"]) == (text, f"<{text}>"), case
        told = json.dumps([sent.url, shown])
        assert NOTE not in told, case
        assert "correct horse" not in told, case
        reply = flow.resume(started["id"], {"reply": text}).data
        assert (reply["status"], reply["workflow_data"]["reply"]) == ("completed", text), case


@pytest.mark.parametrize("text", ["a\r\nX-Admin: 1", "a\0"])
def test_a_text_that_would_be_a_header_of_its_own_is_sent_in_none(world: World, text: str) -> None:
    world.publish(workflow(a=http("b", headers={"X-Note": "${input.text}"}), b=end()))
    world.start("flow", {"text": text})
    assert [call.headers for call in world.servers.calls] == [{"X-Note": text}]  # refused by `egress/`, which is faked
