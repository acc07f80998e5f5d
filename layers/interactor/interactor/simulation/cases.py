"""A case for the simulator: what an instance begins with, what people answer, what servers say, what is expected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from interactor.clock import Millis
from interactor.engine.work import HttpOutcome
from interactor.json_text import Json, same


@dataclass(frozen=True, slots=True)
class ScriptedAnswer:
    """What somebody answers, `after` so long in the halt. None for `state` or `thread_id` fits any."""

    input: dict[str, Json]
    state: str | None = None
    thread_id: str | None = None
    after: Millis = 0


@dataclass(frozen=True, slots=True)
class Case:
    """`now` is the moment at which the instance begins; for `wait` nobody does anything after the last answer."""

    name: str
    now: Millis
    input: dict[str, Json] = field(default_factory=dict)
    answers: Sequence[ScriptedAnswer] = ()
    responses: Mapping[str, Sequence[HttpOutcome]] = field(default_factory=dict)
    """By state, one for each call; the last is repeated."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    namespace: str = "simulation"
    wait: Millis = 0
    expected: Mapping[str, Json] | None = None
    """Any of `status`, `current_state`, `error` (its code), `path` (of the main thread) and `workflow_data`."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where something is other than expected; `is_missing` where there is nothing at all."""

    path: str
    expected: Json
    actual: Json = None
    is_missing: bool = False


def differences(expected: Mapping[str, Json], actual: Mapping[str, Json], path: str = "") -> list[Difference]:
    """Objects need only hold what is expected of them; everything else is to be equal as JSON."""
    found = []
    for key, value in expected.items():
        place = f"{path}.{key}" if path else key
        if key not in actual:
            found.append(Difference(place, value, is_missing=True))
        elif isinstance(value, dict) and isinstance(actual[key], dict):
            found += differences(value, actual[key], place)
        elif not same(value, actual[key]):
            found.append(Difference(place, value, actual[key]))
    return found
