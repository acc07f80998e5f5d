"""Play cases through a definition that need not be stored, with people and servers that do as they are told."""

from collections.abc import Sequence
from dataclasses import dataclass

from interactor.auth.principals import Principal
from interactor.clock import Millis
from interactor.engine.definition.workflow import Definition
from interactor.engine.validation import Problem
from interactor.engine.wording import did_you_mean
from interactor.errors import InvalidRequest, VersionNotFound
from interactor.ids import is_id
from interactor.json_text import Json
from interactor.services.define_workflow import checked
from interactor.services.parts import Parts
from interactor.simulation.cases import Case
from interactor.simulation.play import Play

UNSTORED_VERSION = "v_00000000000000000000000000"
"""What an instance of a definition that came with the call has for a version."""


@dataclass(frozen=True, slots=True)
class SimulateWorkflow:
    """`document`, or `name` with the published version, before that the latest, unless `version_id` says which."""

    cases: Sequence[Case]
    deadline: Millis
    document: Json = None
    name: str | None = None
    version_id: str | None = None


@dataclass(frozen=True, slots=True)
class Simulation:
    """What is simulated. Each of `plays` is played by whoever goes through its happenings."""

    definition: Definition
    version_id: str | None
    warnings: Sequence[Problem]
    plays: Sequence[Play]


def simulate_workflow(parts: Parts, caller: Principal, request: SimulateWorkflow) -> Simulation:
    """Raises InvalidWorkflow, WorkflowNotFound, VersionNotFound and InvalidRequest (a case names a state that the
    definition does not have, or one that cannot do what the case says of it). Nothing is written.
    """
    version_id = None
    warnings: Sequence[Problem] = ()
    if request.name is None:
        definition, validation = checked(parts, request.document)
        warnings = validation.warnings
    else:
        version_id = _version(parts, caller, request.name, request.version_id)
        definition = parts.workflows.definition(caller.account, version_id)
    for number, case in enumerate(request.cases):
        _check(definition, number, case)
    plays = [
        Play(definition, version_id or UNSTORED_VERSION, case, parts.scripts, parts.clock, request.deadline)
        for case in request.cases
    ]
    return Simulation(definition, version_id, warnings, plays)


def _version(parts: Parts, caller: Principal, name: str, version_id: str | None) -> str:
    workflow = parts.workflows.get(caller.account, name)
    if version_id is None:
        return workflow.published_version_id or workflow.latest_version_id
    if not is_id("v", version_id):
        raise VersionNotFound(f"Version '{version_id}' of workflow '{name}' not found")
    return parts.workflows.version(caller.account, name, version_id).version_id


def _check(definition: Definition, number: int, case: Case) -> None:
    """A misspelt state would be an answer that nobody asks for, or a server that nobody calls."""
    named = [(f"answers[{index}].state", answer.state) for index, answer in enumerate(case.answers)]
    named += [("http", state) for state in case.responses]
    for place, state in named:
        if state is not None and state not in definition.states:
            hint = did_you_mean(state, definition.states)
            raise InvalidRequest(
                f"'{place}' of case '{case.name}' names the state '{state}', which '{definition.name}' does not have"
                f"{hint}",
                {"case": number, "state": state},
            )
