"""Data as lines for people, `Customer name: Acme Corp`: what a halt tells where no language model has put it into
words.

Pure, the same for the same data, and short whatever the data holds.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from interactor.json_text import Json, dump

MAX_LINES = 30
_MAX_LABEL = 80
_MAX_VALUE = 200
_MAX_LISTED = 20
"""Items of a list of plain values that are written in one line."""

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls but tab and new line, the signs that reverse the direction of text, and halves of characters."""
_BETWEEN_WORDS = re.compile(r"[\s._\[\]-]+")


def lines(values: Iterable[tuple[str, Json]]) -> Iterator[str]:
    """`Label: value`, a line for each plain value in the named ones, at most `MAX_LINES`; a last line `…` says that
    there were more.
    """
    leaves = (leaf for name, value in values for leaf in _leaves(_words(name), value))
    for label, value in islice(leaves, MAX_LINES):
        yield f"{clipped(label, _MAX_LABEL)}: {clipped(_told(value), _MAX_VALUE)}"
    if next(leaves, None):
        yield "…"


def heading(name: str) -> str:
    """The name of a state, as a person would write it."""
    return _capital(_words(name))


def plain(text: str) -> str:
    """The text without what cannot be seen; lines stay lines."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\t", " ")).strip()


def clipped(text: str, limit: int) -> str:
    """At most so many characters; an ellipsis says that there were more."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def _leaves(label: str, value: Json) -> Iterator[tuple[str, Json]]:
    """The plain values inside a value, in order, and the lists of plain values. Does not recurse."""
    work = [(label, value)]
    while work:
        label, node = work.pop()
        if isinstance(node, dict):
            work += [(_inside(label, _words(key)), node[key]) for key in reversed(node)]
        elif isinstance(node, list) and any(isinstance(item, dict | list) for item in node):
            work += [(_inside(label, str(index + 1)), node[index]) for index in reversed(range(len(node)))]
        else:
            yield _capital(label), node


def _inside(label: str, step: str) -> str:
    return clipped(f"{label} {step}".strip(), _MAX_LABEL)


def _told(value: Json) -> str:
    if isinstance(value, list):
        listed = ", ".join(_told(item) for item in value[:_MAX_LISTED])
        return (f"{listed}, …" if len(value) > _MAX_LISTED else listed) or "none"
    if isinstance(value, str):
        return " ".join(plain(value[: _MAX_VALUE * 2]).split())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else dump(value)


def _words(name: str) -> str:
    return _BETWEEN_WORDS.sub(" ", plain(name[: _MAX_LABEL * 2])).strip()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
