"""What the service answers when all goes well is what the document says, in every form that it can take."""

from typing import Any

import pytest

from interactor.api import examples
from interactor.api.routes.table import ROUTES
from interactor.engine.work import HttpAnswered
from tests.api.openapi.documented import check
from tests.api.openapi.journeys import (
    APPROVAL,
    CALLING,
    CAUGHT,
    CHOOSING,
    DECISION,
    FAILING,
    INVOICE,
    KEY,
    LOGGING,
    ON_EVENT,
    ON_SCHEDULE,
    REPLAY,
    SECRET,
    START,
    STUCK,
    SUBSCRIBE,
    TELLING,
    Situation,
    asking_for_a_file,
    awaited,
    awaiting_a_file,
    change,
    delete,
    disabled,
    drafted,
    ended,
    get,
    post,
    published,
    replaying,
    served,
    start,
    started,
    subscribed,
    triggered,
    uploaded,
    with_secret,
    workflow,
)
from tests.triggers.deliveries import deliver, event
from tests.world import Answered, World

SIMULATE = examples.REQUESTS["simulate_workflow"]["one case"]
HELLO = examples.REQUESTS["validate_workflow"]["hello"]
UNREACHED = {**HELLO, "states": {**HELLO["states"], "island": {"type": "terminal"}}}
SUBSCRIBE_WITHOUT = examples.REQUESTS["create_subscription"]["made_secret"]
NAMELESS = {name: value for name, value in APPROVAL.items() if name != "name"}


def again(world: World) -> Answered:
    path = published(world)
    post(world, path, START, KEY)
    replayed = post(world, path, START, KEY)
    assert replayed.headers["Idempotent-Replayed"] == "true"
    return replayed


def one_of_two_workflows(world: World) -> Answered:
    post(world, "/workflows", APPROVAL)
    post(world, "/workflows", HELLO)
    return get(world, "/workflows", "limit=1")


def dry_run(world: World, path: str, body: Any) -> Answered:
    return world.post(path, body, as_="service", query="dry_run=true")


def simulated(world: World) -> Answered:
    published(world)
    return post(world, "/workflows/simulate", examples.REQUESTS["simulate_workflow"]["several cases"])


def simulated_in_full(world: World) -> Answered:
    """Failures caught and not, retries, answers refused and not needed, differences, a warning."""
    retried = {**CALLING, "logic": {**CALLING["logic"], "retry": {"attempts": 2}}}
    definition = workflow(
        CHOOSING, end={**retried, "transitions": [{"target": "stuck"}]}, stuck=STUCK, done={"type": "terminal"}
    )
    answers = [{"input": {"choice": "swim"}}, {"input": {"choice": "ship"}}, {"input": {}}]
    case = {
        "answers": answers,
        "http": {"end": {"error": "http_error"}},
        "expect": {"error": "none", "path": ["first"]},
    }
    return post(world, "/workflows/simulate", {"definition": definition, "cases": [case, {**case, "http": {}}]})


def cancelled(world: World) -> Answered:
    instance = started(world)
    post(world, f"{instance}/cancel")
    return get(world, instance)


def chosen(world: World) -> str:
    instance = started(world, workflow(CHOOSING))
    post(world, f"{instance}/resume", {"selected_option": "ship"})
    return instance


def an_event(world: World) -> Answered:
    instance = ended(world)
    event = get(world, f"{instance}/history", "types=transition").data["events"][-1]
    return get(world, f"{instance}/events/{event['id']}", "include_data=true")


def two_errors(world: World) -> Answered:
    start(world, workflow(CAUGHT))
    post(world, f"/workflows/{APPROVAL['name']}/instances", START)
    world.play_stream()
    return get(world, "/workflows/errors", "limit=1")


def created(world: World, trigger: Any) -> Answered:
    published(world)
    return post(world, "/triggers", trigger)


def paused(world: World) -> Answered:
    return change(world, triggered(world), {"status": "paused"})


def completed(world: World) -> Answered:
    once = {"expression": "at(2026-01-20T12:00:01)", "timezone": "UTC"}
    path = triggered(world, {**ON_SCHEDULE, "schedule": once})
    world.clock.pass_by(2_000)
    return get(world, path)


def failed_event(world: World) -> Answered:
    post(world, "/workflows", HELLO)
    trigger = post(world, "/triggers", {**ON_EVENT, "workflow_name": HELLO["name"]}).data
    deliver(world, event(detail={"amount": 5000}))
    return get(world, f"/triggers/{trigger['id']}/failures")


def rotating(world: World) -> Answered:
    path = subscribed(world)
    change(world, path, {"rotate_secret": True})
    return get(world, path)


def delivered(world: World) -> Answered:
    path = awaited(world)
    world.settle()
    return get(world, path)


def given_up(world: World) -> Answered:
    for _ in range(6):
        served(world, HttpAnswered(500, {}, {"no": 1}))
    awaited(world)
    world.pass_until(world.clock.now + 6 * 60 * 60 * 1000)
    listed = get(world, "/webhooks/deliveries", "status=dead")
    assert listed.data["deliveries"]
    return listed


def in_good_health(world: World) -> Answered:
    delivery = post(world, f"{subscribed(world)}/test").data
    world.settle()
    return get(world, f"/webhooks/subscriptions/{delivery['subscription_id']}")


def replayed(world: World) -> Answered:
    path = replaying(world)
    world.settle()
    return get(world, path)


def of_workflow(path: str) -> str:
    return f"/workflows/{path.split('/')[2]}/stats"


def counted(world: World) -> Answered:
    ended(world)
    start_again = post(world, f"/workflows/{APPROVAL['name']}/instances", START)
    assert start_again.data["status"] == "halted"
    world.count_commits()
    return get(world, of_workflow(f"/workflows/{APPROVAL['name']}"))


SITUATIONS: list[tuple[str, str, Situation]] = [
    ("create_workflow", "the example", lambda world: post(world, "/workflows", APPROVAL)),
    ("validate_workflow", "the example", lambda world: post(world, "/workflows/validate", HELLO)),
    ("validate_workflow", "an invalid one", lambda world: post(world, "/workflows/validate", {})),
    ("validate_workflow", "a doubtful one", lambda world: post(world, "/workflows/validate", UNREACHED)),
    ("simulate_workflow", "the example", lambda world: post(world, "/workflows/simulate", SIMULATE)),
    ("simulate_workflow", "of a stored one, with expectations", simulated),
    ("simulate_workflow", "with everything that can happen", simulated_in_full),
    ("list_workflows", "none", lambda world: get(world, "/workflows")),
    ("list_workflows", "a page", one_of_two_workflows),
    ("get_workflow", "a draft", lambda world: get(world, drafted(world).partition("/versions")[0])),
    ("get_workflow", "published", lambda world: get(world, published(world).removesuffix("/instances"))),
    ("list_versions", "published", lambda world: get(world, published(world).replace("instances", "versions"))),
    (
        "create_version", "without a name",
        lambda world: post(world, drafted(world).rpartition("/")[0], NAMELESS),
    ),
    ("get_version", "a draft", lambda world: get(world, drafted(world))),
    ("publish_version", "a draft", lambda world: post(world, f"{drafted(world)}/publish")),
    ("get_workflow_statistics", "nothing counted", lambda world: get(world, of_workflow(drafted(world)))),
    ("get_workflow_statistics", "ended and waiting", counted),
    ("get_openapi", "this", lambda world: get(world, "/openapi.json")),
    ("create_instance", "halted at a form", start),
    ("create_instance", "halted with choices", lambda world: start(world, workflow(CHOOSING))),
    ("create_instance", "halted with instructions", lambda world: start(world, workflow(TELLING))),
    ("create_instance", "completed", lambda world: start(world, workflow(LOGGING))),
    ("create_instance", "running", lambda world: start(world, headers={"Prefer": "respond-async"})),
    ("create_instance", "again", again),
    ("list_instances", "none", lambda world: get(world, "/workflows/instances")),
    ("list_instances", "one", lambda world: started(world) and get(world, "/workflows/instances")),
    ("get_instance", "halted", lambda world: get(world, started(world))),
    ("get_instance", "answered and completed", lambda world: get(world, ended(world))),
    ("get_instance", "with a log", lambda world: get(world, started(world, workflow(LOGGING)))),
    ("get_instance", "with an error caught", lambda world: get(world, started(world, workflow(CAUGHT)))),
    ("get_instance", "failed", lambda world: get(world, started(world, workflow(FAILING)))),
    ("get_instance", "cancelled", cancelled),
    ("get_form", "of a form", lambda world: get(world, f"{started(world)}/form")),
    ("get_form", "of choices", lambda world: get(world, f"{started(world, workflow(CHOOSING))}/form")),
    ("resume_instance", "a dry run", lambda world: dry_run(world, f"{started(world)}/resume", DECISION)),
    (
        "resume_instance", "a dry run of a choice",
        lambda world: dry_run(world, f"{started(world, workflow(CHOOSING))}/resume", {"selected_option": "stop"}),
    ),
    (
        "resume_thread", "a dry run",
        lambda world: dry_run(world, f"{started(world)}/threads/thread_main/resume", DECISION),
    ),
    ("resume_instance", "completed", lambda world: post(world, f"{started(world)}/resume", DECISION)),
    ("cancel_instance", "halted", lambda world: post(world, f"{started(world)}/cancel")),
    ("list_events", "answered and completed", lambda world: get(world, f"{ended(world)}/history", "include_data=true")),
    ("list_events", "with a log", lambda world: get(world, f"{started(world, workflow(LOGGING))}/history")),
    ("list_events", "with an error caught", lambda world: get(world, f"{started(world, workflow(CAUGHT))}/history")),
    ("list_events", "failed for want of a way", lambda world: get(world, f"{started(world, workflow(STUCK))}/history")),
    ("list_events", "chosen", lambda world: get(world, f"{chosen(world)}/history")),
    ("get_event", "with data", an_event),
    ("list_errors", "none", lambda world: get(world, "/workflows/errors")),
    ("list_errors", "two", two_errors),
    ("list_threads", "halted", lambda world: get(world, f"{started(world)}/threads")),
    ("list_threads", "completed", lambda world: get(world, f"{ended(world)}/threads")),
    (
        "resume_thread", "completed",
        lambda world: post(world, f"{started(world)}/threads/thread_main/resume", DECISION),
    ),
    ("upload_file", "the example", lambda world: post(world, asking_for_a_file(world), INVOICE)),
    ("list_files", "none", lambda world: get(world, asking_for_a_file(world))),
    ("list_files", "one", lambda world: get(world, uploaded(world).rpartition("/")[0])),
    ("get_file", "not yet uploaded", lambda world: get(world, awaiting_a_file(world))),
    ("get_file", "uploaded", lambda world: get(world, uploaded(world))),
    ("create_trigger", "for events", lambda world: created(world, ON_EVENT)),
    ("create_trigger", "with a schedule", lambda world: created(world, ON_SCHEDULE)),
    ("list_triggers", "none", lambda world: get(world, "/triggers")),
    ("list_triggers", "one", lambda world: triggered(world) and get(world, "/triggers")),
    ("get_trigger", "for events", lambda world: get(world, triggered(world))),
    ("get_trigger", "with a schedule", lambda world: get(world, triggered(world, ON_SCHEDULE))),
    ("get_trigger", "completed", completed),
    ("update_trigger", "paused", paused),
    ("delete_trigger", "for events", lambda world: delete(world, triggered(world))),
    ("list_trigger_failures", "none", lambda world: get(world, f"{triggered(world)}/failures")),
    ("list_trigger_failures", "one", failed_event),
    ("create_subscription", "with a secret", lambda world: post(world, "/webhooks/subscriptions", SUBSCRIBE)),
    ("create_subscription", "without one", lambda world: post(world, "/webhooks/subscriptions", SUBSCRIBE_WITHOUT)),
    ("list_subscriptions", "none", lambda world: get(world, "/webhooks/subscriptions")),
    ("list_subscriptions", "one", lambda world: subscribed(world) and get(world, "/webhooks/subscriptions")),
    ("get_subscription", "active", lambda world: get(world, subscribed(world))),
    ("get_subscription", "disabled", lambda world: get(world, disabled(world))),
    ("get_subscription", "with two secrets", rotating),
    ("update_subscription", "paused", lambda world: change(world, subscribed(world), {"status": "paused"})),
    ("update_subscription", "rotated", lambda world: change(world, subscribed(world), {"rotate_secret": True})),
    ("get_subscription", "in good health", in_good_health),
    ("test_subscription", "active", lambda world: post(world, f"{subscribed(world)}/test")),
    ("start_replay", "of none", lambda world: post(world, f"{subscribed(world)}/replay", REPLAY)),
    ("get_replay", "running", lambda world: get(world, replaying(world))),
    ("get_replay", "done", replayed),
    ("list_deliveries", "none", lambda world: get(world, "/webhooks/deliveries")),
    ("list_deliveries", "one", lambda world: awaited(world) and get(world, "/webhooks/deliveries")),
    ("list_deliveries", "dead", given_up),
    ("get_delivery", "pending", lambda world: get(world, awaited(world))),
    ("get_delivery", "delivered", delivered),
    ("replay_delivery", "pending", lambda world: post(world, f"{awaited(world)}/replay")),
    ("delete_subscription", "active", lambda world: delete(world, subscribed(world))),
    ("list_secrets", "none", lambda world: get(world, "/secrets")),
    ("list_secrets", "one", lambda world: get(with_secret(world), "/secrets")),
    ("put_secret", "new", lambda world: world.call("PUT", "/secrets/API_KEY", SECRET)),
    ("put_secret", "again", lambda world: with_secret(world).call("PUT", "/secrets/API_KEY", SECRET)),
    ("delete_secret", "one", lambda world: with_secret(world).call("DELETE", "/secrets/API_KEY")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "situation"),
    [pytest.param(operation, situation, id=f"{operation} {name}") for operation, name, situation in SITUATIONS],
)
def test_the_answer_is_as_documented(operation: str, situation: Situation, world: World) -> None:
    answered = situation(world)
    assert answered.status < 300, answered.text
    check(operation, answered)


def test_every_operation_succeeds_here() -> None:
    assert {operation for operation, _, _ in SITUATIONS} == {route.operation for route in ROUTES}
