"""Queues: the longest delay of a message. SQS refuses `DelaySeconds` over 900; MiniStack 1.5.33 takes any, which would
hide a wait that works nowhere else
(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html).
"""

from typing import Any

from ministack.services import sqs

_LONGEST_DELAY = 900


def correct() -> None:
    """Refuse what AWS refuses, in single and in batch sends."""
    send = sqs._act_send_message

    def send_checked(request: dict[str, Any], url: str) -> Any:
        delay = request.get("DelaySeconds")
        if delay is not None and not 0 <= int(delay) <= _LONGEST_DELAY:
            reason = "Reason: DelaySeconds must be >= 0 and <= 900."
            raise sqs._Err("InvalidParameterValue", f"Value {delay} for parameter DelaySeconds is invalid. {reason}")
        return send(request, url)

    sqs._act_send_message = send_checked
    sqs._HANDLERS["SendMessage"] = send_checked
