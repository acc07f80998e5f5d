"""Queues: the longest delay of a message, the permission that a batch needs, and how many functions a queue feeds.

SQS refuses `DelaySeconds` over 900; MiniStack 1.5.33 takes any, which would hide a wait that works nowhere else
(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html). In IAM, a batch needs the
permission of the single action and has none of its own; MiniStack asks for `sqs:SendMessageBatch`
(https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html). A template's parameters are
text, `MaximumConcurrency` too where it is one, and MiniStack's poller fails on that.
"""

from typing import Any

from ministack.core import iam_actions
from ministack.services import lambda_svc, sqs

_LONGEST_DELAY = 900
_MOST_AT_ONCE = 4
"""Messages that one queue has in the hands of functions: on a laptop, more of them would only wait for each other."""


def correct() -> None:
    """Refuse what AWS refuses, in single and in batch sends, and allow what AWS allows."""
    _correct_delays()
    _correct_permissions()
    _correct_concurrency()


def _correct_concurrency() -> None:
    allowed = lambda_svc._sqs_esm_concurrency

    def allowed_here(source: dict[str, Any], *others: Any) -> int:
        scaling = source.get("ScalingConfig") or {}
        given = {name: int(value) for name, value in scaling.items()}
        limit: int = allowed({**source, "ScalingConfig": given}, *others)
        return min(limit, _MOST_AT_ONCE)

    lambda_svc._sqs_esm_concurrency = allowed_here


def _correct_permissions() -> None:
    action_of = iam_actions._action_from_target

    def action_in_policies(headers: dict[str, str]) -> str | None:
        action: str | None = action_of(headers)
        is_sqs = headers.get("x-amz-target", "").startswith("AmazonSQS.")
        return action.removesuffix("Batch") if action and is_sqs else action

    iam_actions._action_from_target = action_in_policies


def _correct_delays() -> None:
    send = sqs._act_send_message

    def send_checked(request: dict[str, Any], url: str) -> Any:
        delay = request.get("DelaySeconds")
        if delay is not None and not 0 <= int(delay) <= _LONGEST_DELAY:
            reason = "Reason: DelaySeconds must be >= 0 and <= 900."
            raise sqs._Err("InvalidParameterValue", f"Value {delay} for parameter DelaySeconds is invalid. {reason}")
        return send(request, url)

    sqs._act_send_message = send_checked
    sqs._HANDLERS["SendMessage"] = send_checked
