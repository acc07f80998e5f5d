"""DynamoDB streams as an event source: what happens when a batch fails, and after a restart.

MiniStack 1.5.33 takes a partial failure for success (the failed record and those behind it are lost), ignores
bisection, the number of retries, the failure destination and the batching window, runs the handler on the thread that
serves all sources, and after a restart reads on at an old position of an empty stream. The guarantees that rest on the
stream could not be tested. Rules followed here: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

import copy
import json
import time
from dataclasses import dataclass
from typing import Any

from ministack.core.responses import _request_account_id, _request_region
from ministack.services import dynamodb, lambda_svc

Record = dict[str, Any]

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 2.0
"""Seconds before a failed batch is tried again, doubling from the first to the longest."""


@dataclass(slots=True)
class _Reader:
    """How far one event source is in the failing part of its stream. Where it is at all, `_dynamodb_stream_positions`
    says.
    """

    tries: int = 0
    gathering_since: float | None = None
    """When the first record of the batch that is gathering was seen."""
    largest_batch: int | None = None
    bisected_until: int = 0

    def limit(self, configured: int) -> int:
        return min(configured, self.largest_batch or configured)

    def gathers(self, records: int, limit: int, window: float, now: float) -> bool:
        """Whether the batch is to wait for more: neither full nor as old as the batching window."""
        if self.gathering_since is None:
            self.gathering_since = now
        return records < limit and now - self.gathering_since < window

    def passed(self, position: int) -> None:
        """The stream has been read up to `position`: what failed before it is over."""
        self.tries, self.gathering_since = 0, None
        if position >= self.bisected_until:
            self.largest_batch = None

    def failed(self, position: int, length: int, *, bisect: bool, retries: int) -> bool:
        """The batch of `length` records at `position` failed; True if it has been tried often enough to be given up."""
        if bisect and length > 1:
            self.largest_batch = length // 2
            self.bisected_until = max(self.bisected_until, position + length)
            return False
        self.tries += 1
        return 0 <= retries < self.tries


_readers: dict[str, _Reader] = {}


def correct() -> None:
    """Replace the poller of streams, and keep unread records over restarts."""
    lambda_svc._poll_dynamodb_streams = _poll
    _keep_unread_records()


def _poll() -> bool:
    """Start one batch for every event source that has records and none running. True if any was started."""
    started = False
    for account, region, source in lambda_svc._iter_all_esms():
        tokens = _request_account_id.set(account), _request_region.set(region)
        try:
            started = _start_batch(source) or started
        finally:
            _request_account_id.reset(tokens[0])
            _request_region.reset(tokens[1])
    return started


def _start_batch(source: Record) -> bool:
    table = _table_of(source)
    identifier = source["UUID"]
    if table is None or not source.get("Enabled", True) or lambda_svc._esm_inflight.get(identifier):
        return False
    if lambda_svc._esm_backoff_until.get(identifier, 0) > time.time():
        return False
    function, _ = lambda_svc._get_func_record_for_qualifier(source["FunctionName"], source.get("Qualifier"))
    if function is None:
        return False
    position = _position(source, table)
    reader = _readers.setdefault(identifier, _Reader())
    limit = reader.limit(int(source.get("BatchSize", 100)))
    records = dynamodb.stream_records_since(table, position, limit)
    window = float(source.get("MaximumBatchingWindowInSeconds") or 0)
    if not records or reader.gathers(len(records), limit, window, time.time()):
        return False
    wanted = lambda_svc._apply_filter_criteria(records, source)
    if not wanted:
        _move(source, reader, position + len(records))
        return True
    lambda_svc._dispatch_esm_batch(identifier, _run_batch, source, reader, function, position, records, wanted)
    return True


def _table_of(source: Record) -> str | None:
    """The name of the table whose live stream this event source reads, or None."""
    arn = source.get("EventSourceArn", "")
    if ":dynamodb:" not in arn or "/stream/" not in arn:
        return None
    name = str(arn.split("/stream/")[0].rsplit("/", 1)[-1])
    table = dynamodb._tables.get(name)
    return name if table and table.get("LatestStreamArn") == arn else None


def _position(source: Record, table: str) -> int:
    """Where to read on, never outside what the stream holds."""
    oldest, end = dynamodb.stream_start_position(table), dynamodb.stream_end_position(table)
    default = oldest if source.get("StartingPosition") == "TRIM_HORIZON" else end
    with lambda_svc._dynamodb_stream_positions_lock:
        known = lambda_svc._dynamodb_stream_positions.get(source["UUID"], default)
        position: int = min(max(known, oldest), end)
        lambda_svc._dynamodb_stream_positions[source["UUID"]] = position
    return position


def _move(source: Record, reader: _Reader, position: int) -> None:
    with lambda_svc._dynamodb_stream_positions_lock:
        lambda_svc._dynamodb_stream_positions[source["UUID"]] = position
    reader.passed(position)


def _run_batch(
    source: Record, reader: _Reader, function: Record, position: int, records: list[Record], wanted: list[Record]
) -> None:
    """Invoke the function with `wanted`, what the filter left of `records`, and move on as the outcome says."""
    result = lambda_svc._execute_function(function, {"Records": wanted})
    failed = _first_failed(source, result, records)
    if failed is None:
        _move(source, reader, position + len(records))
        return
    if failed > 0:
        _move(source, reader, position + failed)
        return
    bisect = bool(source.get("BisectBatchOnFunctionError"))
    retries = int(source.get("MaximumRetryAttempts", -1))
    if reader.failed(position, len(records), bisect=bisect, retries=retries):
        lambda_svc._send_ddb_stream_failure_record(
            source, function, wanted, source["EventSourceArn"], result, "RetryAttemptsExhausted"
        )
        _move(source, reader, position + len(records))
        return
    pause = min(_FIRST_PAUSE * 2 ** max(reader.tries - 1, 0), _LONGEST_PAUSE)
    lambda_svc._esm_backoff_until[source["UUID"]] = time.time() + pause


def _first_failed(source: Record, result: Record, records: list[Record]) -> int | None:
    """The index of the first failed record, 0 when the whole batch failed, None when all is well.

    With `ReportBatchItemFailures`, an answer that is no valid report fails the whole batch, as on AWS.
    """
    if result.get("error"):
        return 0
    if "ReportBatchItemFailures" not in (source.get("FunctionResponseTypes") or []):
        return None
    body = result.get("body")
    try:
        report = json.loads(body) if isinstance(body, str | bytes) else body
        failures = (report or {}).get("batchItemFailures") or []
        identifiers = {failure["itemIdentifier"] for failure in failures}
    except (ValueError, TypeError, KeyError, AttributeError):
        return 0
    if not identifiers:
        return None
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    return min((numbers.index(number) for number in identifiers if number in numbers), default=0)


def _keep_unread_records() -> None:
    """Write to disk, with the tables, the stream records that some event source has not read yet."""
    get_state, restore = dynamodb.get_state, dynamodb.load_persisted_state

    def get_state_with_streams() -> Record:
        unread, trimmed = copy.copy(dynamodb._stream_records), copy.copy(dynamodb._stream_trimmed)
        unread._data, trimmed._data = {}, {}
        for (account, region, table), records in list(dynamodb._stream_records._data.items()):
            start = dynamodb._trimmed_count(table, account, region)
            read = min([start + len(records), *_positions_in(account, region, table)])
            unread._data[account, region, table] = list(records[read - start :])
            trimmed._data[account, region, table] = read
        return {**get_state(), "stream_records": unread, "stream_trimmed": trimmed}

    def restore_with_streams(state: Record) -> None:
        restore(state)
        for name in ("stream_records", "stream_trimmed"):
            if state and name in state:
                getattr(dynamodb, f"_{name}").update(state[name])

    dynamodb.get_state, dynamodb.load_persisted_state = get_state_with_streams, restore_with_streams


def _positions_in(account: str, region: str, table: str) -> list[int]:
    return [
        position
        for (owner, where, identifier), position in list(lambda_svc._dynamodb_stream_positions._data.items())
        for source in [lambda_svc._esms._data.get((owner, where, identifier))]
        if (owner, where) == (account, region) and source and f":table/{table}/stream/" in source["EventSourceArn"]
    ]
