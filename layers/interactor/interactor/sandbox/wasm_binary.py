"""The binary form of a WebAssembly module, as far as `snapshot.py` has to read and write it.

Source: https://webassembly.github.io/spec/core/binary/, 'Modules', and 'Name Section' of its appendix.
"""

import re
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import NamedTuple, Self

_HEADER = b"\0asm\1\0\0\0"
_FUNCTION, _MEMORY, _GLOBAL = 0, 2, 3
"""The kinds of things that are exported, as the binary form numbers them."""
_I32, _CONSTANT, _I32_CONST, _END = b"\x7f", b"\0", b"\x41", b"\x0b"
_FUNCTION_NAMES = 1
PAGE = 64 * 1024
"""Bytes: the unit that memory grows by."""


class SectionId(IntEnum):
    """Those that are read or written here; others are kept as they are."""

    CUSTOM = 0
    MEMORY = 5
    GLOBAL = 6
    EXPORT = 7
    DATA = 11


class Section(NamedTuple):
    """`content` is what follows the section's size."""

    id: int
    content: bytes


class Binary(NamedTuple):
    """A module as its sections, in their order."""

    sections: tuple[Section, ...]

    @classmethod
    def read(cls, module: bytes) -> Self:
        """Raises ValueError for what is not a module."""
        if not module.startswith(_HEADER):
            raise ValueError("not a WebAssembly module")
        return cls(tuple(_sections(module)))

    def written(self) -> bytes:
        """The bytes of the module, without names and debugging information, which no longer fit once it is changed."""
        kept = (one for one in self.sections if one.id != SectionId.CUSTOM)
        return _HEADER + b"".join(bytes([one.id]) + _vector(one.content) for one in kept)

    def function(self, name: str) -> int:
        """The index of a function, exported or not, by its name in the source. Raises LookupError."""
        for found, index in _function_names(self.sections):
            if found == name:
                return index
        raise LookupError(f"the module names no function {name}")

    def exporting(self, functions: Iterable[str], constants: dict[str, int]) -> Self:
        """The module with other exports: its one memory, these functions, and a global for each constant (of 32
        bits). Nothing else is exported.

        The module must import no globals. Raises LookupError.
        """
        globals_ = self._content(SectionId.GLOBAL)
        before, start = read_unsigned(globals_, 0)
        added = b"".join(_I32 + _CONSTANT + _I32_CONST + signed(value) + _END for value in constants.values())
        exports = [
            ("memory", _MEMORY, 0),
            *((name, _FUNCTION, self.function(name)) for name in functions),
            *((name, _GLOBAL, before + place) for place, name in enumerate(constants)),
        ]
        entries = [_vector(name.encode()) + bytes([kind]) + unsigned(index) for name, kind, index in exports]
        return self._with(SectionId.GLOBAL, unsigned(before + len(constants)) + globals_[start:] + added)._with(
            SectionId.EXPORT, unsigned(len(entries)) + b"".join(entries)
        )

    def with_memory(self, image: bytes) -> Self:
        """The module with a memory that begins as `image` (whole pages), instead of as it had it."""
        parts = [b"\0" + _I32_CONST + signed(address) + _END + _vector(data) for address, data in _without_zeros(image)]
        resized = self._with(SectionId.MEMORY, b"\1\0" + unsigned(len(image) // PAGE))
        return resized._with(SectionId.DATA, unsigned(len(parts)) + b"".join(parts))

    def _content(self, wanted: SectionId) -> bytes:
        return next(one.content for one in self.sections if one.id == wanted)

    def _with(self, wanted: SectionId, content: bytes) -> Self:
        return self._replace(
            sections=tuple(one._replace(content=content) if one.id == wanted else one for one in self.sections)
        )


def _sections(module: bytes) -> Iterator[Section]:
    position = len(_HEADER)
    while position < len(module):
        size, start = read_unsigned(module, position + 1)
        yield Section(module[position], module[start : start + size])
        position = start + size


def _function_names(sections: Iterable[Section]) -> Iterator[tuple[str, int]]:
    for one in sections:
        if one.id != SectionId.CUSTOM:
            continue
        name, position = _read_vector(one.content, 0)
        while name == b"name" and position < len(one.content):
            kind = one.content[position]
            content, position = _read_vector(one.content, position + 1)
            if kind == _FUNCTION_NAMES:
                yield from _name_map(content)


def _name_map(content: bytes) -> Iterator[tuple[str, int]]:
    count, position = read_unsigned(content, 0)
    for _ in range(count):
        index, position = read_unsigned(content, position)
        name, position = _read_vector(content, position)
        yield name.decode(), index


def _without_zeros(image: bytes) -> Iterator[tuple[int, bytes]]:
    """(address, bytes) of each part of memory that is not zero, which memory is anyway; short gaps are left in."""
    for match in re.finditer(rb"[^\0]+(?:\0{1,15}[^\0]+)*", image):
        yield match.start(), match.group()


def _vector(content: bytes) -> bytes:
    return unsigned(len(content)) + content


def _read_vector(data: bytes, position: int) -> tuple[bytes, int]:
    size, start = read_unsigned(data, position)
    return data[start : start + size], start + size


def unsigned(value: int) -> bytes:
    """LEB128, the form of all sizes, counts and indices."""
    return _leb128(value, 0x7F)


def signed(value: int) -> bytes:
    """LEB128 of a constant that is not negative: one bit of the last byte is the sign's."""
    return _leb128(value, 0x3F)


def _leb128(value: int, largest_end: int) -> bytes:
    written = bytearray()
    while value > largest_end:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])


def read_unsigned(data: bytes, position: int) -> tuple[int, int]:
    """(the value that begins at `position`, where it ends)."""
    value = shift = 0
    while True:
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position
