"""The table that is printed: one row a figure, with its budget where there is one."""

from collections.abc import Iterable
from dataclasses import dataclass


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


def at_least(what: str, value: float, limit: float, unit: str = "") -> Row:
    return Row(what, f"{value:,.0f}{unit}", f"≥ {limit:,g}{unit}", value >= limit)


def show(rows: Iterable[Row]) -> str:
    lines = ["| what | measured | budget | |", "|---|---|---|---|"]
    words = {True: "met", False: "missed", None: ""}
    return "\n".join([*lines, *(f"| {row.what} | {row.measured} | {row.budget} | {words[row.met]} |" for row in rows)])
