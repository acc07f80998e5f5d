"""Small workflows, one for each thing that can happen, and the calls that lead to it.

Callers are the service account, which owns every namespace, so that the document's own examples can be sent.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from interactor.api import examples
from interactor.engine.work import CallHttp, HttpAnswered, HttpOutcome
from tests.answered import Answered
from tests.world import World

Situation: TypeAlias = Callable[[World], Answered]
Refusal: TypeAlias = tuple[str, int, str]
"""Operation, status, code."""

APPROVAL = examples.REQUESTS["create_workflow"]["approval"]
START = examples.REQUESTS["create_instance"]["approval"]
DECISION = examples.REQUESTS["resume_instance"]["form"]
NAME = APPROVAL["name"]
NO_VERSION = "v_00000000000000000000000000"
NO_INSTANCE = "inst_00000000000000000000000000"
NO_EVENT = "evt_00000000000000000000000000"
NO_FILE = "file_00000000000000000000000000"
NO_TRIGGER = "trg_00000000000000000000000000"
NO_SUBSCRIPTION = "whsub_00000000000000000000000000"
SUBSCRIBE = examples.REQUESTS["create_subscription"]["own_secret"]
NO_DELIVERY = "del_00000000000000000000000000"
REPLAY = examples.REQUESTS["start_replay"]["dead"]
ON_EVENT = examples.REQUESTS["create_trigger"]["events"]
ON_SCHEDULE = examples.REQUESTS["create_trigger"]["schedule"]
SECRET = examples.REQUESTS["put_secret"]["key"]
INVOICE = examples.REQUESTS["upload_file"]["invoice"]
KEY = {"Idempotency-Key": "order_123_approval_v1"}


def workflow(first: dict[str, Any], **others: dict[str, Any]) -> dict[str, Any]:
    """A workflow that begins in the state `first` and can end in `end`."""
    return {"name": NAME, "initial_state": "first", "states": {"first": first, "end": {"type": "terminal"}, **others}}


def action(logic: dict[str, Any] | None = None, **transition: Any) -> dict[str, Any]:
    return {"type": "action", "logic": logic, "transitions": [{"target": "end", **transition}]}


def script(code: str) -> dict[str, Any]:
    return action({"type": "script", "code": code})


LOGGING = script("console.log('here'); return { done: true }")
FAILING = script("throw new Error('no')")
GROWING = script("return { text: 'x'.repeat(300000) }")
CALLING = action({"type": "http", "method": "GET", "url": "https://example.com/"})
STUCK = action(condition={"field": "go", "equals": True})
CAUGHT = {**FAILING, "on_error": [{"target": "end"}]}
ASKING = {
    "type": "halting",
    "presentation": {"type": "form", "fields": [{"name": "size", "type": "number", "required": True}]},
    "transitions": [{"target": "end", "condition": {"field": "size", "operator": "gt", "value": 10}}],
}
ASKING_FOR_A_FILE = {
    "type": "halting",
    "presentation": {"type": "form", "fields": [{"name": "invoice", "type": "file"}]},
    "transitions": [{"target": "end"}],
}
CHOOSING = {
    "type": "halting",
    "halting_instructions": {"type": "message", "config": {"title": "Order", "message": "Ship it?"}},
    "transition_mode": "selection",
    "transitions": [{"key": "ship", "to": "end"}, {"key": "stop", "to": "end", "description": "Do not ship"}],
}
TELLING = {
    "type": "halting",
    "halting_instructions": {"instruction": "Say what it is", "include_data": ["order"]},
    "transitions": [{"target": "end"}],
}


def round_and_round(name: str) -> dict[str, Any]:
    """A state that leads to itself."""
    return action(target=name)


def asked_before(then: dict[str, Any]) -> dict[str, Any]:
    """A workflow that reaches the state `then` when it has been answered."""
    return workflow({"type": "halting", "transitions": [{"target": "then"}]}, then=then)


def get(world: World, path: str, query: str = "") -> Answered:
    return world.get(path, as_="service", query=query)


def change(world: World, path: str, body: Any) -> Answered:
    return world.call("PATCH", path, body, as_="service")


def delete(world: World, path: str) -> Answered:
    return world.call("DELETE", path, as_="service")


def post(world: World, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answered:
    return world.post(path, body, as_="service", headers=headers)


def drafted(world: World) -> str:
    """The path of the only version of a workflow, a draft."""
    created = post(world, "/workflows", APPROVAL).data
    return f"/workflows/{NAME}/versions/{created['version_id']}"


def published(world: World, definition: dict[str, Any] = APPROVAL) -> str:
    """The path at which instances of a published workflow are created."""
    world.publish(definition, as_="service")
    return f"/workflows/{NAME}/instances"


def start(world: World, definition: dict[str, Any] = APPROVAL, headers: dict[str, str] | None = None) -> Answered:
    return post(world, published(world, definition), START, headers)


def started(world: World, definition: dict[str, Any] = APPROVAL) -> str:
    """The path of an instance, even of one that failed as it was created."""
    start(world, definition)
    (instance,) = get(world, "/workflows/instances").data["instances"]
    return f"/workflows/instances/{instance['id']}"


def ended(world: World) -> str:
    """The path of an instance that is completed."""
    instance = started(world)
    post(world, f"{instance}/resume", DECISION)
    return instance


def asking_for_a_file(world: World) -> str:
    """The path of the files of an instance whose form has the field of the example."""
    return f"{started(world, workflow(ASKING_FOR_A_FILE))}/files"


def awaiting_a_file(world: World) -> str:
    """The path of the file of the example, not yet uploaded."""
    path = asking_for_a_file(world)
    return f"{path}/{post(world, path, INVOICE).data['file_id']}"


def uploaded(world: World) -> str:
    """The path of the file of the example."""
    path = asking_for_a_file(world)
    file = post(world, path, INVOICE).data
    world.upload(file)
    return f"{path}/{file['file_id']}"


def triggered(world: World, body: Any = ON_EVENT) -> str:
    """The path of a trigger."""
    published(world)
    return f"/triggers/{post(world, '/triggers', body).data['id']}"


def subscribed(world: World, body: Any = SUBSCRIBE) -> str:
    """The path of a webhook subscription."""
    return f"/webhooks/subscriptions/{post(world, '/webhooks/subscriptions', body).data['id']}"


def awaited(world: World) -> str:
    """The path of a delivery."""
    return f"/webhooks/deliveries/{post(world, f'{subscribed(world)}/test').data['id']}"


def replaying(world: World) -> str:
    """The path of a replay."""
    subscription = subscribed(world)
    return f"{subscription}/replays/{post(world, f'{subscription}/replay', REPLAY).data['id']}"


def disabled(world: World) -> str:
    """The path of a webhook subscription that is disabled."""
    path = subscribed(world)
    found = world.parts.subscriptions.get("acme", path.rpartition("/")[2])
    assert found
    world.parts.subscriptions.disable(found, "failing", world.clock(), "op_1")
    return path


def with_secret(world: World) -> World:
    """The world in which the account has a secret API_KEY."""
    assert world.call("PUT", "/secrets/API_KEY", SECRET).status == 200
    return world


def served(world: World, outcome: HttpOutcome | Callable[[CallHttp], HttpOutcome]) -> World:
    """The world in which the next HTTP action has this outcome."""
    world.servers.answers.append(outcome)
    return world


def meanwhile(world: World, send: Callable[[], Answered]) -> Answered:
    """The answer to a request that comes while the same one is still in an HTTP action."""
    second: list[Answered] = []

    def answer(_: CallHttp) -> HttpOutcome:
        second.append(send())
        return HttpAnswered(200, {}, None)

    served(world, answer)
    send()
    return second[0]
