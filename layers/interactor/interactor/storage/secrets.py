"""Tenants' secrets in SSM Parameter Store: one SecureString each, `/interactor/<stack>/secrets/acme/API_KEY`.

The only file that speaks to Parameter Store. A process keeps an account's secrets for a minute, so that runs do not ask
each time; nothing else keeps a value anywhere.
"""

from collections.abc import Callable, Mapping, Set
from typing import Any, NamedTuple

from interactor.clock import Clock, Millis
from interactor.errors import SecretNotFound
from interactor.storage import effects

KEPT: Millis = 60_000
"""How long a process may go on with values that others have changed or deleted."""


class SecretName(NamedTuple):
    """A secret as it may be shown."""

    name: str
    updated_at: Millis


class _Kept(NamedTuple):
    values: Mapping[str, str]
    until: Millis


class Secrets:
    """The secrets of all accounts; every method names the account, and reaches nothing of another's."""

    def __init__(self, ssm: Callable[[], Any], path: str, clock: Clock) -> None:
        """`ssm` gives the client; `path` is what all names begin with, without a slash at its end."""
        self._ssm = ssm
        self._path = path
        self._clock = clock
        self._kept: dict[str, _Kept] = {}

    def put(self, account: str, name: str, value: str) -> None:
        """Create a secret or replace its value. What Parameter Store takes as a value has been checked."""
        effects.begin()
        self._ssm().put_parameter(Name=self._name(account, name), Value=value, Type="SecureString", Overwrite=True)
        self._kept.pop(account, None)

    def delete(self, account: str, name: str) -> None:
        """Raises SecretNotFound."""
        effects.begin()
        ssm = self._ssm()
        try:
            ssm.delete_parameter(Name=self._name(account, name))
        except ssm.exceptions.ParameterNotFound as error:
            raise SecretNotFound(f"Secret '{name}' not found") from error
        self._kept.pop(account, None)

    def names(self, account: str) -> list[SecretName]:
        """By name. Nothing is decrypted."""
        found = [
            SecretName(_last_part(parameter["Name"]), int(parameter["LastModifiedDate"].timestamp() * 1000))
            for parameter in self._parameters(account, decrypted=False)
        ]
        return sorted(found, key=lambda secret: secret.name)

    def values(self, account: str, needed: Set[str]) -> Mapping[str, str]:
        """All secrets of the account by name, at most a minute old. If one of `needed` is not among those kept, it may
        have been put meanwhile: they are read again.
        """
        now = self._clock()
        kept = self._kept.get(account)
        if kept is None or kept.until <= now or not needed <= kept.values.keys():
            parameters = self._parameters(account, decrypted=True)
            kept = _Kept({_last_part(found["Name"]): found["Value"] for found in parameters}, now + KEPT)
            self._kept = {other: held for other, held in self._kept.items() if held.until > now} | {account: kept}
        return kept.values

    def _parameters(self, account: str, *, decrypted: bool) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        request = {"Path": f"{self._path}/{account}", "WithDecryption": decrypted}
        while True:
            answer = self._ssm().get_parameters_by_path(**request)  # 10 a page, the most there may be
            found.extend(answer["Parameters"])
            if "NextToken" not in answer:
                return found
            request["NextToken"] = answer["NextToken"]

    def _name(self, account: str, name: str) -> str:
        return f"{self._path}/{account}/{name}"


def _last_part(name: str) -> str:
    return name.rpartition("/")[2]
