"""Workflows, their versions and their definitions in the table. A definition never changes, so it is read once per
process.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from interactor.clock import Millis
from interactor.engine.definition.workflow import Definition
from interactor.errors import AlreadyPublished, VersionNotFound, WorkflowExists, WorkflowNotFound
from interactor.ids import is_id
from interactor.json_text import Json
from interactor.storage import keys
from interactor.storage.documents import Documents, pack
from interactor.storage.table import Condition, ConditionFailed, Item, Put, Table, Update, absent

_PAGE = 1_000
DEFINITIONS_KEPT = 64
"""Parsed definitions that a process keeps; the reference allows 1 MB each, most are a few KB."""


class Workflow(NamedTuple):
    name: str
    id: str
    latest_version_id: str
    published_version_id: str | None
    created_at: Millis


class Version(NamedTuple):
    version_id: str
    status: str
    """`draft` or `published`."""
    created_at: Millis
    published_at: Millis | None


class Workflows:
    """The workflows of all accounts; every method names the account, and finds nothing of another's."""

    def __init__(self, table: Table, documents: Documents) -> None:
        self._table = table
        self._documents = documents
        self._id = lru_cache(maxsize=DEFINITIONS_KEPT)(lambda account, name: self.get(account, name).id)
        self._definition = lru_cache(maxsize=DEFINITIONS_KEPT)(self._read_definition)

    def create(self, account: str, workflow_id: str, version_id: str, definition: Json, now: Millis, op: str) -> None:
        """Store a new workflow with its first version. Raises WorkflowExists."""
        name = definition["name"]
        row = {
            **keys.workflow(account, name),
            "op": op,
            "id": workflow_id,
            "latest_version_id": version_id,
            "created_at": now,
        }
        version = self._new_version(account, name, version_id, definition, now, op)
        try:
            known = Put({**keys.account(account), "op": op})
            self._table.write([Put(row, absent()), *version, known], op)
        except ConditionFailed as failure:
            raise WorkflowExists(f"Workflow '{name}' already exists") from failure

    def add_version(self, account: str, name: str, version_id: str, definition: Json, now: Millis, op: str) -> None:
        """Store the next version; the latest is the one that is listed first. Raises WorkflowNotFound."""
        latest = Update(
            keys.workflow(account, name),
            {"op": op, "latest_version_id": version_id},
            # Closes the race of two that are added at once: the one that commits last may be the older.
            Condition("#latest < :version_id", {"#latest": "latest_version_id"}, {":version_id": version_id}),
        )
        try:
            self._table.write([latest, *self._new_version(account, name, version_id, definition, now, op)], op)
        except ConditionFailed as failure:
            if failure.found[0] is None:
                raise _no_workflow(name) from failure
            op += "o"  # DynamoDB takes a token for the writes that it first came with, and these are others
            self._table.write(self._new_version(account, name, version_id, definition, now, op), op)

    def publish(self, account: str, name: str, version_id: str, now: Millis, op: str) -> None:
        """Make a draft the current version. Raises WorkflowNotFound, VersionNotFound, AlreadyPublished."""
        current = Update(
            keys.workflow(account, name),
            {"op": op, "published_version_id": version_id},
            Condition("attribute_exists(pk)"),
        )
        published = Update(
            keys.version(account, name, version_id),
            {"op": op, "status": "published", "published_at": now},
            Condition("#status = :draft", {"#status": "status"}, {":draft": "draft"}),
        )
        try:
            self._table.write([current, published], op)
        except ConditionFailed as failure:
            if 0 in failure.found:
                raise _no_workflow(name) from failure
            if failure.found[1] is None:
                raise _no_version(name, version_id) from failure
            raise AlreadyPublished(f"Version '{version_id}' of '{name}' is already published") from failure

    def accounts(self) -> Iterator[str]:
        """Every account that has ever created a workflow."""
        after = None
        while True:
            items = self._table.query(keys.account("")["pk"], _PAGE, after=after)
            yield from (item["sk"] for item in items)
            if len(items) < _PAGE:
                return
            after = items[-1]["sk"]

    def get(self, account: str, name: str) -> Workflow:
        """Raises WorkflowNotFound."""
        return workflow_of(self._table.get(keys.workflow(account, name)), name)

    def id_of(self, account: str, name: str) -> str:
        """The id that a workflow keeps for good; no round trip when this process has asked before. Raises
        WorkflowNotFound.
        """
        return self._id(account, name)

    def get_with(self, account: str, name: str, other: keys.Key) -> tuple[Workflow, Item | None]:
        """The workflow, and another item in the same round trip. Raises WorkflowNotFound."""
        row, found = self._table.get_all([keys.workflow(account, name), other])
        return workflow_of(row, name), found

    def version(self, account: str, name: str, version_id: str) -> Version:
        """Raises VersionNotFound, also for a version of another workflow."""
        item = self._table.get(keys.version(account, name, version_id)) if is_id("v", version_id) else None
        if item is None:
            raise _no_version(name, version_id)
        return _version_of(item)

    def page(self, account: str, after: str | None, limit: int) -> list[Workflow]:
        """By name, beyond `after`."""
        items = self._table.query(keys.workflow(account, "")["pk"], limit, after=after)
        return [workflow_of(item, item["sk"]) for item in items]

    def versions(self, account: str, name: str, after: str | None, limit: int) -> list[Version]:
        """Newest first, older than the version `after`."""
        partition = keys.version(account, name, "")["pk"]
        return [_version_of(item) for item in self._table.query(partition, limit, after=after, descending=True)]

    def document(self, account: str, version_id: str) -> Json:
        """The definition as it was posted. The caller has seen that the version exists."""
        item = self._table.get(keys.definition(account, version_id))
        if item is None:
            raise LookupError(f"definition of {version_id} is missing")
        return self._documents.read(item)

    def definition(self, account: str, version_id: str) -> Definition:
        """The definition ready to run; no round trip when this process has run it before."""
        return self._definition(account, version_id)

    def _read_definition(self, account: str, version_id: str) -> Definition:
        return Definition.model_validate(self.document(account, version_id))

    def _new_version(
        self, account: str, name: str, version_id: str, definition: Json, now: Millis, op: str
    ) -> tuple[Put, Put]:
        version = {**keys.version(account, name, version_id), "op": op, "status": "draft", "created_at": now}
        placed = self._documents.place(pack(definition), f"definitions/{account}/{version_id}")
        document = {**keys.definition(account, version_id), "op": op, **placed}
        return Put(version, absent()), Put(document, absent())


def workflow_of(item: Item | None, name: str) -> Workflow:
    if item is None:
        raise _no_workflow(name)
    return Workflow(
        item["sk"], item["id"], item["latest_version_id"], item.get("published_version_id"), item["created_at"]
    )


def _version_of(item: Item) -> Version:
    return Version(item["sk"], item["status"], item["created_at"], item.get("published_at"))


def _no_workflow(name: str) -> WorkflowNotFound:
    return WorkflowNotFound(f"Workflow '{name}' not found")


def _no_version(name: str, version_id: str) -> VersionNotFound:
    return VersionNotFound(f"Version '{version_id}' of workflow '{name}' not found")
