"""Validation of a definition: all that is wrong with it at once, and what is doubtful (docs/workflows.md).

Two passes over the document as it came. The models check its shape; the second pass checks what its parts mean
together, and reads them warily, so that a misspelt property in one state hides neither a missing target nor a broken
script anywhere. The document may be any JSON: this never raises, and its time grows with the document's size.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeAlias

from pydantic import ValidationError

from interactor.engine import conditions, forms, shape, templates
from interactor.engine.definition.logic import MAX_SCRIPT_BYTES
from interactor.engine.definition.transitions import MAX_TRANSITIONS
from interactor.engine.definition.workflow import MAX_STATES, Definition
from interactor.engine.paths import is_path
from interactor.engine.wording import Finding, Place, at, did_you_mean, path_text, shown
from interactor.json_text import Json

MAX_REPORTED = 100
"""Errors in one answer; nobody reads more, and a hostile document could have half a million."""

Judge: TypeAlias = Callable[[str], str | None]
"""Why a text is refused, or None."""
HeaderJudge: TypeAlias = Callable[[str, str], str | None]
"""Why a header with this name and value is refused, or None."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong or doubtful; `path` is empty where it concerns the whole document."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Validation:
    """The outcome: a definition if and only if there are no errors."""

    definition: Definition | None
    errors: list[Problem]
    warnings: list[Problem]


def validate(document: Json, *, script_error: Judge, url_refusal: Judge, header_refusal: HeaderJudge) -> Validation:
    """Check a definition.

    `script_error` says why a script does not compile, `url_refusal` why a URL (a template) may not be called,
    `header_refusal` why a header may not be set. Each script is compiled once. At most 100 errors are reported; one
    more says that there are others.
    """
    if not isinstance(document, dict):
        return Validation(None, [Problem("", f"A definition must be an object, not {shown(document)}")], [])
    definition, misshapen = _read(document)
    # A value of the wrong shape is told of once; what it then also means wrongly only repeats that.
    places = {place for place, _ in misshapen}
    judges = _Judges(script_error, url_refusal, header_refusal)
    meant = (finding for finding in _errors(document, judges) if finding[0] not in places)
    found = list(islice(chain(misshapen, meant), MAX_REPORTED + 1))
    errors = [_problem(finding) for finding in found[:MAX_REPORTED]]
    if len(found) > MAX_REPORTED:
        errors.append(Problem("", f"There are more errors than these {MAX_REPORTED}"))
    warnings = [_problem(finding) for finding in _warnings(document)]
    return Validation(None if errors else definition, errors, warnings)


@dataclass(frozen=True, slots=True)
class _Judges:
    script_error: Judge
    url_refusal: Judge
    header_refusal: HeaderJudge


def _read(document: dict[str, Json]) -> tuple[Definition | None, list[Finding]]:
    try:
        return Definition.model_validate(document), []
    except ValidationError as error:
        return None, list(shape.findings(Definition, document, error, MAX_REPORTED + 1))


def _problem(finding: Finding) -> Problem:
    place, message = finding
    return Problem(path_text(place), message)


def _states(document: dict[str, Json]) -> dict[str, dict[str, Json]]:
    """The states that are objects, as many as a definition may have."""
    states = document.get("states")
    named = states.items() if isinstance(states, dict) else ()
    return {name: state for name, state in islice(named, MAX_STATES) if isinstance(state, dict)}


def _objects(value: Json, limit: int) -> Iterator[tuple[int, dict[str, Json]]]:
    """The first `limit` items of an array that are objects, with their indices; nothing if it is no array."""
    items = value if isinstance(value, list) else []
    return ((index, item) for index, item in enumerate(items[:limit]) if isinstance(item, dict))


# What is wrong


def _errors(document: dict[str, Json], judges: _Judges) -> Iterator[Finding]:
    names = document.get("states")
    names = names if isinstance(names, dict) else {}
    if isinstance(initial := document.get("initial_state"), str) and initial not in names:
        yield ("initial_state",), f"Initial state {shown(initial)} does not exist{did_you_mean(initial, names)}"
    for name, state in _states(document).items():
        yield from at("states", name, findings=_state_errors(state, names, judges))


def _state_errors(state: dict[str, Json], names: Mapping[str, Json], judges: _Judges) -> Iterator[Finding]:
    for index, transition in _objects(state.get("transitions"), MAX_TRANSITIONS):
        yield from at("transitions", index, findings=_transition_errors(transition, names))
    if state.get("transition_mode") == "selection":
        yield from at("transitions", findings=_selection_errors(state.get("transitions")))
    for index, catch in _objects(state.get("on_error"), MAX_TRANSITIONS):
        yield from at("on_error", index, findings=_target_errors("target", catch.get("target"), names))
        yield from at("on_error", index, "condition", findings=conditions.problems(catch.get("condition")))
    yield from _thread_errors(state, names)
    if isinstance(timeout := state.get("timeout"), dict):
        yield from at("timeout", findings=_target_errors("target", timeout.get("target"), names))
    for key in ("logic", "on_enter"):
        yield from at(key, findings=_logic_errors(state.get(key), judges))
    presentation = state.get("presentation")
    yield from at("presentation", findings=forms.written_problems(presentation))
    yield from at("presentation", findings=templates.problems(presentation, templates.ROOTS))
    yield from at("halting_instructions", findings=_instructions_errors(state.get("halting_instructions")))


def _thread_errors(state: dict[str, Json], names: Mapping[str, Json]) -> Iterator[Finding]:
    fork = state.get("fork")
    if "join" in state and fork is None:
        yield ("join",), "There is nothing to join without 'fork'"
    for key, first in fork.items() if isinstance(fork, dict) else ():
        yield from at("fork", findings=_target_errors(key, first, names))


def _transition_errors(transition: dict[str, Json], names: Mapping[str, Json]) -> Iterator[Finding]:
    target, to = transition.get("target"), transition.get("to")
    if target is None and to is None:
        yield ("target",), "'target' is required"
    elif target is not None and to is not None and target != to:
        yield ("to",), f"'to' is another spelling of 'target', but {shown(to)} is not {shown(target)}"
    yield from _target_errors("target", target, names)
    yield from _target_errors("to", to, names)
    yield from at("condition", findings=conditions.problems(transition.get("condition")))


def _target_errors(key: str, target: Json, names: Mapping[str, Json]) -> Iterator[Finding]:
    if isinstance(target, str) and target not in names:
        yield (key,), f"Target state {shown(target)} does not exist{did_you_mean(target, names)}"


def _selection_errors(transitions: Json) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, transition in _objects(transitions, MAX_TRANSITIONS):
        key = transition.get("key")
        if key is None:
            yield (index, "key"), "'key' is required when 'transition_mode' is 'selection'"
        elif isinstance(key, str):
            if key in seen:
                yield (index, "key"), f"The key {shown(key)} appears twice"
            seen.add(key)
        if transition.get("condition") is not None:
            yield (index, "condition"), "With 'transition_mode' 'selection' the key decides; there is no condition"


def _logic_errors(logic: Json, judges: _Judges) -> Iterator[Finding]:
    if not isinstance(logic, dict):
        return
    if logic.get("type") == "script" and isinstance(code := logic.get("code"), str):
        # A script that is too long is told of by its shape, and not compiled.
        is_short = len(code.encode("utf-8", "surrogatepass")) <= MAX_SCRIPT_BYTES
        if is_short and (error := judges.script_error(code)):
            yield ("code",), error
    elif logic.get("type") == "http":
        for key in ("url", "headers", "body"):
            yield from at(key, findings=templates.problems(logic.get(key), templates.HTTP_ROOTS))
        if isinstance(url := logic.get("url"), str) and (refusal := judges.url_refusal(url)):
            yield ("url",), refusal
        headers = logic.get("headers")
        yield from at("headers", findings=_header_errors(headers if isinstance(headers, dict) else {}, judges))


def _header_errors(headers: dict[str, Json], judges: _Judges) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for name, value in headers.items():
        if refusal := judges.header_refusal(name, value if isinstance(value, str) else ""):
            yield (name,), refusal
        if (first := seen.setdefault(name.lower(), name)) != name:
            yield (name,), f"The header {shown(first)} is already there; names do not differ by case"


def _instructions_errors(instructions: Json) -> Iterator[Finding]:
    if not isinstance(instructions, dict):
        return
    yield from templates.problems(instructions, templates.ROOTS)
    config = instructions.get("config")
    places: list[tuple[Place, Json]] = [(("include_data",), instructions.get("include_data"))]
    if isinstance(config, dict):
        places.append((("config", "include_data_paths"), config.get("include_data_paths")))
    for place, paths in places:
        for index, path in enumerate(paths if isinstance(paths, list) else []):
            if isinstance(path, str) and not is_path(path):
                yield (*place, index), f"{shown(path)} is not a path such as 'order' or 'customer.name'"


# What is doubtful


def _warnings(document: dict[str, Json]) -> Iterator[Finding]:
    states = _states(document)
    for name, state in states.items():
        if state.get("transition_mode") != "selection":
            yield from at("states", name, "transitions", findings=_transition_warnings(state.get("transitions")))
    ways = {name: _targets(state) & states.keys() for name, state in states.items()}
    initial = document.get("initial_state")
    if isinstance(initial, str) and initial in states:
        reached = _closure({initial}, ways)
        for name in states:
            if name not in reached:
                yield ("states", name), f"State {shown(name)} cannot be reached from {shown(initial)}"
    ends = {name for name, state in states.items() if state.get("type") == "terminal"}
    back = {name: {source for source in states if name in ways[source]} for name in states}
    ending = _closure(ends, back)
    for name in states:
        if name not in ending:
            yield ("states", name), f"No terminal state can be reached from {shown(name)}"


def _transition_warnings(transitions: Json) -> Iterator[Finding]:
    default = None
    last = None
    for index, transition in _objects(transitions, MAX_TRANSITIONS):
        last = index
        if default is not None:
            yield (index,), f"Never taken: transition {default} before it has no condition"
        elif transition.get("condition") is None:
            default = index
    if last is not None and default is None:
        yield (), "No default transition: when no condition holds, the state cannot be left"


def _targets(state: dict[str, Json]) -> set[str]:
    """The states that a state may go to."""
    ways = [way for key in ("transitions", "on_error") for _, way in _objects(state.get(key), MAX_TRANSITIONS)]
    if isinstance(timeout := state.get("timeout"), dict):
        ways.append(timeout)
    threads = fork.values() if isinstance(fork := state.get("fork"), dict) else ()
    targets = (way.get(key) for way in ways for key in ("target", "to"))
    return {target for target in chain(targets, threads) if isinstance(target, str)}


def _closure(start: set[str], ways: Mapping[str, set[str]]) -> set[str]:
    """Everything reached from `start` by following `ways`."""
    reached, fresh = set(start), list(start)
    while fresh:
        found = ways[fresh.pop()] - reached
        reached |= found
        fresh.extend(found)
    return reached
