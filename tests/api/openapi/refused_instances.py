"""What calls about instances, their history and files are refused for: how each code comes about, for
`test_real_refusals.py`.
"""

from typing import Any
from unittest.mock import patch

from interactor.engine.signals import MAX_INPUT_BYTES
from interactor.engine.work import HttpAnswered, HttpFailed
from tests.answered import Answered
from tests.api.openapi.journeys import (
    APPROVAL,
    ASKING,
    CALLING,
    DECISION,
    FAILING,
    GROWING,
    INVOICE,
    KEY,
    NAME,
    NO_EVENT,
    NO_FILE,
    NO_INSTANCE,
    NO_VERSION,
    START,
    STUCK,
    Refusal,
    Situation,
    asked_before,
    asking_for_a_file,
    drafted,
    ended,
    get,
    meanwhile,
    post,
    published,
    round_and_round,
    served,
    start,
    started,
    workflow,
)
from tests.world import World

NO_INSTANCE_THERE = f"/workflows/instances/{NO_INSTANCE}"
LARGE_INPUT = {"text": "x" * MAX_INPUT_BYTES}
NOT_FOUND = HttpAnswered(404, {}, None)
NO_ANSWER = HttpFailed("http_timeout", "example.com did not answer within 10000 ms", retriable=False)


def of_draft_only(world: World) -> Answered:
    drafted(world)
    return post(world, f"/workflows/{NAME}/instances", START)


def created_with_a_used_key(world: World) -> Answered:
    path = published(world)
    post(world, path, START, KEY)
    return post(world, path, {**START, "input": {}}, KEY)


def created_twice_at_once(world: World) -> Answered:
    path = published(world, workflow(CALLING))
    return meanwhile(world, lambda: post(world, path, START, KEY))


def created_past_the_quota(world: World) -> Answered:
    path = published(world)
    world.limit_instances(1)
    post(world, path, START)
    return post(world, path, START)


CREATION: dict[tuple[int, str], Situation] = {
    (404, "workflow_not_found"): lambda world: post(world, "/workflows/none/instances", START),
    (404, "version_not_found"): lambda world: post(world, published(world), {**START, "version_id": NO_VERSION}),
    (400, "workflow_not_published"): of_draft_only,
    (413, "payload_too_large"): lambda world: post(world, published(world), {**START, "input": LARGE_INPUT}),
    (429, "namespace_quota_exceeded"): created_past_the_quota,
    (422, "idempotency_key_reused"): created_with_a_used_key,
    (409, "idempotency_in_progress"): created_twice_at_once,
    (500, "script_error"): lambda world: start(world, workflow(FAILING)),
    (500, "invalid_transition"): lambda world: start(world, workflow(STUCK)),
    (500, "data_limit_exceeded"): lambda world: start(world, workflow(GROWING)),
    (500, "step_limit_exceeded"): lambda world: start(world, workflow(round_and_round("first"))),
    (500, "http_error"): lambda world: start(served(world, NOT_FOUND), workflow(CALLING)),
    (500, "http_timeout"): lambda world: start(served(world, NO_ANSWER), workflow(CALLING)),
}


def resumption(ending: str) -> dict[tuple[int, str], Situation]:
    """What both ways to resume refuse; `ending` is what follows the path of the instance."""

    def resumed(definition: dict[str, Any], body: Any = DECISION) -> Situation:
        return lambda world: post(world, started(world, definition) + ending, body)

    def then(state: dict[str, Any]) -> Situation:
        return resumed(asked_before(state))

    def with_a_used_key(world: World) -> Answered:
        path = started(world) + ending
        post(world, path, DECISION, KEY)
        return post(world, path, {}, KEY)

    def twice_at_once(world: World) -> Answered:
        path = started(world, asked_before(CALLING)) + ending
        return meanwhile(world, lambda: post(world, path, DECISION, KEY))

    return {
        (404, "instance_not_found"): lambda world: post(world, NO_INSTANCE_THERE + ending, DECISION),
        (400, "invalid_input"): resumed(workflow(ASKING), {"input": {}}),
        (400, "invalid_transition"): resumed(workflow(ASKING), {"input": {"size": 3}}),
        (409, "concurrent_modification"): resumed(APPROVAL, {**DECISION, "expected_state": "elsewhere"}),
        (413, "payload_too_large"): resumed(APPROVAL, {"input": LARGE_INPUT}),
        (422, "idempotency_key_reused"): with_a_used_key,
        (409, "idempotency_in_progress"): twice_at_once,
        (500, "script_error"): then(FAILING),
        (500, "invalid_transition"): then(STUCK),
        (500, "data_limit_exceeded"): then(GROWING),
        (500, "step_limit_exceeded"): then(round_and_round("then")),
        (500, "http_error"): lambda world: then(CALLING)(served(world, NOT_FOUND)),
        (500, "http_timeout"): lambda world: then(CALLING)(served(world, NO_ANSWER)),
    }


def one_file_too_many(world: World) -> Answered:
    with patch("interactor.services.upload_file.MAX_FILES_OF_INSTANCE", 0):
        return post(world, asking_for_a_file(world), INVOICE)


_OF_OPERATIONS: dict[str, dict[tuple[int, str], Situation]] = {
    "create_instance": CREATION,
    "resume_instance": {
        **resumption("/resume"),
        (400, "instance_not_halted"): lambda world: post(world, f"{ended(world)}/resume", DECISION),
    },
    "resume_thread": {
        **resumption("/threads/thread_main/resume"),
        (404, "thread_not_found"): lambda world: post(world, f"{started(world)}/threads/thread_legal/resume"),
        (400, "thread_not_halted"): lambda world: post(world, f"{ended(world)}/threads/thread_main/resume", DECISION),
    },
    "get_instance": {(404, "instance_not_found"): lambda world: get(world, NO_INSTANCE_THERE)},
    "get_form": {
        (404, "instance_not_found"): lambda world: get(world, f"{NO_INSTANCE_THERE}/form"),
        (404, "thread_not_found"): lambda world: get(world, f"{started(world)}/form", "thread_id=thread_legal"),
        (400, "instance_not_halted"): lambda world: get(world, f"{ended(world)}/form"),
        (400, "thread_not_halted"): lambda world: get(world, f"{ended(world)}/form", "thread_id=thread_main"),
    },
    "list_threads": {(404, "instance_not_found"): lambda world: get(world, f"{NO_INSTANCE_THERE}/threads")},
    "cancel_instance": {
        (404, "instance_not_found"): lambda world: post(world, f"{NO_INSTANCE_THERE}/cancel"),
        (400, "instance_not_active"): lambda world: post(world, f"{ended(world)}/cancel"),
    },
    "list_events": {
        (404, "instance_not_found"): lambda world: get(world, f"{NO_INSTANCE_THERE}/history"),
        (404, "thread_not_found"): lambda world: get(world, f"{started(world)}/history", "thread=thread_legal"),
    },
    "get_event": {
        (404, "instance_not_found"): lambda world: get(world, f"{NO_INSTANCE_THERE}/events/{NO_EVENT}"),
        (404, "event_not_found"): lambda world: get(world, f"{started(world)}/events/{NO_EVENT}"),
    },
    "upload_file": {
        (404, "instance_not_found"): lambda world: post(world, f"{NO_INSTANCE_THERE}/files", INVOICE),
        (404, "thread_not_found"): (
            lambda world: post(world, asking_for_a_file(world), {**INVOICE, "thread_id": "thread_legal"})
        ),
        (400, "instance_not_halted"): lambda world: post(world, f"{ended(world)}/files", INVOICE),
        (400, "invalid_input"): lambda world: post(world, asking_for_a_file(world), {**INVOICE, "size": 10**8}),
        (400, "file_limit_reached"): one_file_too_many,
    },
    "list_files": {
        (404, "instance_not_found"): lambda world: get(world, f"{NO_INSTANCE_THERE}/files"),
    },
    "get_file": {
        (404, "instance_not_found"): lambda world: get(world, f"{NO_INSTANCE_THERE}/files/{NO_FILE}"),
        (404, "file_not_found"): lambda world: get(world, f"{asking_for_a_file(world)}/{NO_FILE}"),
    },
}

INSTANCES: dict[Refusal, Situation] = {
    (operation, status, code): situation
    for operation, situations in _OF_OPERATIONS.items()
    for (status, code), situation in situations.items()
}
