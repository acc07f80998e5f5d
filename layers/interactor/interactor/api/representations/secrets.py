"""What secrets look like to clients."""

from interactor.clock import Millis, to_iso
from interactor.json_text import Json


def secret_json(name: str, updated_at: Millis) -> dict[str, Json]:
    return {"name": name, "updated_at": to_iso(updated_at)}
