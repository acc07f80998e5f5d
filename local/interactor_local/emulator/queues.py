"""Queues: the longest delay of a message, and the permission that a batch needs.

SQS refuses `DelaySeconds` over 900; MiniStack 1.5.33 takes any, which would hide a wait that works nowhere else
(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html). In IAM, a batch needs the
permission of the single action and has none of its own; MiniStack asks for `sqs:SendMessageBatch`
(https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html).
"""

from typing import Any

from ministack.core import iam_actions
from ministack.services import sqs

_LONGEST_DELAY = 900


def correct() -> None:
    """Refuse what AWS refuses, in single and in batch sends, and allow what AWS allows."""
    _correct_delays()
    _correct_permissions()


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
