"""The route table as test data: every operation with a path that leads somewhere and a body that it takes."""

from typing import Any

from interactor.api.routes.route import Route
from interactor.api.routes.table import ROUTES
from tests.definitions import end, form, halt, workflow
from tests.world import Answered, World

INVOICE = form({"name": "invoice", "type": "file"})
FLOW = workflow(ask=halt("end", presentation=INVOICE), end=end())
PROTECTED = [route for route in ROUTES if route.scope]
TAKES_BODY = [route for route in PROTECTED if route.body]
TRIGGER = {
    "name": "orders", "workflow_name": "flow", "namespace": "user_1", "event_pattern": {"source": ["x"]},
}  # fmt: skip
SUBSCRIPTION = {
    "url": "https://receiver.example/hook", "events": ["workflow.*"], "namespace_filter": "user_1",
}  # fmt: skip
BODIES: dict[str, Any] = {
    "create_workflow": workflow("another", a=end()),
    "validate_workflow": FLOW,
    "simulate_workflow": {"name": "flow"},
    "create_version": FLOW,
    "create_instance": {"namespace": "user_1"},
    "resume_instance": {"input": {}},
    "resume_thread": {"input": {}},
    "upload_file": {"field": "invoice", "filename": "a.pdf", "content_type": "application/pdf", "size": 5},
    "create_trigger": {**TRIGGER, "name": "another"},
    "update_trigger": {"status": "paused"},
    "create_subscription": SUBSCRIPTION,
    "update_subscription": {"status": "paused"},
    "start_replay": {"since": "2026-01-20T12:00:00Z"},
    "put_secret": {"value": "correct horse battery staple"},
}


FOR_WHOLE_ACCOUNTS = {"get_workflow_statistics"}
"""What is only for tokens that own every namespace."""


def owner_of(route: Route) -> tuple[str, str]:
    """Who may, and the namespace for which they may."""
    return ("service", "*") if route.operation in FOR_WHOLE_ACCOUNTS else ("user", "user_1")


def name_of(route: Route) -> str:
    return route.operation


class Place:
    """A world in which every route leads to something of the user's: a workflow, a draft, an instance, a trigger, a
    webhook subscription, a delivery, a replay, a secret of the account.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        world.publish(FLOW)
        draft = world.post("/workflows/flow/versions", FLOW).data["version_id"]
        instance_id = world.start("flow").data["id"]
        world.call("PUT", "/secrets/API_KEY", BODIES["put_secret"])
        file_id = world.post(f"/workflows/instances/{instance_id}/files", BODIES["upload_file"]).data["file_id"]
        trigger_id = world.post("/triggers", TRIGGER).data["id"]
        subscription_id = world.post("/webhooks/subscriptions", SUBSCRIPTION).data["id"]
        subscription = f"/webhooks/subscriptions/{subscription_id}"
        self.names = {
            "workflow_name": "flow",
            "version_id": draft,
            "instance_id": instance_id,
            "event_id": world.get(f"/workflows/instances/{instance_id}/history").data["events"][0]["id"],
            "thread_id": "thread_main",
            "file_id": file_id,
            "trigger_id": trigger_id,
            "subscription_id": subscription_id,
            "delivery_id": world.post(f"{subscription}/test").data["id"],
            "replay_id": world.post(f"{subscription}/replay", BODIES["start_replay"]).data["id"],
            "secret_name": "API_KEY",
        }

    def path(self, route: Route) -> str:
        return route.path.format(**self.names)

    def spoilt_paths(self, route: Route, text: str) -> list[str]:
        """The route's path with this text for each of its names in turn."""
        spoilt = [{**self.names, name: text} for name in self.names if f"{{{name}}}" in route.path]
        return [route.path.format(**names) for names in spoilt]

    def call(self, route: Route, *, path: str | None = None, **options: Any) -> Answered:
        """A call that succeeds, unless the options spoil it."""
        options.setdefault("raw", None)
        options.setdefault("as_", owner_of(route)[0])
        body = BODIES.get(route.operation) if options["raw"] is None else None
        return self.world.call(route.method, path or self.path(route), body, **options)
