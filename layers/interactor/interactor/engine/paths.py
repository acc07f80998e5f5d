"""Dotted paths: how conditions and templates name a value inside the data.

`items.0.price` and `items[0].price` are the same path. A step is a key of an object or an index of an array, and
nothing else: strings have no characters, objects no methods, and `__proto__` is a key like any other. A key that
contains one of `. [ ] { }` cannot be named.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from interactor.json_text import Json

MISSING: Final[Any] = object()
"""What `find` gives where there is nothing; `null` is something."""

_STEP = re.compile(r"[^.\[\]{}]+")
_PATH = re.compile(r"[^.\[\]{}]+(?:\.[^.\[\]{}]+|\[[0-9]+\])*")
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


def is_path(text: str) -> bool:
    """Whether `text` is a well-formed path."""
    return _PATH.fullmatch(text) is not None


def root_of(path: str) -> str:
    """The first step of a path."""
    return path.partition(".")[0].partition("[")[0]


def find(data: Json, path: str) -> Json:
    """The value at a path, or `MISSING`."""
    for step in _STEP.findall(path):
        if isinstance(data, Mapping):
            if step not in data:
                return MISSING
            data = data[step]
        elif isinstance(data, list) and _INDEX.fullmatch(step) and int(step) < len(data):
            data = data[int(step)]
        else:
            return MISSING
    return data
