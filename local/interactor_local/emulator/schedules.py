"""EventBridge Scheduler: when a schedule is due, what its target is told, and who may touch it.

MiniStack 1.5.33 takes every expression for UTC, whatever its time zone, looks only every ten seconds, and passes the
context attributes on as they are written, so that all firings of a schedule look the same
(https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html). It holds a role's
permission for the schedules of a group against the group `default`, whichever they are in. Start and end dates are not
looked at here: nothing of ours sets them.
"""

import json
import logging
import time
import uuid
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ministack.core import iam_actions
from ministack.core.responses import set_request_account_id, set_request_region
from ministack.services import eventbridge, scheduler

_TICK_SECONDS = 1
_last_due: dict[tuple[Any, float], float] = {}
"""When each schedule was last due, or began to be looked at; a schedule is known by its name and its creation."""

_logger = logging.getLogger("scheduler")


def correct() -> None:
    """Replace the sweep over the schedules, and the names of schedules that permissions are held against."""
    began = time.time()
    scheduler._SCHEDULE_TICK_INTERVAL = _TICK_SECONDS
    scheduler._tick_schedules = lambda: _fire_due(began, time.time())
    arn_of = iam_actions.extract_resource_arn

    def arn_with_group(service: str, method: str, path: str, headers: Any, body: bytes, query: Any, *where: str) -> str:
        arn = str(arn_of(service, method, path, headers, body, query, *where))
        if service != "scheduler":
            return arn
        return arn.replace(":schedule/default/", f":schedule/{_group(body, query)}/")

    iam_actions.extract_resource_arn = arn_with_group


def _group(body: bytes, query: dict[str, Any]) -> str:
    """The group that a request names, in its body or, where it has none, in its query."""
    named = json.loads(body).get("GroupName") if body else query.get("groupName")
    return str(named[0] if isinstance(named, list) else named or "default")


def _fire_due(began: float, now: float) -> None:
    for key, schedule in list(scheduler._schedules._data.items()):
        known_as = (key, schedule["CreationDate"])
        is_single = schedule["ScheduleExpression"].startswith("at(")
        since = schedule["CreationDate"] if is_single else max(schedule["CreationDate"], began)
        due = _next(schedule, _last_due.setdefault(known_as, since))
        if schedule["State"] != "ENABLED" or due is None or due > now:
            continue
        _last_due[known_as] = due
        account, region, _ = key
        set_request_account_id(account)
        set_request_region(region)
        _fire(schedule, due)
        if is_single and schedule["ActionAfterCompletion"] == "DELETE":
            scheduler._schedules._data.pop(key, None)


def _next(schedule: dict[str, Any], after: float) -> float | None:
    """The first moment at which the schedule is due, later than `after`."""
    expression, zone = schedule["ScheduleExpression"], ZoneInfo(schedule["ScheduleExpressionTimezone"])
    if expression.startswith("at("):
        moment = datetime.fromisoformat(expression[3:-1]).replace(tzinfo=zone).timestamp()
        return moment if moment > after else None
    interval = eventbridge._parse_rate_seconds(expression)
    if interval is not None:
        return after + float(interval)
    fields = eventbridge._parse_cron_fields(expression)
    found = eventbridge._cron_next_fire(fields, datetime.fromtimestamp(after, zone)) if fields else None
    return found.timestamp() if found else None


def _fire(schedule: dict[str, Any], due: float) -> None:
    attributes = {
        "schedule-arn": schedule["Arn"],
        "scheduled-time": f"{datetime.fromtimestamp(due, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "execution-id": str(uuid.uuid4()),
        "attempt-number": "1",
    }
    target = dict(schedule["Target"])
    for name, value in attributes.items():
        target["Input"] = target.get("Input", "{}").replace(f"<aws.scheduler.{name}>", value)
    event = {"EventId": attributes["execution-id"], "Source": "aws.scheduler", "Detail": json.dumps({}), "Time": due}
    try:
        eventbridge._invoke_target(target, event, schedule)
    except Exception:
        _logger.exception("cannot fire %s", schedule["Arn"])
