"""What the document's sections share: references, contents, headers by name, and how models become schemas."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from pydantic.json_schema import GenerateJsonSchema

from interactor.json_text import Json

Object: TypeAlias = dict[str, Any]


class Generator(GenerateJsonSchema):
    """In the order in which the models were written, and without titles that only repeat names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def sort(self, value: Any, parent_key: str | None = None) -> Any:
        return value


def json_content(schema: Object, shown: Mapping[str, Json] | None) -> Object:
    content: Object = {"schema": schema}
    if shown:
        content["examples"] = {name: {"value": value} for name, value in shown.items()}
    return {"application/json": content}


def header_refs(*names: str) -> Object:
    return {name: ref("headers", name) for name in names}


def ref(kind: str, name: str) -> Object:
    return {"$ref": f"#/components/{kind}/{name}"}
