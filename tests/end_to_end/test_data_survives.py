"""What people store comes back as it was, to the last bit, through the gateway, the functions and the table."""

import json
import secrets
from typing import Any

from tests.end_to_end.client import Client
from tests.end_to_end.test_resume_races import TWO_LEVELS

AWKWARD: dict[str, Any] = {
    "huge": 1e300, "tiny": 5e-324, "whole": 12345678901234567890, "empty": "", "nothing": None, "nul": "\0",
    "emoji": "👩‍🚀", "half": "\ud83d", "__proto__": {"constructor": 1}, "": "no name",
    "placeholder": "${workflow_data.x}",
}  # fmt: skip


def test_awkward_values_survive(user: Client) -> None:
    deep: Any = "deep"
    for _ in range(200):
        deep = [deep]
    given = {**AWKWARD, "deep": deep}
    instance_id = user.start(user.publish(TWO_LEVELS), {}).data["id"]
    user.resume(instance_id, given)
    assert user.instance(instance_id)["workflow_data"] == given


def test_a_definition_of_a_megabyte_is_kept_whole(user: Client) -> None:
    definition = {**TWO_LEVELS, "name": "large", "metadata": {}}
    room = 1024 * 1024 - len(json.dumps(definition, separators=(",", ":"))) - 80
    definition["metadata"] = {"filler": secrets.token_hex(room // 2)}
    name = user.publish(definition)
    kept = user.get(f"/workflows/{name}").data["definition"]
    assert kept["metadata"] == definition["metadata"]
    assert user.start(name, {}).data["status"] == "halted"
