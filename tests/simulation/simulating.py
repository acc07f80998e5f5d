"""Simulations in a line: `simulate(world, definition, input=…, answers=[…])` is the one case that came of it."""

from typing import Any

from tests.world import World

START = "2026-01-20T12:00:00Z"


def simulate(world: World, definition: dict[str, Any], **case: Any) -> Any:
    """What came of one case, begun at noon."""
    (played,) = simulate_all(world, definition, case)["cases"]
    return played


def simulate_all(world: World, definition: dict[str, Any], *cases: dict[str, Any]) -> Any:
    """What came of several."""
    body = {"definition": definition, "now": START, "cases": list(cases)}
    return world.post("/workflows/simulate", body).data


def refusal(world: World, **body: Any) -> Any:
    """The error of a simulation that cannot be."""
    return world.post("/workflows/simulate", body).error


def path(played: Any) -> list[str]:
    states: list[str] = played["paths"]["thread_main"]
    return states


def kinds(played: Any) -> list[str]:
    return [f"{event['type']} {event['subtype']}" for event in played["history"]]
