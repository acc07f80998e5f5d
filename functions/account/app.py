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
from interactor.engine.wording import shown
from interactor.errors import InvalidRequest, SecretNotFound
from interactor.services.change_secrets import delete_secret, list_secrets, put_secret
from interactor.services.parts import Parts
from interactor.storage.idempotency import Answer

_SECRET_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")

api = Api(*secrets.ROUTES)


@api.operation("list_secrets")
def list_(parts: Parts, call: Call) -> Answer:
    page = call.query(Page)
    cursors = Cursors.of(parts, call, "secrets")
    found, has_more = list_secrets(parts, call.principal, cursors.read(page.cursor), page.limit)
    entries = [secret_json(secret.name, secret.updated_at) for secret in found]
    return envelope.page({"secrets": entries}, cursors.make(found[-1].name) if has_more else None)


@api.operation("put_secret")
def put(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    name = call.path_parameters["secret_name"]
    if not _SECRET_NAME.fullmatch(name):
        allowed = "must be 1 to 64 of the characters A-Z a-z 0-9 _, with no digit first"
        raise InvalidRequest.of((("secret_name",), f"{allowed}, not {shown(name)}"))
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
