"""Cognito: the client metadata of a refresh. AWS hands it to the pre-token-generation trigger, which narrows the scopes
by it; MiniStack 1.5.33 drops it
(https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html).
"""

from contextvars import ContextVar
from typing import Any

from ministack.services import cognito

_metadata: ContextVar[dict[str, str] | None] = ContextVar("client metadata of the refresh in progress", default=None)


def correct() -> None:
    """Carry the metadata from the call to the trigger's event."""
    refresh, build_event = cognito._get_tokens_from_refresh_token, cognito._build_pretoken_event

    def refresh_with_metadata(request: dict[str, Any]) -> Any:
        token = _metadata.set(request.get("ClientMetadata"))
        try:
            return refresh(request)
        finally:
            _metadata.reset(token)

    def build_event_with_metadata(**given: Any) -> Any:
        return build_event(**{**given, "client_metadata": given["client_metadata"] or _metadata.get()})

    cognito._get_tokens_from_refresh_token = refresh_with_metadata
    cognito._build_pretoken_event = build_event_with_metadata
