"""Reads that do not wait for each other: the partitions of a list, the batches of a page."""

import concurrent.futures
from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeVar

_READERS = 16

_Asked = TypeVar("_Asked")
_Found = TypeVar("_Found")


def side_by_side(read: Callable[[_Asked], _Found], wanted: Sequence[_Asked]) -> list[_Found]:
    """What `read` finds for each, in their order; for a single one without a thread. `read` must not come back here:
    readers that all wait for others would wait for ever.
    """
    return list(_readers().map(read, wanted)) if len(wanted) > 1 else [read(one) for one in wanted]


@cache
def _readers() -> concurrent.futures.ThreadPoolExecutor:
    """Made with the first list that needs them, and kept: a start of threads costs as much as a read."""
    return concurrent.futures.ThreadPoolExecutor(max_workers=_READERS)
