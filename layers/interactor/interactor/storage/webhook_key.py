"""The key that webhook secrets are sealed with: one a deployment, a SecureString of SSM Parameter Store.

Made at first use. A parameter is put without overwriting, and then read: of two processes that make a key at the same
moment, both use the one that was put first. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
"""

import base64
from contextlib import suppress
from typing import Any

from interactor.ids import RandomBytes
from interactor.storage import effects

_KEY_BYTES = 32


def webhook_key(ssm: Any, parameter: str, random: RandomBytes) -> bytes:
    """The deployment's key; `ssm` is a client of SSM, `parameter` the parameter's name."""
    return _read(ssm, parameter) or _make(ssm, parameter, random)


def _read(ssm: Any, parameter: str) -> bytes | None:
    try:
        answer = ssm.get_parameter(Name=parameter, WithDecryption=True)
    except ssm.exceptions.ParameterNotFound:
        return None
    return base64.b64decode(answer["Parameter"]["Value"])


def _make(ssm: Any, parameter: str, random: RandomBytes) -> bytes:
    key = base64.b64encode(random(_KEY_BYTES)).decode("ascii")
    effects.begin()
    with suppress(ssm.exceptions.ParameterAlreadyExists):
        ssm.put_parameter(Name=parameter, Value=key, Type="SecureString", Overwrite=False)
    found = _read(ssm, parameter)
    if found is None:
        raise KeyNotKept(parameter)
    return found


class KeyNotKept(Exception):
    """A parameter that was just put cannot be read yet; the next call can."""
