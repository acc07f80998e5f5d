"""Requests about triggers."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from interactor.api.models.base import Namespace, Request
from interactor.engine import templates
from interactor.engine.definition.values import Name
from interactor.json_text import Json


def _check_template(value: Json) -> Json:
    if not isinstance(value, dict) and not (isinstance(value, str) and templates.is_placeholder(value)):
        raise ValueError("must be an object or one placeholder such as '${event.detail}'")
    return value


class ScheduleBody(Request):
    """When to start an instance."""

    expression: str = Field(
        max_length=256,
        description="`cron(0 9 ? * MON-FRI *)`, `rate(5 minutes)` or `at(2026-01-20T12:00:00)`, as in EventBridge.",
    )
    timezone: str = Field("UTC", description="The IANA time zone that `cron` and `at` are meant in.")


class CreateTriggerBody(Request):
    """What starts instances by itself: give either `event_pattern` or `schedule`."""

    name: Name = Field(description="Unique in the namespace.")
    workflow_name: Name = Field(description="The workflow whose published version is started.")
    namespace: Namespace = Field(description="The namespace that owns trigger and instances; the token must own it.")
    event_pattern: dict[str, Json] | None = Field(
        None, description="Start an instance for every event that matches; EventBridge's grammar, at most 4 KB."
    )
    schedule: ScheduleBody | None = Field(None, description="Start an instance whenever this is due.")
    input: Annotated[dict[str, Json] | str, BeforeValidator(_check_template)] = Field(
        "${event}",
        description="The instance's input: an object in whose strings `${event.…}` stands for values of the event, or "
        "one such placeholder. By default the event itself. At most 16 KB.",
    )


class UpdateTriggerBody(Request):
    """Pauses or resumes."""

    status: Literal["active", "paused"] = Field(description="A paused trigger starts nothing, now or later.")
