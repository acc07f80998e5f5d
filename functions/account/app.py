"""What belongs to an account as a whole, over HTTP: its secrets."""

import re
from typing import Any

from interactor.api import envelope
from interactor.api.api import Api
from interactor.api.calls import Call
from interactor.api.cursors import Cursors
from interactor.api.models.base import NoParameters, Page
from interactor.api.models.secrets import PutSecretBody
from interactor.api.representations.secrets import secret_json
from interactor.api.routes import secrets
from interactor.errors import InvalidRequest, SecretNotFound
from interactor.services.change_secrets import delete_secret, list_secrets, put_secret
from interactor.services.cursor_key import cursor_key
from interactor.services.parts import Parts
from interactor.storage.idempotency import Answer

_SECRET_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")

api = Api(*secrets.ROUTES)


@api.operation("list_secrets")
def list_(parts: Parts, call: Call) -> Answer:
    page = call.query(Page)
    cursors = Cursors(cursor_key(parts), call.principal.account, "secrets")
    found, has_more = list_secrets(parts, call.principal, cursors.read(page.cursor), page.limit)
    entries = [secret_json(secret.name, secret.updated_at) for secret in found]
    pagination = {"has_more": has_more, "next_cursor": cursors.make(found[-1].name) if has_more else None}
    return envelope.success(200, {"secrets": entries, "pagination": pagination})


@api.operation("put_secret")
def put(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    name = call.path_parameters["secret_name"]
    if not _SECRET_NAME.fullmatch(name):
        raise InvalidRequest(f"'{name[:80]}' is no name of a secret: letters, digits and _, at most 64, no digit first")
    body = call.body(PutSecretBody)
    return envelope.success(200, secret_json(name, put_secret(parts, call.principal, name, body.value)))


@api.operation("delete_secret")
def delete(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    name = call.path_parameters["secret_name"]
    if not _SECRET_NAME.fullmatch(name):
        raise SecretNotFound(f"Secret '{name[:80]}' not found")
    delete_secret(parts, call.principal, name)
    return envelope.nothing()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return api.handle(event, context)
