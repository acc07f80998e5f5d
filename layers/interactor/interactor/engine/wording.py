"""How problems of a definition, a body or a query are told: where they are, which value is meant, what was intended.

A place is a tuple of keys and indices from the root of the document; it becomes text
(`states.start.transitions[0].target`, the reference's style) only at the very end.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeAlias

from interactor.json_text import Json, dump

Place: TypeAlias = tuple[str | int, ...]
Finding: TypeAlias = tuple[Place, str]
"""Where, and what is wrong there."""

_SHOWN = 64
"""Characters of a value or key that a message quotes; a whole name always fits."""
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,64}")


def at(*prefix: str | int, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The same findings, their places seen from further outside."""
    for place, message in findings:
        yield (*prefix, *place), message


def path_text(place: Place) -> str:
    """A place as people read it; keys that are not plain names stand in brackets and quotes."""
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{dump(_clipped(step))}]"
    return text


def shown(value: Json) -> str:
    """A value as a message names it: on one line, and short whatever its size."""
    if isinstance(value, str):
        return f"'{_clipped(json.dumps(value[: _SHOWN + 1], ensure_ascii=False)[1:-1])}'"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    return _clipped(dump(value))


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """`; did you mean 'target'?` when one of the first hundred `words` is close to `word`, else nothing."""
    import difflib  # which only a mistake needs

    close = difflib.get_close_matches(word[:_SHOWN], list(islice(words, 100)), n=1)
    return f"; did you mean '{close[0]}'?" if close else ""


def _clipped(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
