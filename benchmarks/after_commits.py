"""What follows an approval's two commits: `on_stream` tells webhooks of them, `on_commits` measures them.

How much that costs depends on how many commits come in one batch. Two loads are told apart: a million approvals spread
evenly over a month, and a rush in which batches are full.
"""

from benchmarks.counting import Done
from benchmarks.handlers import Handlers
from benchmarks.prices import SPREAD
from benchmarks.rows import Row
from benchmarks.units import Operations, commits, told
from benchmarks.usage import Usage, usage_of

_APPROVALS_A_SECOND = 1_000_000 / (30 * 24 * 60 * 60)
_WINDOW_SECONDS = 60
"""template.yaml's `StatisticsWindowSeconds`: how long commits gather before they are measured."""
_STREAM_SHARDS = 4
"""Of a new table on demand; each shard gathers a batch of its own
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html).
"""
_GATHERED = round(2 * _APPROVALS_A_SECOND * _WINDOW_SECONDS / _STREAM_SHARDS)
"""Commits that such a batch has, spread over a month."""
_REMEMBERED_BATCHES = 5 * 60 // _WINDOW_SECONDS * _STREAM_SHARDS
"""A workflow's statistics remember the commits of five minutes, so they have their usual size after so many batches."""
_RUSH = 100
"""`on_stream`'s batch (template.yaml); `on_commits` would take up to 1,000."""


def measure(handlers: Handlers, done: Operations) -> tuple[list[Row], dict[str, Usage]]:
    """Rows of the table, and what follows one approval under each load, when nobody subscribes to webhooks."""
    approvals = [commits(*calls) for calls in zip(done["create"], done["resume"], strict=True)]
    records = [record for approval in approvals for record in approval]
    needed = _GATHERED * _REMEMBERED_BATCHES
    if not all("outbox" in record["dynamodb"]["NewImage"] for record in records) or len(records) < needed + _RUSH:
        raise RuntimeError(f"{len(records)} commits, or not all with an outbox: the figures would mean nothing")
    alone = [handlers.follow("on_stream", [record]) for record in records[:_RUSH]]
    full = [handlers.follow("on_stream", records[-_RUSH:]) for _ in range(5)]
    gathered = [
        handlers.follow("on_commits", records[start : start + _GATHERED]) for start in range(0, needed, _GATHERED)
    ][-_REMEMBERED_BATCHES // 4 :]
    rush: list[Done] = [handlers.follow("on_commits", records[-_RUSH:])]
    rows = [
        Row("on_stream, one commit", told(alone)),
        Row(f"on_stream, a batch of {_RUSH}", told(full)),
        Row(f"on_commits, a batch of {_GATHERED}", told(gathered)),
        Row(f"on_commits, a batch of {_RUSH}", told(rush)),
    ]
    return rows, {
        SPREAD: usage_of(alone).times(2) + usage_of(gathered).times(2 / _GATHERED),
        "in a rush": (usage_of(full) + usage_of(rush)).times(2 / _RUSH),
    }
