"""A workflow that asks for an invoice, and the calls about its files."""

from typing import Any

import pytest

from tests.answered import Answered
from tests.definitions import end, form, halt, workflow
from tests.world import World

INVOICE = {"field": "invoice", "filename": "invoice.pdf", "content_type": "application/pdf", "size": 5}
FIELD = {
    "name": "invoice",
    "type": "file",
    "required": True,
    "accept": "application/pdf, image/*, .csv",
    "maxSize": 1000,
}
FLOW = workflow(
    ask=halt("check", presentation=form(FIELD, {"name": "amount", "type": "number"})),
    check=halt("done", presentation=form({"name": "photo", "type": "file"})), done=end(),
)  # fmt: skip


class Instance:
    """A running instance and its files."""

    def __init__(self, world: World, instance_id: str) -> None:
        self.world = world
        self.id = instance_id
        self.path = f"/workflows/instances/{instance_id}"

    def ask(self, *, as_: str = "user", **changes: Any) -> Answered:
        """Ask for a link to upload the invoice, or something else."""
        return self.world.post(f"{self.path}/files", INVOICE | changes, as_=as_)

    def upload(self, **changes: Any) -> str:
        """The id of a file that has been uploaded."""
        file = self.ask(**changes).data
        self.world.upload(file)
        return str(file["file_id"])

    def file(self, file_id: str, **options: Any) -> Answered:
        return self.world.get(f"{self.path}/files/{file_id}", **options)

    def files(self) -> list[Any]:
        found: list[Any] = self.world.get(f"{self.path}/files").data["files"]
        return found

    def answer(self, **input: Any) -> Answered:
        return self.world.resume(self.id, input)


@pytest.fixture
def instance(world: World) -> Instance:
    """It waits for an invoice."""
    world.publish(FLOW)
    return Instance(world, world.start("flow").data["id"])
