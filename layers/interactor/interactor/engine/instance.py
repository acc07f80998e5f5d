"""The state of one running workflow as inert data: the instance, its threads, and how they are written down as JSON.

Nothing here decides anything; `transition.py` does. A status is derived from the threads wherever it can be.
"""

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, Self, TypeAlias

from interactor.json_text import Json

MAIN_THREAD = "thread_main"

ThreadStatus: TypeAlias = Literal["running", "halted", "completed", "failed", "cancelled"]
InstanceStatus: TypeAlias = ThreadStatus
LIVE: frozenset[str] = frozenset(("running", "halted"))


class Answer(NamedTuple):
    """What ended the latest halt of a thread: enough to tell a repeated resume from a different one, and from a late
    one.
    """

    halt_id: str
    state: str
    fingerprint: str
    at: int


class Thread(NamedTuple):
    """One path of execution. `visit` numbers the stay in the current state, uniquely in the instance."""

    id: str
    state: str
    visit: int
    status: ThreadStatus = "running"
    entered_at: int = 0
    """Moment of entering the state."""
    input: Json = None
    tries: int = 0
    """Tries of this visit's HTTP call that failed so far."""
    retry_at: int | None = None
    """Moment before which the next try is not due."""
    steps: int = 0
    """Action states left since the last halt; at most `MAX_STEPS`."""
    answer: Answer | None = None
    busy_until: int | None = None
    """Some worker makes this visit's HTTP call or has its instruction written: until this moment no other may."""
    reminded: int = 0
    """Reminders of the present halt so far."""
    instruction: str | None = None
    """What a language model wrote for the present halt; empty where none could."""
    parent: str | None = None
    fork: int = 0
    """The parent's visit that started this thread."""
    join: str | None = None
    """`all` or `any` of the threads started by the present visit are awaited."""
    on_enter: bool = False
    """The terminal state's `on_enter` is still to be carried out."""

    @property
    def halt_id(self) -> str:
        """Names the present halt. An answer ends the visit, so an old id never fits a new question."""
        return f"halt_{self.visit}"


class Failure(NamedTuple):
    """Why an instance failed, as `workflow_data.error` and the `error` event tell it."""

    code: str
    message: str
    state: str
    thread_id: str


class Instance(NamedTuple):
    """A running execution of one version of a workflow. Its creation time is in its id (`ids.moment_of`)."""

    id: str
    account: str
    namespace: str
    workflow_name: str
    version_id: str
    data: dict[str, Json]
    threads: tuple[Thread, ...]
    visits: int = 0
    """State visits so far, over all threads."""
    active_at: int = 0
    """Moment of the last thing that happened to it; its lifetime counts from here."""
    reminded_at: int | None = None
    """Moment of the last reminder since then, which is not doing anything."""
    expires_at: int | None = None
    """Moment at which the definition's own `timeout` ends it."""
    end: InstanceStatus | None = None
    """How it ended, once no thread is live."""
    failure: Failure | None = None
    ended_at: int | None = None
    trace_parent: str | None = None
    """W3C trace context of the latest call that brought one; HTTP actions continue it."""

    @property
    def status(self) -> InstanceStatus:
        """`halted` only when every live thread is halted (docs/workflows.md)."""
        if self.end:
            return self.end
        return "running" if any(thread.status == "running" for thread in self.threads) else "halted"

    @property
    def latest_at(self) -> int:
        """Moment of its latest event."""
        return max(self.active_at, self.reminded_at or 0)

    @property
    def awaiting_input(self) -> bool:
        return any(thread.status == "halted" for thread in self.threads)

    @property
    def main(self) -> Thread:
        return self.threads[0]

    @property
    def current_state(self) -> str:
        return self.main.state

    def thread(self, thread_id: str) -> Thread | None:
        return next((thread for thread in self.threads if thread.id == thread_id), None)

    def with_thread(self, changed: Thread, **changes: Any) -> Self:
        """This instance with one thread replaced, and with other attributes set."""
        threads = tuple(changed if thread.id == changed.id else thread for thread in self.threads)
        return self._replace(threads=threads, **changes)


def to_json(instance: Instance) -> dict[str, Json]:
    """What of an instance goes into its stored document; identity and namespace are kept beside it."""
    document: dict[str, Json] = {
        "data": instance.data,
        "threads": [_compact(thread) for thread in instance.threads],
        "visits": instance.visits,
        "active_at": instance.active_at,
    }
    if instance.reminded_at is not None:
        document["reminded_at"] = instance.reminded_at
    if instance.expires_at is not None:
        document["expires_at"] = instance.expires_at
    if instance.end is not None:
        document["end"] = instance.end
    if instance.failure:
        document["failure"] = _compact(instance.failure)
    if instance.ended_at is not None:
        document["ended_at"] = instance.ended_at
    if instance.trace_parent is not None:
        document["trace_parent"] = instance.trace_parent
    return document


def from_json(
    document: dict[str, Json], *, id: str, account: str, namespace: str, workflow_name: str, version_id: str
) -> Instance:
    """The inverse of `to_json`."""
    failure = document.get("failure")
    return Instance(
        id=id,
        account=account,
        namespace=namespace,
        workflow_name=workflow_name,
        version_id=version_id,
        data=document["data"],
        threads=tuple(_threads(document["threads"])),
        visits=document["visits"],
        active_at=document["active_at"],
        reminded_at=document.get("reminded_at"),
        expires_at=document.get("expires_at"),
        end=document.get("end"),
        failure=Failure(**failure) if failure else None,
        ended_at=document.get("ended_at"),
        trace_parent=document.get("trace_parent"),
    )


def _threads(documents: Iterable[dict[str, Json]]) -> Iterable[Thread]:
    for document in documents:
        answer = document.get("answer")
        yield Thread(**{**document, "answer": Answer(**answer) if answer else None})


def _compact(record: Thread | Failure | Answer) -> dict[str, Json]:
    """The fields that are not at their default: most are, and every byte is written again at each commit."""
    document = {}
    for name, value in zip(record._fields, record, strict=True):
        if name not in record._field_defaults or value != record._field_defaults[name]:
            document[name] = _compact(value) if isinstance(value, Answer) else value
    return document
