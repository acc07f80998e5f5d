"""The table's stream, a second time: every commit of an instance (the event source filters for them) is measured, in
batches that gather for some seconds.

Its standard output is metrics (`metrics/emf.py`) beside the log.
"""

from collections import defaultdict
from typing import Any

from aws_lambda_powertools import Logger

from interactor.metrics.commits import Commit
from interactor.services.count_commits import commit_of, count_commits
from interactor.services.parts import parts
from interactor.storage.table import from_stream

logger = Logger()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A failure is told by the first record that it concerns; the stream goes on from there, and what comes a second
    time is counted once.
    """
    failed: list[str] = []
    by_workflow: dict[tuple[str, str], list[tuple[str, Commit]]] = defaultdict(list)
    for record in event["Records"]:
        number = record["dynamodb"]["SequenceNumber"]
        try:
            commit = _read(record["dynamodb"])
        except Exception:
            logger.exception("commit not read", sequence_number=number)
            failed.append(number)
        else:
            by_workflow[commit.account, commit.workflow_name].append((number, commit))
    for (account, name), numbered in by_workflow.items():
        try:
            count_commits(parts(), [commit for _, commit in numbered], print)
        except Exception:
            logger.exception("commits not counted", account=account, workflow_name=name, commits=len(numbered))
            failed.append(numbered[0][0])
    logger.info("counted", commits=len(event["Records"]), workflows=len(by_workflow), failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def _read(images: dict[str, Any]) -> Commit:
    before = from_stream(images["OldImage"]) if "OldImage" in images else None
    moment = int(images["ApproximateCreationDateTime"] * 1000)
    return commit_of(parts(), before, from_stream(images["NewImage"]), moment)
