"""Every error a client can be told of: one class a situation, with its code and its HTTP status.

The codes are those of the reference ('Error Codes by Endpoint'), and ours where it has none. `api/api.py` turns any of
these into an answer (`api/envelope.py` has its body). What is not an `InteractorError` is a fault of ours and leaves as
`internal_error` without a word of its text. The token endpoints have errors of their own (`auth/oauth_errors.py`).
"""

from typing import ClassVar, Self

from interactor.engine.wording import Finding, path_text
from interactor.json_text import Json


class InteractorError(Exception):
    """Base of all; `details` is what a program may want to read, `message` names the offending value for a person."""

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500

    def __init__(self, message: str, details: Json = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class InvalidRequest(InteractorError):
    code, status = "invalid_request", 400

    @classmethod
    def of(cls, *findings: Finding) -> Self:
        """What is wrong in a body or a query; `details.fields` maps each place to its message."""
        fields: dict[str, Json] = {path_text(place): message for place, message in findings}
        return cls("; ".join(f"{path}: {message}" for path, message in fields.items()), {"fields": fields})


class InvalidInput(InteractorError):
    """The input does not fit the form; `details.fields` maps each field to its message."""

    code, status = "invalid_input", 400


class InvalidWorkflow(InteractorError):
    """The definition has errors; `details.errors` lists all of them as `validate` does."""

    code, status = "invalid_workflow", 400


class WorkflowExists(InteractorError):
    code, status = "workflow_exists", 409


class WorkflowNotFound(InteractorError):
    code, status = "workflow_not_found", 404


class VersionNotFound(InteractorError):
    code, status = "version_not_found", 404


class AlreadyPublished(InteractorError):
    code, status = "already_published", 400


class WorkflowNotPublished(InteractorError):
    code, status = "workflow_not_published", 400


class InstanceNotFound(InteractorError):
    code, status = "instance_not_found", 404


class ThreadNotFound(InteractorError):
    code, status = "thread_not_found", 404


class EventNotFound(InteractorError):
    code, status = "event_not_found", 404


class FileNotFound(InteractorError):
    code, status = "file_not_found", 404


class FileLimitReached(InteractorError):
    code, status = "file_limit_reached", 400


class InstanceNotHalted(InteractorError):
    code, status = "instance_not_halted", 400


class ThreadNotHalted(InteractorError):
    code, status = "thread_not_halted", 400


class InstanceNotActive(InteractorError):
    code, status = "instance_not_active", 400


class InvalidTransition(InteractorError):
    """No transition takes this input; nothing has changed."""

    code, status = "invalid_transition", 400


class ConcurrentModification(InteractorError):
    code, status = "concurrent_modification", 409


class IdempotencyKeyReused(InteractorError):
    code, status = "idempotency_key_reused", 422


class IdempotencyInProgress(InteractorError):
    code, status = "idempotency_in_progress", 409


class PayloadTooLarge(InteractorError):
    code, status = "payload_too_large", 413


class TooManyRequests(InteractorError):
    """A limit has been reached; `retry_after` says after how many seconds it makes sense to try again."""

    status = 429

    def __init__(self, message: str, details: Json, retry_after: int) -> None:
        super().__init__(message, details)
        self.retry_after = retry_after


class RateLimited(TooManyRequests):
    code = "rate_limited"


class NamespaceQuotaExceeded(TooManyRequests):
    code = "namespace_quota_exceeded"


class TriggerNotFound(InteractorError):
    code, status = "trigger_not_found", 404


class TriggerExists(InteractorError):
    """The namespace has a trigger of this name."""

    code, status = "trigger_exists", 409


class TriggerLimitReached(InteractorError):
    code, status = "trigger_limit_reached", 400


class SubscriptionNotFound(InteractorError):
    code, status = "subscription_not_found", 404


class SubscriptionLimitReached(InteractorError):
    code, status = "subscription_limit_reached", 400


class SubscriptionDisabled(InteractorError):
    """Nothing is delivered to it until it is made active again."""

    code, status = "subscription_disabled", 400


class DeliveryNotFound(InteractorError):
    code, status = "delivery_not_found", 404


class ReplayNotFound(InteractorError):
    code, status = "replay_not_found", 404


class UrlNotAllowed(InteractorError):
    """The URL is not https, or its host is not public."""

    code, status = "url_not_allowed", 400


class SecretNotFound(InteractorError):
    code, status = "secret_not_found", 404


class SecretLimitReached(InteractorError):
    code, status = "secret_limit_reached", 400


class Unauthorized(InteractorError):
    code, status = "unauthorized", 401


class Forbidden(InteractorError):
    code, status = "forbidden", 403


class NotFound(InteractorError):
    code, status = "not_found", 404


class MethodNotAllowed(InteractorError):
    code, status = "method_not_allowed", 405


class ActionFailed(InteractorError):
    """An action of the workflow failed in the call, and the instance with it; the code is that of the failure.

    `script_error script_timeout http_error http_timeout data_limit_exceeded step_limit_exceeded` answer 500, as the
    reference says; `details` names the instance, which can be read.
    """

    def __init__(self, code: str, message: str, details: Json) -> None:
        super().__init__(message, details)
        self.code = code  # type: ignore[misc]  # the one error whose code is data
