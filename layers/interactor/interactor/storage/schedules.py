"""EventBridge Scheduler: one schedule for each active trigger that has one, firing into the events queue.

Owns the calls to Scheduler, and the message that has a trigger's schedule looked at again. Whether a schedule is to be
there is decided in `services/align_schedule.py`.
"""

from typing import Any

from interactor.settings import Settings
from interactor.storage.triggers import Trigger
from interactor.triggers import messages

RECHECK_SECONDS = 60
"""After this long a trigger's schedule is aligned once more; no function that changes one lives longer than 29 s."""


class Schedules:
    """The schedules of one deployment, in a group of their own, which goes with the stack."""

    def __init__(self, scheduler: Any, sqs: Any, settings: Settings) -> None:
        self._scheduler = scheduler
        self._sqs = sqs
        self._settings = settings

    def recheck_later(self, account: str, trigger_id: str) -> None:
        """Have the schedule aligned in a minute, whatever happens until then."""
        self._sqs.send_message(
            QueueUrl=self._settings.events_queue_url,
            MessageBody=messages.recheck(account, trigger_id),
            DelaySeconds=RECHECK_SECONDS,
        )

    def add(self, trigger: Trigger) -> None:
        """Make the trigger's schedule, or find it made: schedules never change."""
        if trigger.schedule is None:
            raise ValueError(f"{trigger.id} has no schedule")
        target = {
            "Arn": self._settings.events_queue_arn,
            "RoleArn": self._settings.schedule_role_arn,
            "Input": messages.firing(trigger.account, trigger.id),
            "DeadLetterConfig": {"Arn": self._settings.events_dead_letters_arn},
        }
        try:
            self._scheduler.create_schedule(
                GroupName=self._settings.schedule_group,
                Name=trigger.id,
                ScheduleExpression=trigger.schedule.expression,
                ScheduleExpressionTimezone=trigger.schedule.timezone,
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target=target,
            )
        except self._scheduler.exceptions.ConflictException:
            return

    def remove(self, trigger_id: str) -> None:
        """Delete the trigger's schedule, or find it gone."""
        try:
            self._scheduler.delete_schedule(GroupName=self._settings.schedule_group, Name=trigger_id)
        except self._scheduler.exceptions.ResourceNotFoundException:
            return
