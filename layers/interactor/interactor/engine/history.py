"""History: what happened to an instance, one plain JSON event after the other, numbered from 0 by their place.

The engine makes these, storage keeps them as they are, and `api/` shows them. An event is `{"type", "subtype", "at",
"thread", …}` (docs/history.md); the number and the public id are never stored, they follow from the place. The data
changes of a visit ride on the event that ends it, so that folding `changes` gives `workflow_data`; at each transition
that is what its conditions saw.
"""

from collections.abc import Iterable
from typing import TypeAlias

from interactor.clock import Millis, to_iso
from interactor.engine.instance import Thread
from interactor.json_text import Json, same

Event: TypeAlias = dict[str, Json]


def created(thread: Thread, now: Millis, input: Json, by: str, request_id: str) -> Event:
    return {
        "type": "lifecycle", "subtype": "created", "at": now, "thread": thread.id,
        "initial_state": thread.state, "input": input, "by": by, "request_id": request_id,
    }  # fmt: skip


def ended(subtype: str, thread: Thread, now: Millis, **more: Json) -> Event:
    """`subtype` is completed, failed, cancelled or expired."""
    return {"type": "lifecycle", "subtype": subtype, "at": now, "thread": thread.id, "state": thread.state, **more}


def moved(thread: Thread, target: str, trigger: str, changes: Json, now: Millis) -> Event:
    """`trigger` is automatic, resume, timeout, join or error."""
    event = {
        "type": "transition", "subtype": "state_change", "at": now, "thread": thread.id,
        "from_state": thread.state, "to_state": target, "trigger": trigger,
    }  # fmt: skip
    return {**event, "changes": changes} if changes else event


def halted(thread: Thread, now: Millis) -> Event:
    return {
        "type": "halt", "subtype": "halted", "at": now, "thread": thread.id, "state": thread.state,
        "halt_id": thread.halt_id,
    }  # fmt: skip


def resumed(thread: Thread, now: Millis, input: Json, by: str, request_id: str) -> Event:
    return {
        "type": "halt", "subtype": "resumed", "at": now, "thread": thread.id, "state": thread.state,
        "halt_id": thread.halt_id, "input": input, "by": by, "request_id": request_id,
    }  # fmt: skip


def reminded(thread: Thread, now: Millis, count: int) -> Event:
    """The thread's halt has been reminded of for the n-th time."""
    return {
        "type": "halt", "subtype": "reminder", "at": now, "thread": thread.id, "state": thread.state,
        "halt_id": thread.halt_id, "count": count,
    }  # fmt: skip


def stepped(subtype: str, thread: Thread, now: Millis, duration_ms: int, **more: Json) -> Event:
    """One run of a state's logic, or one try to write its instruction; `subtype` is script, http or instruction."""
    event = {
        "type": "step", "subtype": subtype, "at": now, "thread": thread.id, "state": thread.state,
        "duration_ms": duration_ms,
    }  # fmt: skip
    return event | {name: value for name, value in more.items() if value not in (None, [])}


def errored(thread: Thread, now: Millis, code: str, message: str, changes: Json = None) -> Event:
    event = {
        "type": "error", "subtype": code, "at": now, "thread": thread.id, "state": thread.state,
        "code": code, "message": message,
    }  # fmt: skip
    return {**event, "changes": changes} if changes else event


def difference(before: dict[str, Json], after: dict[str, Json]) -> dict[str, Json]:
    """`{added, updated, removed}` between two states of `workflow_data`, empty parts left out."""
    added = {key: value for key, value in after.items() if key not in before}
    updated = {
        key: {"from": before[key], "to": value}
        for key, value in after.items()
        if key in before and before[key] is not value and not same(before[key], value)
    }
    removed = {key: value for key, value in before.items() if key not in after}
    parts = {"added": added, "updated": updated, "removed": removed}
    return {name: part for name, part in parts.items() if part}


def undone(data: dict[str, Json], event: Event) -> dict[str, Json]:
    """`workflow_data` as it was before an event, given what it was after it."""
    changes = event.get("changes")
    if not changes:
        return data
    kept = {key: value for key, value in data.items() if key not in changes.get("added", {})}
    before = {key: change["from"] for key, change in changes.get("updated", {}).items()}
    removed: dict[str, Json] = changes.get("removed", {})
    return kept | before | removed


def is_news(event: Event) -> bool:
    """Whether somebody outside may want to hear of an event: subscribers to webhooks, whoever watches for errors."""
    return event["type"] in ("lifecycle", "halt", "error")


def visits(events: Iterable[Event]) -> list[Json]:
    """The reference's `history` of Get Instance: one entry per state visit, in the order in which the states were
    entered.
    """
    entries: list[dict[str, Json]] = []
    open_entries: dict[str, dict[str, Json]] = {}

    def enter(event: Event, state: str) -> None:
        entry: dict[str, Json] = {"state": state, "entered_at": to_iso(event["at"])}
        if event["thread"] != "thread_main":
            entry["thread"] = event["thread"]
        entries.append(entry)
        open_entries[event["thread"]] = entry

    for event in events:
        kind = (event["type"], event["subtype"])
        if kind == ("lifecycle", "created"):
            enter(event, event["initial_state"])
            continue
        if kind == ("transition", "state_change"):
            entry = open_entries.get(event["thread"])
            if entry and entry["state"] == event["from_state"]:  # else a fork that starts a thread of this name again
                entry.update(exited_at=to_iso(event["at"]), transition=event["to_state"])
            enter(event, event["to_state"])
        elif entry := open_entries.get(event["thread"]):
            _annotate(entry, event)
    return entries


def _annotate(entry: dict[str, Json], event: Event) -> None:
    if event["type"] == "step":
        if logs := event.get("logs"):
            entry["logs"] = entry.get("logs", []) + logs
        entry["duration_ms"] = entry.get("duration_ms", 0) + event["duration_ms"]
    elif event["type"] == "halt" and event["subtype"] == "halted":
        entry["halt_id"] = event["halt_id"]
    elif event["type"] == "halt" and event["subtype"] == "resumed":
        entry.update(input_received=event["input"], resumed_at=to_iso(event["at"]), resumed_by=event["by"])
    elif event["type"] == "error":
        entry["error"] = {"code": event["code"], "message": event["message"]}
