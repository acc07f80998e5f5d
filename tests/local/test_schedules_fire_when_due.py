"""`interactor_local.emulator.schedules`: a schedule fires in its time zone, at once, and says when it was due."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.local.conftest import Emulator, eventually

_TOLD = '{"due": "<aws.scheduler.scheduled-time>"}'


def schedule(emulator: Emulator, name: str, expression: str, timezone: str) -> None:
    """A schedule that fires into the queue of dead letters, which nothing else uses at the time."""
    queue = emulator.aws("sqs").get_queue_attributes(
        QueueUrl=emulator.outputs["DeadLetters"], AttributeNames=["QueueArn"]
    )
    target = {"Arn": queue["Attributes"]["QueueArn"], "RoleArn": "arn:aws:iam::000000000000:role/any", "Input": _TOLD}
    emulator.aws("scheduler").create_schedule(
        Name=name,
        ScheduleExpression=expression,
        ScheduleExpressionTimezone=timezone,
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target=target,
    )


def schedules(emulator: Emulator) -> list[Any]:
    listed: list[Any] = emulator.aws("scheduler").list_schedules()["Schedules"]
    return listed


def told(emulator: Emulator) -> Any:
    return [message["due"] for message in emulator.dead_letters() if "due" in message]


def test_a_moment_is_in_its_time_zone_and_the_target_is_told_it(corrected: Emulator) -> None:
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=5)
    local = due.astimezone(ZoneInfo("Asia/Tokyo"))
    schedule(corrected, "once", f"at({local:%Y-%m-%dT%H:%M:%S})", "Asia/Tokyo")
    assert eventually(lambda: told(corrected)) == [f"{due:%Y-%m-%dT%H:%M:%SZ}"]
    assert time.time() < due.timestamp() + 9
    assert eventually(lambda: schedules(corrected) == [])


def test_the_release_takes_it_for_utc_and_does_not_tell(released: Emulator) -> None:
    schedule(released, "once", "at(2020-01-01T00:00:00)", "Asia/Tokyo")
    assert eventually(lambda: told(released)) == ["<aws.scheduler.scheduled-time>"]
