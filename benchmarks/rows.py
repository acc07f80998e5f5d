"""What is printed: one row a figure, with its budget where there is one, at most 100 columns wide."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

_WIDTHS = (36, 44, 8, 6)
_VERDICTS = {True: "met", False: "MISSED", None: ""}


@dataclass(frozen=True, slots=True)
class Row:
    """`met` is None where nothing was promised."""

    what: str
    measured: str
    budget: str = ""
    met: bool | None = None


def at_most(what: str, value: float, limit: float, unit: str = "", shown: str = "") -> Row:
    """A figure with an upper bound; `shown` is told after it."""
    return Row(what, f"{value:,.4g}{unit}{shown}", f"≤ {limit:g}{unit}", value <= limit)


def at_least(what: str, value: float, limit: float, shown: str = "") -> Row:
    """A figure with a lower bound; `shown` is told after it."""
    return Row(what, f"{value:,.0f}{shown}", f"≥ {limit:,g}", value >= limit)


def show(sections: Mapping[str, Sequence[Row]]) -> str:
    """The rows under the headings they came with, and how many of the budgets are met."""
    lines = [_line(("what", "measured", "budget", ""))]
    for heading, rows in sections.items():
        lines += ["", heading, "-" * len(heading)]
        for row in rows:
            lines += _lines(row)
    judged = [row.met for rows in sections.values() for row in rows if row.met is not None]
    lines += ["", f"{judged.count(True)} of {len(judged)} figures within budget, {judged.count(False)} missed."]
    return "\n".join(lines)


def _lines(row: Row) -> list[str]:
    cells = (row.what, row.measured, row.budget, _VERDICTS[row.met])
    wrapped = [textwrap.wrap(cell, width, subsequent_indent="  ") for cell, width in zip(cells, _WIDTHS, strict=True)]
    return [_line(parts) for parts in zip_longest(*wrapped, fillvalue="")]


def _line(cells: Sequence[str]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True)).rstrip()
