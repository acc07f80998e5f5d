"""The reference's six metrics ('Metrics Available') as lines of the CloudWatch Embedded Metric Format.

A line printed by a function becomes metrics without a call to anybody:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

Powertools' metrics are not used: they put one set of dimensions on a line, so that a total would be a line of its own,
and take 100 ms to import.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from interactor.clock import Millis
from interactor.metrics.commits import Commit

NAMESPACE = "Interactor"
MAX_VALUES = 100
"""Values of one metric on a line (the specification, 'Target members')."""
OTHER = "other"
"""Stands for all workflows that have no name among the dimensions."""
_MINUTE: Millis = 60_000


def lines(commits: Sequence[Commit], stack: str, workflow: str) -> Iterator[str]:
    """What to print for commits of one workflow. `workflow` is its dimension: its name, or `OTHER`.

    Commits of one minute are told together, as CloudWatch keeps them by the minute.
    """
    by_minute: dict[Millis, list[Commit]] = defaultdict(list)
    for commit in commits:
        by_minute[commit.at // _MINUTE * _MINUTE].append(commit)
    for minute, together in sorted(by_minute.items()):
        yield from _counters(together, minute, {"Stack": stack, "Workflow": workflow})
        yield from _durations(together, minute, {"Stack": stack, "Workflow": workflow})


def _counters(commits: Iterable[Commit], at: Millis, dimensions: dict[str, str]) -> Iterator[str]:
    counts = Counter(f"workflow.instance.{outcome}" for commit in commits for outcome in commit.outcomes)
    if counts:
        yield _line(at, dimensions, "Count", dict(counts))


def _durations(commits: Iterable[Commit], at: Millis, dimensions: dict[str, str]) -> Iterator[str]:
    found: dict[str, dict[str, list[Millis]]] = defaultdict(lambda: defaultdict(list))
    for commit in commits:
        for span in commit.spans:
            found[span.status][f"workflow.{span.kind}.duration"].append(span.duration)
    for status, by_name in found.items():
        values = {name: iter(durations) for name, durations in by_name.items()}
        while some := {name: part for name, rest in values.items() if (part := list(islice(rest, MAX_VALUES)))}:
            yield _line(at, {**dimensions, "Status": status}, "Milliseconds", some)


def _line(at: Millis, dimensions: dict[str, str], unit: str, values: dict[str, Any]) -> str:
    """With two sets of dimensions: of this workflow, and of all."""
    all_workflows = [name for name in dimensions if name != "Workflow"]
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [list(dimensions), all_workflows],
        "Metrics": [{"Name": name, "Unit": unit} for name in values],
    }
    document = {"_aws": {"Timestamp": at, "CloudWatchMetrics": [directive]}, **dimensions, **values}
    return json.dumps(document, separators=(",", ":"))
