"""Takes secrets out of what scripts and servers bring back, plain or encoded (`docs/secrets.md` has what is found).

Pure. A text is searched as it is and as what it decodes to: without the escapes of URLs, JSON and HTML, from base64,
from hexadecimal, and that up to three times over. What a secret was found in is replaced by `***`.
"""

import binascii
import html
import json
import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple, TypeVar

from interactor.engine.work import HttpOutcome, ScriptOutcome
from interactor.json_text import Json, dump

MASK = "***"
SHORTEST_SECRET = 8
"""Characters. A shorter value would be found in half of all texts, so `services/change_secrets.py` takes none."""

_LONGEST_TEXT = 256 * 1024
"""Bytes. Longer texts do not fit `workflow_data`, and `egress/` cuts them here."""
_DEPTH = 3
"""Encodings inside each other, such as base64 of JSON in a URL."""
_ESCAPE = re.compile(
    rb"%[0-9A-Fa-f]{2}|(?:[\\%]u[dD][89abAB][0-9A-Fa-f]{2}[\\%]u[dD][c-fC-F][0-9A-Fa-f]{2})|[\\%]u[0-9A-Fa-f]{4}"
    rb"|\\x[0-9A-Fa-f]{2}|\\[\"'\\/bfnrt]|&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,31});"
)
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{11,}")
"""With either alphabet; the shortest secret takes 11 characters."""
_HEXADECIMAL = re.compile(rb"[0-9A-Fa-f]{16,}")
_TO_STANDARD_ALPHABET = bytes.maketrans(b"-_", b"+/")

Outcome = TypeVar("Outcome", bound=ScriptOutcome | HttpOutcome)


class Redactor:
    """Over the secrets that a run was given. Without any it gives everything back as it is."""

    def __init__(self, secrets: Iterable[str]) -> None:
        encodings = {form for secret in secrets if secret for form in _as_bytes(secret)}
        self._needles = [_folded(form) for form in encodings]

    def outcome(self, outcome: Outcome) -> Outcome:
        """All that a script or a server brought: value, log, message, headers, body."""
        if not self._needles:
            return outcome
        return type(outcome)(*map(self.value, outcome))

    def value(self, value: Json) -> Json:
        """A JSON value without secrets, in its keys as well; the same object where there was none.

        A number that has a secret's digits becomes the text `***`; of two keys that become the same, one stays.
        """
        if not self._needles or not self._spans("\n".join(_texts(value)).encode("utf-8", "surrogatepass")):
            return value
        result = [value]
        work: list[tuple[Json, Json]] = [(result, 0)]
        while work:
            container, key = work.pop()
            node = container[key]
            if isinstance(node, dict):
                container[key] = copy = {self.text(name): child for name, child in node.items()}
                work.extend((copy, name) for name in copy)
            elif isinstance(node, list):
                container[key] = items = list(node)
                work.extend((items, index) for index in range(len(items)))
            elif isinstance(node, str):
                container[key] = self.text(node)
            elif _is_number(node) and self._spans(dump(node).encode()):
                container[key] = MASK
        return result[0]

    def text(self, text: str, limit: int = _LONGEST_TEXT) -> str:
        """A text without secrets; the same where there was none.

        One of `limit` bytes or more may have been cut, and end with the beginning of a secret that nobody can
        recognise: if there is another in it, nothing of it stays.
        """
        data = text.encode("utf-8", "surrogatepass")
        spans = self._spans(data) if self._needles else []
        if not spans:
            return text
        return MASK if len(data) >= limit else _masked(data, spans).decode("utf-8", "surrogatepass")

    def _spans(self, data: bytes, depth: int = _DEPTH) -> list[tuple[int, int]]:
        """Where in `data` there is a secret, in no order."""
        folded = _folded(data)
        spans = [span for needle in self._needles for span in _occurrences(folded, needle)]
        if depth:
            for view in _views(data):
                spans.extend(view.source_of(start, end) for start, end in self._spans(view.data, depth - 1))
        return spans


def _as_bytes(secret: str) -> Iterator[bytes]:
    yield secret.encode("utf-8")
    try:
        yield secret.encode("latin-1")  # what JavaScript's escape() has
    except UnicodeEncodeError:
        return


def _folded(data: bytes) -> bytes:
    """With the two spellings that a space has in forms as one."""
    return data.replace(b"+", b" ")


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _texts(value: Json) -> Iterator[str]:
    work = [value]
    while work:
        node = work.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict):
            yield from node
            work.extend(node.values())
        elif isinstance(node, list):
            work.extend(node)
        elif _is_number(node):
            yield dump(node)


def _occurrences(data: bytes, needle: bytes) -> Iterator[tuple[int, int]]:
    start = data.find(needle)
    while start >= 0:
        yield start, start + len(needle)
        start = data.find(needle, start + len(needle))


def _masked(data: bytes, spans: list[tuple[int, int]]) -> bytes:
    kept: list[bytes] = []
    position = 0
    for start, end in sorted(spans):
        if start > position or not kept:
            kept.append(data[position:start])
        position = max(position, end)
    return MASK.encode().join([*kept, data[position:]])


class _Piece(NamedTuple):
    """Part of a view: what was decoded from the source at `start`, `taken` bytes for each `given`."""

    decoded: bytes
    start: int
    taken: int = 1
    given: int = 1

    def begin_of(self, offset: int) -> int:
        return self.start + min(offset, len(self.decoded)) * self.taken // self.given

    def end_of(self, offset: int) -> int:
        return self.start - -min(offset, len(self.decoded)) * self.taken // self.given


class _View:
    """What a text decodes to, in pieces that `separator` keeps apart."""

    def __init__(self, pieces: list[_Piece], separator: bytes = b"") -> None:
        self._pieces = pieces
        self._separator = separator
        self.data = separator.join(piece.decoded for piece in pieces)

    def source_of(self, start: int, end: int) -> tuple[int, int]:
        """The part of the source from which this part was decoded, wholly or in part."""
        first, last = (bisect_right(self._begins, position) - 1 for position in (start, end - 1))
        return (
            self._pieces[first].begin_of(start - self._begins[first]),
            self._pieces[last].end_of(end - self._begins[last]),
        )

    @cached_property
    def _begins(self) -> list[int]:
        lengths = (len(piece.decoded) + len(self._separator) for piece in self._pieces[:-1])
        return list(accumulate(lengths, initial=0))


def _views(data: bytes) -> Iterator[_View]:
    if any(mark in data for mark in (b"%", b"\\", b"&")) and (pieces := _unescaped(data)):
        yield _View(pieces)
    if runs := [match.span() for match in _BASE64.finditer(data)]:
        for skipped in range(4):  # what comes before it in the run may end anywhere in a group of four
            yield _View([_from_base64(data, start + skipped, end) for start, end in runs], b"\n")
    if runs := [match.span() for match in _HEXADECIMAL.finditer(data)]:
        for skipped in range(2):
            yield _View([_from_hexadecimal(data, start + skipped, end) for start, end in runs], b"\n")


def _unescaped(data: bytes) -> list[_Piece]:
    """In pieces; none if there is no escape."""
    pieces, position = [], 0
    for match in _ESCAPE.finditer(data):
        if match.start() > position:
            pieces.append(_Piece(data[position : match.start()], position))
        meaning = _meaning(match[0].decode("ascii"))
        pieces.append(_Piece(meaning, match.start(), len(match[0]), len(meaning)))
        position = match.end()
    if pieces and position < len(data):
        pieces.append(_Piece(data[position:], position))
    return pieces


def _meaning(escape: str) -> bytes:
    if escape[:2] == "&#":
        number = int(escape[3:-1], 16) if escape[2] in "xX" else int(escape[2:-1])
        character = chr(min(number, sys.maxunicode))
    elif escape[0] == "&":
        character = html.unescape(escape)
    elif escape[1] == "u":
        character = json.loads(f'"{escape.replace("%", chr(92))}"')
    elif escape[0] == "%":
        return bytes.fromhex(escape[1:])
    elif escape[1] == "x":
        character = chr(int(escape[2:], 16))
    else:
        character = "'" if escape[1] == "'" else json.loads(f'"{escape}"')
    return str(character).encode("utf-8", "surrogatepass")


def _from_base64(data: bytes, start: int, end: int) -> _Piece:
    rest = (end - start) % 4
    standard = data[start : end - (rest == 1)].translate(_TO_STANDARD_ALPHABET)  # six bits alone hold no byte
    return _Piece(binascii.a2b_base64(standard + b"=" * (-len(standard) % 4)), start, 4, 3)


def _from_hexadecimal(data: bytes, start: int, end: int) -> _Piece:
    end -= (end - start) % 2
    return _Piece(bytes.fromhex(data[start:end].decode("ascii")), start, 2)
