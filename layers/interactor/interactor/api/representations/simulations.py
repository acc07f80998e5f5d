"""What a simulation looks like to clients: its cases played one after the other, told within a bounded size."""

from collections.abc import Iterable

from interactor.api.representations.forms import form_json
from interactor.clock import to_iso
from interactor.engine.definition.workflow import Definition
from interactor.engine.instance import Instance
from interactor.engine.work import CallHttp, HttpAnswered, HttpOutcome
from interactor.json_text import Json, size_of
from interactor.services.simulate_workflow import Simulation
from interactor.simulation.cases import Difference, differences
from interactor.simulation.coverage import ways_of
from interactor.simulation.play import Happening, Play, Refused
from interactor.webhooks.event_types import event_type

MAX_TOLD_BYTES = 1024 * 1024
"""Of all cases together, in an answer that Lambda cuts at 6 MB
(https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)."""


def simulation_json(simulation: Simulation) -> dict[str, Json]:
    """Play the cases, and tell what came of each and what they covered together."""
    share = MAX_TOLD_BYTES // len(simulation.plays)
    cases = [_case_json(play, share) for play in simulation.plays]
    document: dict[str, Json] = {"workflow_name": simulation.definition.name, "version_id": simulation.version_id}
    judged = [case["passed"] for case in cases if "passed" in case]
    if judged:
        document["passed"] = all(judged)
    document |= {"cases": cases, "coverage": _coverage_json(simulation.definition, simulation.plays)}
    if simulation.warnings:
        document["warnings"] = [{"path": problem.path, "message": problem.message} for problem in simulation.warnings]
    return document


def _case_json(play: Play, most_bytes: int) -> dict[str, Json]:
    told = _Told(most_bytes // 2)
    for happening in play.happenings():
        told.add(_happening_json(happening, play))
    instance, outcome = play.instance, _outcome(play)
    case: dict[str, Json] = {"name": play.case.name}
    large: dict[str, Json] = {}
    if play.case.expected is not None:
        found = differences(play.case.expected, outcome)
        case["passed"] = not found and play.stopped is None
        if found:
            large["differences"] = [_difference_json(difference) for difference in found]
    case |= {"status": outcome["status"], "current_state": outcome["current_state"]}
    if play.stopped:
        case["stopped"] = play.stopped
    if failure := instance.failure:
        case["error"] = {"code": failure.code, "message": failure.message, "state": failure.state}
    case |= {
        "began_at": to_iso(play.case.now),
        "ended_at": to_iso(play.now),
        "unused_answers": play.people.left,
        "default_responses": play.servers.unstubbed,
    }
    large |= {
        "refused_answers": [_refused_json(refused) for refused in play.refused],
        "workflow_data": instance.data,
        "paths": play.paths,
        "threads": [{"id": it.id, "status": it.status, "current_state": it.state} for it in instance.threads],
        "open_forms": _open_forms(play.definition, instance),
    }
    return case | _fitting(large, most_bytes // 2) | told.as_json()


def _difference_json(difference: Difference) -> dict[str, Json]:
    told = {"path": difference.path, "expected": difference.expected}
    return told | ({"missing": True} if difference.is_missing else {"actual": difference.actual})


def _refused_json(refused: Refused) -> dict[str, Json]:
    error = refused.error
    return {
        "answer": refused.number,
        "state": refused.state,
        "thread": refused.thread_id,
        "at": to_iso(refused.at),
        "code": error.code,
        "message": error.message,
        "details": error.details,
    }


def _outcome(play: Play) -> dict[str, Json]:
    """What a case can expect something of."""
    instance = play.instance
    outcome = {
        "status": instance.status,
        "current_state": instance.current_state,
        "path": play.paths[instance.main.id],
        "workflow_data": instance.data,
    }
    return outcome | ({"error": instance.failure.code} if instance.failure else {})


def _open_forms(definition: Definition, instance: Instance) -> list[Json]:
    return [form_json(definition, instance, thread) for thread in instance.threads if thread.status == "halted"]


def _fitting(large: dict[str, Json], most_bytes: int) -> dict[str, Json]:
    """As much as fits, in this order; `omitted` names what does not."""
    kept, omitted = {}, []
    for name, value in large.items():
        size = size_of(value)
        if size <= most_bytes:
            kept[name] = value
            most_bytes -= size
        else:
            omitted.append(name)
    return kept | ({"omitted": omitted} if omitted else {})


class _Told:
    """The history of a case as long as it fits; what comes after that is only counted, so that nothing piles up."""

    def __init__(self, left: int) -> None:
        self._left = left
        self._entries: list[Json] = []
        self._not_told = 0

    def add(self, entry: dict[str, Json]) -> None:
        if not self._not_told:
            self._left -= size_of(entry)
            if self._left >= 0:
                self._entries.append(entry)
                return
        self._not_told += 1

    def as_json(self) -> dict[str, Json]:
        more = {"history_omitted": self._not_told} if self._not_told else {}
        return {"history": self._entries, **more}


def _happening_json(happening: Happening, play: Play) -> dict[str, Json]:
    """An event as history has it, with the data where it changed, and why it came about."""
    event = happening.event
    own = {name: value for name, value in event.items() if name not in ("type", "subtype", "at", "by", "request_id")}
    entry = {"type": event["type"], "subtype": event["subtype"], "timestamp": to_iso(event["at"]), **own}
    if happening.explanation is not None:
        entry["explain"] = happening.explanation
    if "changes" in event:
        entry["workflow_data"] = happening.data
    if happening.call is not None and happening.outcome is not None:
        entry["request"] = _request_json(happening.call)
        entry["response"] = _response_json(happening.outcome)
        if happening.call.state in play.servers.unstubbed:
            entry["stubbed"] = "default"
    if (webhook := event_type(event)) is not None:
        entry["webhook"] = webhook
    return entry


def _request_json(call: CallHttp) -> dict[str, Json]:
    return {"method": call.method, "url": call.url, "headers": call.headers, "body": call.body}


def _response_json(outcome: HttpOutcome) -> dict[str, Json]:
    if isinstance(outcome, HttpAnswered):
        return {"status": outcome.status, "headers": outcome.headers, "body": outcome.body}
    return {"error": outcome.code}


def _coverage_json(definition: Definition, plays: Iterable[Play]) -> dict[str, Json]:
    states = {state for play in plays for state in play.states}
    taken = {way for play in plays for way in play.ways}
    ways = {path: {"path": path, "target": target} for path, target in ways_of(definition).items()}
    return {
        "states": {
            "covered": [state for state in definition.states if state in states],
            "missed": [state for state in definition.states if state not in states],
        },
        "transitions": {
            "covered": [way for path, way in ways.items() if path in taken],
            "missed": [way for path, way in ways.items() if path not in taken],
        },
    }
