"""Called by API Gateway: instances, their history, errors and files. Each module binds its operations."""

from typing import Any

from . import errors, files, history, instances  # noqa: F401
from .api import api


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return api.handle(event, context)
