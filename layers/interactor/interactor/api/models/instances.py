"""Requests about instances: start, list, answer."""

from typing import Literal

from pydantic import Field

from interactor.api.models.base import Namespace, Query, Request
from interactor.engine.definition.values import Name
from interactor.json_text import Json


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


class ResumeQuery(Query):
    dry_run: Literal["true", "false"] | None = Field(
        None, description="With `true`, nothing changes: the answer says which transition would be taken, and why."
    )


class FormQuery(Query):
    thread_id: str | None = Field(None, description="Which thread's form, where several are halted.")


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
