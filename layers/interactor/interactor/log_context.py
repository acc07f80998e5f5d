"""What a log line is about, by the same names everywhere: `account`, `instance_id` and `trace_id`.

Noted where they become known, which is deeper than where lines are written. Never what users own: no data, no input.
"""

from contextvars import ContextVar

from interactor.engine.instance import Instance

_about: ContextVar[dict[str, str]] = ContextVar("about")


def begin(trace_parent: str | None = None) -> None:
    """Something new is being done: a call, a message."""
    _about.set(_trace(trace_parent))


def note(instance: Instance) -> None:
    """It is about this instance."""
    _about.set({"account": instance.account, "instance_id": instance.id, **_trace(instance.trace_parent)})


def about() -> dict[str, str]:
    """For the `extra` of a log line."""
    return _about.get({})


def _trace(trace_parent: str | None) -> dict[str, str]:
    """The trace's id is the second field (https://www.w3.org/TR/trace-context/#traceparent-header-field-values)."""
    return {"trace_id": trace_parent.split("-")[1]} if trace_parent else {}
