"""Measure commits: the statistics of their workflows, and metrics of what had not been measured before.

Metrics are told once the statistics have taken a commit, so that a batch which comes again is told once. A worker that
dies between the two leaves out the metrics of one workflow's part of one batch; the statistics are exact.
"""

from collections.abc import Callable, Sequence

from interactor.metrics import emf
from interactor.metrics.commits import Commit, Span, Standing, spans
from interactor.services.parts import Parts
from interactor.storage import keys
from interactor.storage.instances import Stored
from interactor.storage.table import Item


def commit_of(parts: Parts, before: Item | None, after: Item, at: int) -> Commit:
    """What the two images of a record of the stream say; `at` is its moment, in milliseconds."""
    account = keys.account_of(after)
    old = parts.instances.committed(account, before) if before else None
    return Commit(
        account=account,
        workflow_name=after["workflow"],
        instance_id=after["id"],
        version=after["version"],
        at=at,
        before=Standing(before["status"], before["state"]) if before else None,
        after=Standing(after["status"], after["state"]),
        spans=_spans(old, parts.instances.committed(account, after)),
    )


def count_commits(parts: Parts, commits: Sequence[Commit], tell: Callable[[str], None]) -> None:
    """Count commits of one workflow, and `tell` their metrics, a line at a time. May be done again."""
    account, name = commits[0].account, commits[0].workflow_name
    now = parts.clock()
    fresh = parts.statistics.count(account, name, commits, now, parts.ids.new("op", now))
    settings = parts.settings
    is_named = fresh and parts.statistics.is_named(account, name, settings.metric_workflows)
    for line in emf.lines(fresh, settings.stack_name, f"{account}/{name}" if is_named else emf.OTHER):
        tell(line)


def _spans(before: Stored | None, after: Stored | None) -> tuple[Span, ...]:
    """What a commit ended or ran, as far as its documents can still be read."""
    if after is None:
        return ()
    return tuple(spans(before.instance if before else None, (event for _, event in after.news)))
