"""What cannot start an instance for good is listed with its reason; what may work later comes again, and is listed when
it has come for the last time. What is no event at all ends in the dead-letter queue.
"""

from pathlib import Path
from typing import Any

import pytest

from functions.on_event.app import MAX_RECEIVES
from interactor.errors import ConcurrentModification
from interactor.storage.triggers import FAILURES_KEPT
from tests.definitions import end, workflow
from tests.triggers.deliveries import deliver, event, failures, firing, instances, scheduled, with_trigger
from tests.world import World

DRAFT = workflow("draft", end=end())


def unavailable(operation: str, send: Any) -> Any:
    """The table takes no transaction, and so no instance; everything else works."""
    if operation == "transact_write_items":
        raise ConnectionError
    return send()


def unpublished(world: World) -> str:
    world.post("/workflows", DRAFT)
    return with_trigger(world, workflow_name="draft")


def test_a_workflow_that_is_not_published_is_told_with_the_event(world: World) -> None:
    trigger_id = unpublished(world)
    sent = event()
    assert deliver(world, sent) == []
    (failure,) = failures(world, trigger_id)
    assert (failure["event_id"], failure["source"]) == (sent["id"], "interactor.acme/orders")
    assert failure["error"] == {
        "code": "workflow_not_published", "message": "Workflow 'draft' has no published version",
    }  # fmt: skip
    assert failure["failed_at"].startswith("2026-01-20T12:00:00")


@pytest.mark.parametrize(
    ("input", "detail", "code", "reason"),
    [
        ("${event.detail.order_id}", {"order_id": "order_1"}, "invalid_input", "'input' must give an object"),
        ("${event.detail.none}", {}, "invalid_input", "'input' must give an object"),
        ("${event}", {"text": "x" * 70_000}, "payload_too_large", "the limit is 65536"),
        ({"a": ["${event}"] * 20}, {"text": "x" * 60_000}, "invalid_input", "more than 1048576 bytes"),
    ],
)
def test_an_input_that_does_not_come_out_right_is_told(
    world: World, input: Any, detail: Any, code: str, reason: str
) -> None:
    trigger_id = with_trigger(world, input=input)
    assert deliver(world, event(detail=detail)) == []
    (failure,) = failures(world, trigger_id)
    assert failure["error"]["code"] == code
    assert reason in failure["error"]["message"]
    assert instances(world) == []


def test_a_comparison_that_takes_too_long_is_told(world: World) -> None:
    trigger_id = with_trigger(world, event_pattern={"detail": {"a": [{"wildcard": f"*{n}*x"} for n in range(100)]}})
    assert deliver(world, event(detail={"a": ["y"] * 10_000})) == []
    (failure,) = failures(world, trigger_id)
    assert "takes too long" in failure["error"]["message"]


def test_a_schedule_that_cannot_start_is_told(world: World) -> None:
    world.post("/workflows", DRAFT)
    trigger_id = with_trigger(world, workflow_name="draft", schedule=scheduled())
    assert deliver(world, firing(trigger_id)) == []
    (failure,) = failures(world, trigger_id)
    assert (failure["source"], failure["detail_type"]) == ("interactor.schedule", "Schedule Due")


def test_the_same_message_again_is_told_once(world: World) -> None:
    trigger_id = unpublished(world)
    sent = event()
    deliver(world, sent)
    deliver(world, sent)
    assert len(failures(world, trigger_id)) == 1


def test_one_trigger_that_cannot_start_does_not_hold_up_the_others(world: World) -> None:
    unpublished(world)
    with_trigger(world, name="good")
    deliver(world, event())
    assert len(instances(world)) == 1


def test_what_may_work_later_comes_again(world: World) -> None:
    trigger_id = with_trigger(world)
    sent, other = event(), event(detail_type="Order Cancelled")
    world.aws.interruption = unavailable
    assert deliver(world, sent, other) == ["0"]
    assert failures(world, trigger_id) == []
    world.aws.interruption = lambda _, send: send()
    assert deliver(world, sent) == []
    assert len(instances(world)) == 1


def test_what_has_failed_for_the_last_time_is_told_and_goes_to_the_dead_letters(world: World) -> None:
    trigger_id = with_trigger(world)
    world.aws.interruption = unavailable
    assert deliver(world, event(), receives=MAX_RECEIVES) == ["0"]
    (failure,) = failures(world, trigger_id)
    assert failure["error"]["code"] == "internal_error"
    assert "ConnectionError" not in failure["error"]["message"]


def test_a_refusal_that_lasts_to_the_end_is_the_tenants_to_see_and_no_dead_letter(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise ConcurrentModification("Come again")

    monkeypatch.setattr("interactor.services.fire_triggers.start_instance", refuse)
    trigger_id = with_trigger(world)
    sent = event()
    assert deliver(world, sent, receives=MAX_RECEIVES - 1) == ["0"]
    assert failures(world, trigger_id) == []
    assert deliver(world, sent, receives=MAX_RECEIVES) == []
    (failure,) = failures(world, trigger_id)
    assert failure["error"] == {"code": "concurrent_modification", "message": "Come again"}


def test_the_queue_delivers_as_often_as_the_function_thinks() -> None:
    template = (Path(__file__).parents[2] / "template.yaml").read_text()
    queue = template.partition("  EventsQueue:")[2].partition("\n\n")[0]
    assert f"maxReceiveCount: {MAX_RECEIVES} " in queue


@pytest.mark.parametrize(
    "message",
    [
        "", "not JSON", "[]", "null", '"text"', "{}", '{"source":1,"detail-type":"x","detail":{}}',
        '{"source":"interactor.acme","detail-type":"x"}', '{"source":"interactor.acme","detail-type":"x","detail":[]}',
        '{"source":"interactor.acme","source":"interactor.acme","detail-type":"x","detail":{}}',
        '{"source":"interactor.acme","detail-type":"x","detail":{},"id":7}',
        '{"source":"interactor.acme","detail-type":"x","detail":{},"id":""}',
        '{"source":"interactor.acme","detail-type":"x","detail":{},"id":"a\\nb"}',
        '{"trigger_id":7,"account":"acme"}', '{"trigger_id":"trg_1"}',
        '{"trigger_id":"trg_1","account":"acme","scheduled_at":"<aws.scheduler.scheduled-time>"}',
        "[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_message_of_ours_fails_alone(world: World, message: str) -> None:
    with_trigger(world)
    assert deliver(world, message, event()) == ["0"]
    assert len(instances(world)) == 1


def test_failures_come_in_pages_newest_first_for_thirty_days(world: World) -> None:
    trigger_id = unpublished(world)
    sent = [event() for _ in range(3)]
    deliver(world, *sent)
    first = world.get(f"/triggers/{trigger_id}/failures", query="limit=2").data
    cursor = first["pagination"]["next_cursor"]
    second = world.get(f"/triggers/{trigger_id}/failures", query=f"limit=2&cursor={cursor}").data
    listed = [failure["event_id"] for failure in first["failures"] + second["failures"]]
    assert sorted(listed) == sorted(one["id"] for one in sent)
    assert second["pagination"] == {"has_more": False, "next_cursor": None}
    world.clock.pass_by(FAILURES_KEPT + 1_000)
    assert failures(world, trigger_id) == []
