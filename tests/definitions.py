"""Workflow definitions in a line: `workflow(ask=halt(("yes", APPROVED), "no"), yes=end(), no=end())`. The first state
is the initial one.

A way out is the name of a state, or a pair of a name and the condition for it.
"""

from typing import Any, TypeAlias

Way: TypeAlias = str | tuple[str, dict[str, Any]]
State: TypeAlias = dict[str, Any]

APPROVED = {"field": "approved", "equals": True}


def workflow(name: str = "flow", **states: State) -> dict[str, Any]:
    return {"name": name, "initial_state": next(iter(states)), "states": states}


def script(code: str, *ways: Way, **more: Any) -> State:
    """An action state that runs JavaScript."""
    return skip(*ways, logic={"type": "script", "code": code}, **more)


def http(*ways: Way, on_error: list[State] | None = None, **logic: Any) -> State:
    """An action state that calls a server."""
    called = {"type": "http", "method": "POST", "url": "https://example.com/", **logic}
    return skip(*ways, logic=called, **({"on_error": on_error} if on_error else {}))


def skip(*ways: Way, **more: Any) -> State:
    """An action state; without `logic` it does nothing but choose the way on."""
    return {"type": "action", "transitions": [_transition(way) for way in ways], **more}


def halt(*ways: Way, **more: Any) -> State:
    return {"type": "halting", "transitions": [_transition(way) for way in ways], **more}


def end(**more: Any) -> State:
    return {"type": "terminal", **more}


def form(*fields: State) -> State:
    return {"type": "form", "fields": list(fields)}


def catch(target: str, code: str | None = None) -> State:
    """An `on_error` that catches one code, or all."""
    return {"target": target} | ({"condition": {"field": "error.code", "equals": code}} if code else {})


def _transition(way: Way) -> State:
    if isinstance(way, str):
        return {"target": way}
    target, condition = way
    return {"target": target, "condition": condition}


def asking_a_model(prompt: str = "Summarise the order.", *paths: str, model: str | None = None) -> State:
    """Halting instructions that a language model writes from the data at these paths."""
    named = {"model": model} if model else {}
    return {"type": "ai", "config": {"prompt": prompt, "include_data_paths": list(paths), **named}}
