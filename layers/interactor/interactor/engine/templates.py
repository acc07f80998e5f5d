"""Templates: `${workflow_data.amount}` in HTTP logic, presentations and instructions (docs/workflows.md).

Expansion is one pass: what a value brings in is never looked at again, so data that contains `${…}` stays as it is.
Three places take a template: JSON (`expand`), a URL (`expand_url`) and a header (`expand_header`), each with its own
rule for what a value may do.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias
from urllib.parse import quote, unquote

from interactor.engine.paths import MISSING, find, is_path, root_of
from interactor.engine.wording import Finding, Place, did_you_mean, shown
from interactor.json_text import MAX_DEPTH, Json, size_of, text_of

ROOTS = ("workflow_data", "input", "context")
HTTP_ROOTS = (*ROOTS, "secrets")

MAX_EXPANDED_BYTES = 1024 * 1024
"""What all values put into one template may add up to, in bytes of UTF-8 JSON. A limit of ours: a definition of 1 MB
can name a value of 256 KB tens of thousands of times."""

_PLACEHOLDER = re.compile(r"\$\{([^{}]*)\}")
_DOT_SEGMENTS = frozenset((".", ".."))


class TemplateError(ValueError):
    """The data makes something of this template that may not be sent; the message is fit for the workflow's author."""


def is_placeholder(text: str) -> bool:
    """Whether a string is exactly one placeholder, and so takes the type of its value."""
    return _PLACEHOLDER.fullmatch(text) is not None


def placeholders(text: str) -> list[tuple[str, str]]:
    """The placeholders in a text as they stand there, each with the path that it names."""
    return [(found.group(), found.group(1).strip()) for found in _PLACEHOLDER.finditer(text)]


def expand(template: Json, scope: Mapping[str, Json]) -> Json:
    """A copy of a JSON value with every string in it expanded; keys are left alone.

    `scope` maps each root to its data. A string that is exactly one placeholder becomes the value itself, `null`
    where there is no value; inside text a string is put in as it is, a missing value and `null` as nothing, everything
    else as compact JSON. Raises TemplateError when the values add up to over 1 MB, the result nests more than 500 deep
    or a secret is missing.
    """
    budget = _Budget()
    result = [template]
    work: list[tuple[Json, Json, int]] = [(result, 0, 0)]
    while work:
        container, key, depth = work.pop()
        node = container[key]
        if isinstance(node, str):
            container[key] = _expand_string(node, scope, budget, depth)
        elif isinstance(node, dict):
            container[key] = copy = dict(node)
            work.extend((copy, name, depth + 1) for name in copy)
        elif isinstance(node, list):
            container[key] = items = list(node)
            work.extend((items, index, depth + 1) for index in range(len(items)))
    return result[0]


def expand_for_people(template: Json, scope: Mapping[str, Json]) -> Json:
    """As `expand`, for what is only read: what cannot be expanded is shown as its author wrote it."""
    try:
        return expand(template, scope)
    except TemplateError:
        return template


def expand_url(template: str, scope: Mapping[str, Json]) -> str:
    """A URL with every value percent-encoded (RFC 3986, section 2.1), so that none can leave its component.

    Raises TemplateError when a value makes a path segment `.` or `..`, which encoding cannot hide from servers that
    normalise, and as `expand` does.
    """
    budget = _Budget()
    parts = _PLACEHOLDER.split(template)
    blank = parts.copy()
    for index in range(1, len(parts), 2):
        parts[index] = quote(_as_text(parts[index], scope, budget), safe="", errors="replace")
        blank[index] = "x"
    url = "".join(parts)
    for before, after in zip(_path_segments("".join(blank)), _path_segments(url), strict=True):
        if after in _DOT_SEGMENTS and before not in _DOT_SEGMENTS:
            raise TemplateError(f"A value makes '{after}' a segment of the path of {shown(template)}")
    return url


def expand_header(template: str, scope: Mapping[str, Json]) -> str:
    """A header's value as text. Whoever sends it must refuse line breaks, which literal text may hold as well.

    Raises TemplateError as `expand` does.
    """
    budget = _Budget()
    parts = _PLACEHOLDER.split(template)
    parts[1::2] = [_as_text(path, scope, budget) for path in parts[1::2]]
    return "".join(parts)


def problems(template: Json, roots: Collection[str]) -> Iterator[Finding]:
    """What is wrong with the placeholders in a JSON value of any kind, given the roots that this place may name."""
    work: list[tuple[_Trail, Json]] = [(None, template)]
    while work:
        trail, node = work.pop()
        if isinstance(node, str):
            yield from ((_place(trail), message) for message in _string_problems(node, roots))
        elif isinstance(node, dict):
            work.extend(((trail, name), child) for name, child in reversed(node.items()))
        elif isinstance(node, list):
            work.extend(((trail, index), node[index]) for index in reversed(range(len(node))))


_Trail: TypeAlias = "tuple[_Trail, str | int] | None"
"""A place that shares its outer steps with its neighbours; whole tuples for a deep value would fill the memory."""


def _place(trail: _Trail) -> Place:
    steps: list[str | int] = []
    while trail:
        trail, step = trail
        steps.append(step)
    return tuple(reversed(steps))


class _Budget:
    """How many more bytes of values this template may take."""

    def __init__(self) -> None:
        self.left = MAX_EXPANDED_BYTES

    def spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise TemplateError(f"The values put into one template are more than {MAX_EXPANDED_BYTES} bytes")


def _expand_string(template: str, scope: Mapping[str, Json], budget: _Budget, depth: int) -> Json:
    if "${" not in template:
        return template
    parts = _PLACEHOLDER.split(template)
    if len(parts) == 3 and not parts[0] and not parts[2]:
        return _value(parts[1], scope, budget, depth)
    parts[1::2] = [_as_text(path, scope, budget) for path in parts[1::2]]
    return "".join(parts)


def _value(path: str, scope: Mapping[str, Json], budget: _Budget, depth: int) -> Json:
    value = _found(path.strip(), scope)
    if value is MISSING:
        return None
    budget.spend(size_of(value))
    if depth + _depth_of(value) > MAX_DEPTH:
        raise TemplateError(f"The value of {shown(path.strip())} would nest more than {MAX_DEPTH} deep")
    return value


def _as_text(path: str, scope: Mapping[str, Json], budget: _Budget) -> str:
    value = _found(path.strip(), scope)
    if value is MISSING or value is None:
        return ""
    text = text_of(value)
    budget.spend(len(text.encode("utf-8", "surrogatepass")))
    return text


def _found(path: str, scope: Mapping[str, Json]) -> Json:
    """The value or `MISSING`; a secret may not be missing, as what is sent without it says nothing of the cause."""
    value = find(scope, path)
    if value is MISSING and root_of(path) == "secrets":
        raise TemplateError(f"There is no secret {shown(path.removeprefix('secrets.'))}")
    return value


def _depth_of(value: Json) -> int:
    depth, layer = 0, [value]
    while layer := [node for node in layer if isinstance(node, dict | list)]:
        depth += 1
        layer = [child for node in layer for child in (node.values() if isinstance(node, dict) else node)]
    return depth


def _path_segments(url: str) -> list[str]:
    """The segments of a URL's path as a server may read them, after decoding (RFC 3986, section 6.2.2)."""
    path = re.split(r"[?#]", url, maxsplit=1)[0]
    return [unquote(segment) for segment in path.split("/")]


def _string_problems(text: str, roots: Collection[str]) -> Iterator[str]:
    if "${" not in text:
        return
    parts = _PLACEHOLDER.split(text)
    for literal in parts[0::2]:
        if "${" in literal:
            yield f"The placeholder at {shown(literal[literal.index('${') :])} is not closed"
    for path in (part.strip() for part in parts[1::2]):
        if not is_path(path):
            yield f"{shown('${' + path + '}')} holds no path; write it as '${{workflow_data.amount}}'"
        elif root_of(path) == "secrets" and "secrets" not in roots:
            yield f"{shown('${' + path + '}')}: secrets are for HTTP logic alone"
        elif path == "secrets":
            yield "'${secrets}' names no secret; write it as '${secrets.API_KEY}'"
        elif root_of(path) not in roots:
            hint = did_you_mean(root_of(path), roots)
            yield f"{shown('${' + path + '}')} starts with none of {', '.join(roots)}{hint}"
