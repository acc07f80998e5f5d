"""Bedrock: the permission that Converse needs. AWS asks for `bedrock:InvokeModel`
(https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html); MiniStack 1.5.33 asks for a
`bedrock:Converse` that AWS does not know.
"""

from typing import Any

from ministack.core import iam_actions


def correct() -> None:
    """Ask a role for the permission that AWS would ask it for."""
    action_of = iam_actions.extract_iam_action

    def action(service: str, *request: Any) -> str | None:
        found: str | None = action_of(service, *request)
        return "bedrock:InvokeModel" if found == "bedrock:Converse" else found

    iam_actions.extract_iam_action = action
