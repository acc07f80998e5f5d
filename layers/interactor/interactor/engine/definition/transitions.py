"""How a state is left: transitions, and the conditions that choose among them (reference, 'Transition Conditions')."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from interactor.engine.definition.values import Model, Name
from interactor.json_text import Json

MAX_TRANSITIONS = 20
"""Reference, 'Workflow Definition Limits'."""


class Condition(Model):
    """One test on the data (`field` with an operator), or `and` / `or` / `not` over others."""

    field: str | None = Field(
        default=None, description="Path into `workflow_data`, such as `amount` or `items.0.price`."
    )
    operator: Literal["equals", "not_equals", "gt", "gte", "lt", "lte", "contains", "in", "exists"] | None = Field(
        default=None, description="How the value at `field` is compared with `value`."
    )
    value: Json = Field(default=None, description="What `operator` compares with.")
    equals: Json = Field(default=None, description="Short for the operator `equals` with this value.")
    not_equals: Json = Field(default=None, description="Short for the operator `not_equals` with this value.")
    exists: bool | None = Field(
        default=None, description="Short for the operator `exists`: whether there is such a field."
    )
    all_of: list["Condition"] | None = Field(default=None, alias="and", min_length=1, description="All of these hold.")
    any_of: list["Condition"] | None = Field(
        default=None, alias="or", min_length=1, description="At least one of these holds."
    )
    negated: "Condition | None" = Field(default=None, alias="not", description="This one does not hold.")


class Transition(Model):
    """A way out of a state; the first whose condition holds is taken."""

    target: Name | None = Field(default=None, description="The state to go to.")
    to: Name | None = Field(default=None, description="Another spelling of `target`.")
    key: Name | None = Field(default=None, description="What chooses this transition in `selection` mode.")
    description: str | None = Field(default=None, description="What taking it means, for the person who chooses.")
    condition: Condition | None = Field(default=None, description="When it may be taken; without one, always.")

    @property
    def destination(self) -> str:
        """The state to go to, whichever way it was spelled."""
        return self.target or self.to or ""


Transitions: TypeAlias = Annotated[list[Transition], Field(min_length=1, max_length=MAX_TRANSITIONS)]


class OnError(Model):
    """Where an action state goes when it fails; `workflow_data.error` then has `code`, `message` and `state`."""

    target: Name = Field(description="The state to go to.")
    condition: Condition | None = Field(default=None, description="Which failures it catches; without one, all.")
