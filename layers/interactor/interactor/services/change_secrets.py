"""Put, list and delete an account's secrets. A value goes in and is never shown again."""

from interactor.auth.principals import Principal
from interactor.clock import Millis
from interactor.errors import SecretLimitReached
from interactor.services.parts import Parts
from interactor.storage.secrets import SecretName

MAX_SECRETS = 100
"""Of an account, a limit of ours: Parameter Store holds 10,000 for an AWS account and gives 10 an answer."""


def put_secret(parts: Parts, caller: Principal, name: str, value: str) -> Millis:
    """Create a secret or replace its value; the moment. Raises SecretLimitReached.

    The limit is read, not locked: puts that come at once may pass it by a few.
    """
    known = {secret.name for secret in parts.secrets.names(caller.account)}
    if name not in known and len(known) >= MAX_SECRETS:
        raise SecretLimitReached(f"The account has {len(known)} secrets, as many as it may", {"limit": MAX_SECRETS})
    parts.secrets.put(caller.account, name, value)
    return parts.clock()


def list_secrets(parts: Parts, caller: Principal, after: str | None, limit: int) -> tuple[list[SecretName], bool]:
    """(the page, whether there is more), by name, beyond the name `after`."""
    found = [secret for secret in parts.secrets.names(caller.account) if after is None or secret.name > after]
    return found[:limit], len(found) > limit


def delete_secret(parts: Parts, caller: Principal, name: str) -> None:
    """Raises SecretNotFound."""
    parts.secrets.delete(caller.account, name)
