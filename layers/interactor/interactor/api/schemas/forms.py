"""What open forms look like, and what an answer to one would lead to."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field, RootModel
from typing_extensions import TypedDict

from interactor.api.schemas.common import HaltId, InstanceId, StateName, ThreadId
from interactor.api.schemas.explanations import ExplainedWay
from interactor.api.schemas.instances import Instance
from interactor.json_text import Json


class OpenForm(TypedDict):
    """What a halted thread asks."""

    instance_id: InstanceId
    thread_id: ThreadId
    state: StateName
    halt_id: HaltId
    schema: Annotated[dict[str, Any], Field(description="JSON Schema (draft 2020-12) of the answer, with title.")]
    ui: Annotated[dict[str, Any], Field(description="Hints, as the `uiSchema` of react-jsonschema-form.")]


class ResumePreview(TypedDict):
    """What the answer would lead to. Nothing has changed."""

    dry_run: Literal[True]
    instance_id: InstanceId
    thread_id: ThreadId
    state: StateName
    halt_id: HaltId
    would_transition_to: StateName
    transition_index: Annotated[int, Field(description="Which of the state's `transitions`, from 0.")]
    transition_key: NotRequired[str]
    explain: list[ExplainedWay]
    workflow_data_after: Annotated[dict[str, Json], Field(description="`workflow_data` with the answer in it.")]


class Resumed(RootModel[Instance | ResumePreview]):
    """The instance; with `dry_run=true`, what the answer would lead to."""
