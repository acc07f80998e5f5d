"""The bodies and query parameters that requests may carry: read, checked and documented by the same models.

A workflow definition has models of its own in `engine/definition.py`. Unknown properties and parameters are errors
everywhere: a misspelt filter that filters nothing, or a misspelt condition that guards nothing, is worse than a
refusal.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from interactor.engine.definition import Name
from interactor.json_text import Json

MAX_INPUT_BYTES = 64 * 1024
"""Input of a create or resume call as UTF-8 JSON (reference, 'Instance Limits')."""

Namespace: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:@/+=-]{1,128}$")]
"""`user_…` and `org_…` by convention (reference, 'Namespace Authorization'); `#` separates the parts of our keys."""


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class CreateInstanceBody(Request):
    """What starts an instance."""

    namespace: Namespace = Field(description="The namespace that owns the instance; the token must own it.")
    input: dict[str, Json] = Field({}, description="What the scripts see as `input`; at most 64 KB.")
    version_id: str | None = Field(None, description="A published version; the current one where left out.")


class ResumeBody(Request):
    """What answers a halt: `input`, or `selected_option` with `user_input` as another spelling of it."""

    input: dict[str, Json] | None = Field(None, description="The answer; merged into `workflow_data`. At most 64 KB.")
    selected_option: str | None = Field(None, description="Another spelling of `input.choice`.")
    user_input: dict[str, Json] | None = Field(None, description="What goes with `selected_option`.")
    expected_state: str | None = Field(None, description="Resume only a thread that is halted in this state.")
    halt_id: str | None = Field(None, description="Resume only this halt, as shown on it.")

    def answer(self) -> dict[str, Json]:
        """The input, however it was spelt. Raises ValueError where it was spelt twice or not at all."""
        if self.input is not None and (self.selected_option is not None or self.user_input is not None):
            raise ValueError("give 'input', or 'selected_option' with 'user_input', not both")
        if self.input is not None:
            return self.input
        if self.selected_option is None and self.user_input is None:
            return {}
        choice = {} if self.selected_option is None else {"choice": self.selected_option}
        return (self.user_input or {}) | choice


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
    input: dict[str, Json] | str = Field(
        "${event}",
        description="The instance's input: an object in whose strings `${event.…}` stands for values of the event, or "
        "one such placeholder. By default the event itself. At most 16 KB.",
    )


class UpdateTriggerBody(Request):
    """Pauses or resumes."""

    status: Literal["active", "paused"] = Field(description="A paused trigger starts nothing, now or later.")


class EmptyBody(Request):
    """The call takes no body; `{}` is as good as none."""


class Query(BaseModel):
    """Parameters come as text, so numbers and booleans are read from it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoParameters(Query):
    pass


class Page(Query):
    limit: int = Field(100, ge=1, le=1000, description="Entries on a page.")
    cursor: str | None = Field(None, max_length=1024, description="`next_cursor` of the page before.")


class InstancesPage(Query):
    namespace: Namespace | None = Field(None, description="Only instances of this namespace.")
    workflow_name: Name | None = Field(None, description="Only instances of this workflow.")
    status: Literal["running", "halted", "completed", "failed", "cancelled"] | None = Field(
        None, description="Only instances with this status."
    )
    awaiting_input: Literal["true", "false"] | None = Field(
        None, description="Only instances with (or without) a thread that waits for somebody."
    )
    limit: int = Field(50, ge=1, le=200, description="Entries on a page.")
    cursor: str | None = Field(None, max_length=1024, description="`next_cursor` of the page before.")
