"""Called by Cognito before it issues a token: writes what the token says from the principal's item.

A user or app client without an item gets no token, because the trigger raises and Cognito then issues none.
"""

from typing import Any

from interactor.auth.claims import access_token_of, subject_of
from interactor.settings import Settings
from interactor.storage.clients import client
from interactor.storage.principals import read_principal
from interactor.storage.table import Table

_settings = Settings.from_environment()


def customise(event: dict[str, Any], table: Table) -> dict[str, Any]:
    """The event with its response filled in. Raises `UnknownPrincipal`, and ValueError for a version without scopes."""
    if event["version"] not in ("2", "3"):
        raise ValueError("The pre-token-generation trigger must be of version V3_0")
    principal = read_principal(table, subject_of(event))
    return {**event, "response": access_token_of(event, principal)}


def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    return customise(event, Table(client("dynamodb"), _settings.table_name))
