"""The settings of a deployment, read from the environment once per process. Their defaults and bounds are template
parameters.
"""

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Self

from interactor.limits.rate import Category

if TYPE_CHECKING:
    from interactor.egress.addresses import Network  # whose table of ranges only those need that make calls


class Settings(NamedTuple):
    """What differs between deployments. A function is given only the variables that it uses; the others are empty."""

    table_name: str = ""
    documents_bucket: str = ""
    advance_queue_url: str = ""
    delivery_queue_url: str = ""
    events_queue_url: str = ""
    events_queue_arn: str = ""
    events_dead_letters_arn: str = ""
    schedule_group: str = ""
    schedule_role_arn: str = ""
    """What EventBridge Scheduler acts as when it puts a firing into the events queue."""
    webhook_key_parameter: str = ""
    """The SSM parameter that keeps the key of webhook secrets."""
    secrets_path: str = ""
    """What the names of all parameters with tenants' secrets begin with, such as `/interactor/prod/secrets`."""
    token_issuer: str = ""
    token_jwks_url: str = ""
    token_audience: str = ""
    token_endpoint: str = ""
    user_pool_client_id: str = ""
    egress_allowed_networks: "tuple[Network, ...]" = ()
    quickjs_module: Path | None = None
    instruction_models: Mapping[str, str] = MappingProxyType({})
    """Names of language models in definitions → their Bedrock ids; the first is the default, none means no model."""
    index_shards: int = 1
    """Partitions that each list is spread over; may be raised at any time, never lowered (`docs/scaling.md`)."""
    rate_limit_read: int = 1000
    """Calls a minute and account, as the two below."""
    rate_limit_write: int = 100
    rate_limit_create: int = 50
    max_active_instances: int = 10_000
    """Running and halted instances in a namespace; `docs/limits.md` says what happens when it is changed."""
    stack_name: str = ""
    metric_workflows: int = 10
    """Workflows whose metrics carry their name; `docs/observability.md` says what each costs."""

    @property
    def rate_limits(self) -> dict[Category, int]:
        return {"read": self.rate_limit_read, "write": self.rate_limit_write, "create": self.rate_limit_create}

    def queue_of(self, purpose: str) -> str:
        """The URL of the queue whose function does what timers of this purpose are set for."""
        return self.delivery_queue_url if purpose == "deliver" else self.advance_queue_url

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Raises ValueError when a network or a model is malformed: a function with wrong settings must not start."""
        module = environment.get("QUICKJS_MODULE", "")
        networks = environment.get("EGRESS_ALLOWED_CIDRS", "")
        return cls(
            table_name=environment.get("TABLE_NAME", ""),
            documents_bucket=environment.get("DOCUMENTS_BUCKET", ""),
            advance_queue_url=environment.get("ADVANCE_QUEUE_URL", ""),
            delivery_queue_url=environment.get("DELIVERY_QUEUE_URL", ""),
            events_queue_url=environment.get("EVENTS_QUEUE_URL", ""),
            events_queue_arn=environment.get("EVENTS_QUEUE_ARN", ""),
            events_dead_letters_arn=environment.get("EVENTS_DEAD_LETTERS_ARN", ""),
            schedule_group=environment.get("SCHEDULE_GROUP", ""),
            schedule_role_arn=environment.get("SCHEDULE_ROLE_ARN", ""),
            webhook_key_parameter=environment.get("WEBHOOK_KEY_PARAMETER", ""),
            secrets_path=environment.get("SECRETS_PATH", ""),
            token_issuer=environment.get("TOKEN_ISSUER", ""),
            token_jwks_url=environment.get("TOKEN_JWKS_URL", ""),
            token_audience=environment.get("TOKEN_AUDIENCE", ""),
            token_endpoint=environment.get("TOKEN_ENDPOINT", ""),
            user_pool_client_id=environment.get("USER_POOL_CLIENT_ID", ""),
            egress_allowed_networks=tuple(ipaddress.ip_network(text) for text in networks.split(",") if text),
            quickjs_module=Path(module) if module else None,
            instruction_models=_models(environment.get("INSTRUCTION_MODELS", "")),
            index_shards=int(environment.get("INDEX_SHARDS", "1")),
            rate_limit_read=int(environment.get("RATE_LIMIT_READ", "1000")),
            rate_limit_write=int(environment.get("RATE_LIMIT_WRITE", "100")),
            rate_limit_create=int(environment.get("RATE_LIMIT_CREATE", "50")),
            max_active_instances=int(environment.get("MAX_ACTIVE_INSTANCES", "10000")),
            stack_name=environment.get("STACK_NAME", ""),
            metric_workflows=int(environment.get("METRIC_WORKFLOWS", "10")),
        )


def _models(text: str) -> dict[str, str]:
    """`name=id,name=id`, in order."""
    models = dict(part.strip().partition("=")[::2] for part in text.split(",") if part.strip())
    if unmapped := [name for name, id in models.items() if not (name and id)]:
        raise ValueError(f"INSTRUCTION_MODELS must be name=id,name=id; {unmapped[0]!r} has no name or no id")
    return models
