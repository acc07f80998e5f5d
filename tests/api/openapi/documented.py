"""The document as the tests in this folder use it: operations by name, and schemas that refuse what they do not name.

To clients the schemas are open, so that an answer may gain a property. Here an undocumented property is a mistake.
"""

from typing import Any

from jsonschema import Draft202012Validator

from interactor.api.openapi.document import document
from tests.answered import Answered

DOCUMENT = document()

OPERATIONS: dict[str, dict[str, Any]] = {
    operation["operationId"]: operation for path in DOCUMENT["paths"].values() for operation in path.values()
}


def responses(operation: str) -> dict[int, dict[str, Any]]:
    """The responses of an operation by status, references to shared ones followed."""
    return {int(status): _followed(response) for status, response in OPERATIONS[operation]["responses"].items()}


def codes(response: dict[str, Any]) -> list[str]:
    """The codes that an error response lists."""
    _, code = response["content"]["application/json"]["schema"]["allOf"]
    error = code["properties"]["error"]
    listed: list[str] = error["enum"] if "enum" in error else error["properties"]["code"]["enum"]
    return listed


def misfits(schema: dict[str, Any], value: Any) -> list[str]:
    """What of a value does not fit a schema of the document."""
    whole = {**_closed(schema), "components": _COMPONENTS}
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(whole).iter_errors(value)]


def check(operation: str, answered: Answered) -> None:
    """The answer is one that the document tells of: its status, its body, its headers."""
    documented = responses(operation)
    assert answered.status in documented, answered.text
    response = documented[answered.status]
    if "content" in response:
        assert misfits(response["content"]["application/json"]["schema"], answered.json) == []
    else:
        assert answered.text == ""
    assert answered.headers.keys() - {"Content-Type"} <= response["headers"].keys()


def _followed(node: dict[str, Any]) -> dict[str, Any]:
    reference = node.get("$ref")
    if reference is None:
        return node
    found: Any = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def _closed(node: Any) -> Any:
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _closed(value) for key, value in node.items()}
    if node.get("type") == "object" and "properties" in node:
        closed.setdefault("additionalProperties", False)
    return closed


_COMPONENTS = _closed(DOCUMENT["components"])
