"""Reads all there is of an instance from the table, and checks that it is sound."""

from interactor.engine.definition.workflow import Definition
from interactor.engine.due import instruction_due
from interactor.engine.history import Event
from interactor.storage import keys
from interactor.storage.instances import Stored
from interactor.storage.keys import status_class
from tests import invariants
from tests.world import World


def check_instance(world: World, instance_id: str, account: str = "acme") -> Stored:
    """Its history is whole and true, it is listed as what it is, and if it runs, something is on its way to drive it
    on.
    """
    stored = world.parts.instances.load(account, instance_id)
    assert stored, f"{instance_id} does not exist"
    definition: Definition = world.parts.workflows.definition(account, stored.instance.version_id)
    invariants.check(definition, stored.instance, whole_history(world, stored))
    item = world.parts.table.get(keys.instance(account, instance_id))
    assert item
    assert item["by_account"].startswith(f"{account}#{status_class(stored.instance)}#")
    assert (item["status"], item["state"]) == (stored.instance.status, stored.instance.current_state)
    unwritten = any(instruction_due(definition, thread) for thread in stored.instance.threads)
    at_work = stored.instance.status == "running" or stored.instance.main.on_enter or unwritten
    assert not at_work or world.messages or world.aws.stream, "nothing will ever drive it on"
    _every_try_is_the_same(world, instance_id)
    return stored


def whole_history(world: World, stored: Stored) -> list[Event]:
    """All events, and that their chunks follow each other without a gap."""
    key = keys.instance(stored.instance.account, stored.instance.id)
    *chunks, last = world.parts.table.query(key["pk"], 10_000)
    assert last["sk"] == key["sk"]
    events: list[Event] = []
    for chunk in chunks:
        assert chunk["sk"] == f"history#{len(events):08d}"
        events += world.parts.documents.read(chunk)["events"]
    assert stored.first == len(events)
    return [*events, *stored.events]


def _every_try_is_the_same(world: World, instance_id: str) -> None:
    sent: dict[str, tuple[str, str | None]] = {}
    for call in world.servers.calls:
        if call.idempotency_key.startswith(instance_id):
            assert sent.setdefault(call.idempotency_key, (call.url, call.body)) == (call.url, call.body)
