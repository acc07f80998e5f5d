"""The reference's three-level purchase workflow, through each of its four paths, telling a real server the decision."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.client import Client
from tests.end_to_end.receiver import Receiver

PURCHASE = json.loads((Path(__file__).parents[1] / "workflows" / "purchase_approval.json").read_text())


def purchase_telling(url: str) -> dict[str, Any]:
    definition: dict[str, Any] = json.loads(json.dumps(PURCHASE))
    definition["states"]["notify_requester"]["logic"]["url"] = f"{url}/notifications"
    return definition


@pytest.mark.parametrize(
    ("amount", "answers", "status", "path"),
    [
        (500, [], "approved", ["submit", "auto_approved", "notify_requester", "complete"]),
        (5000, [True], "approved", ["submit", "manager_approval", "approved", "notify_requester", "complete"]),
        (
            50000,
            [True, True],
            "approved",
            ["submit", "manager_approval", "vp_approval", "approved", "notify_requester", "complete"],
        ),
        (
            50000,
            [True, False],
            "rejected",
            ["submit", "manager_approval", "vp_approval", "rejected", "notify_requester", "complete"],
        ),
    ],
    ids=["small amounts pass", "the manager approves", "the VP approves", "the VP rejects"],
)
def test_a_purchase_takes_its_path_and_its_requester_is_told(
    user: Client, server: Receiver, amount: int, answers: list[bool], status: str, path: list[str]
) -> None:
    name = user.publish(purchase_telling(server.url))
    purchase = {"amount": amount, "description": "Laptops", "requester": "john@example.com"}
    found = user.start(name, purchase).data
    for approved in answers:
        assert found["status"] == "halted"
        found = user.resume(found["id"], {"approved": approved}).data
    assert (found["status"], found["current_state"]) == ("completed", "complete")
    assert found["workflow_data"]["status"] == status
    (told,) = server.wait_for(1)
    assert told.path == "/notifications"
    assert told.body == {
        "type": "purchase_decision", "email": "john@example.com", "status": status, "amount": amount,
    }  # fmt: skip
    assert [visit["state"] for visit in user.instance(found["id"])["history"]] == path


def test_the_managers_form_shows_what_is_bought_and_for_how_much(user: Client, server: Receiver) -> None:
    name = user.publish(purchase_telling(server.url))
    found = user.start(name, {"amount": 5000, "description": "Laptops", "requester": "john@example.com"}).data
    form = user.instance(found["id"])["halting_presentation"]
    assert form["description"] == "Purchase request for Laptops - $5000"
