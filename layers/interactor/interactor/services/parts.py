"""What the use cases work with, put together once per process. The only place where parts are wired.

Each part is made, and its module imported, at first use: no function needs them all, and a cold start pays for imports.
"""

import copy
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Self

from interactor.clock import Clock, system_clock
from interactor.ids import Ids
from interactor.settings import Settings
from interactor.storage.clients import client
from interactor.storage.documents import Documents
from interactor.storage.table import Table

if TYPE_CHECKING:
    from interactor.auth.tokens import TokenVerifier
    from interactor.egress.protocol import HttpCaller
    from interactor.language_model.protocol import InstructionWriter
    from interactor.limits.quota import NamespaceQuota
    from interactor.limits.rate import RateLimiter, Submit
    from interactor.sandbox.protocol import ScriptRunner
    from interactor.storage.deliveries import Deliveries
    from interactor.storage.error_records import ErrorRecords
    from interactor.storage.files import Files
    from interactor.storage.history import Histories
    from interactor.storage.instances import Instances
    from interactor.storage.lanes import Lanes
    from interactor.storage.replays import Replays
    from interactor.storage.schedules import Schedules
    from interactor.storage.secrets import Secrets
    from interactor.storage.statistics import WorkflowStatistics
    from interactor.storage.subscriptions import Subscriptions
    from interactor.storage.timers import Timers
    from interactor.storage.triggers import Triggers
    from interactor.storage.workflows import Workflows
    from interactor.webhooks.sealing import Seal


class Parts:
    """`clients` gives the client of an AWS service by its name; `beside` runs what a call asks for while it reads."""

    def __init__(
        self,
        settings: Settings,
        clients: Callable[[str], Any],
        table: Table,
        beside: "Submit",
        clock: Clock,
        ids: Ids,
    ) -> None:
        self.settings = settings
        self.clients = clients
        self.table = table
        self.beside = beside
        self.clock = clock
        self.ids = ids

    def with_others(self, **others: Any) -> Self:
        """A copy, with others in the place of the parts of these names."""
        changed = copy.copy(self)
        vars(changed).update(others)
        return changed

    @cached_property
    def documents(self) -> Documents:
        return Documents(lambda: self.clients("s3"), self.settings.documents_bucket)

    @cached_property
    def tokens(self) -> "TokenVerifier":
        from interactor.auth import issuer
        from interactor.auth.tokens import TokenVerifier

        given = self.settings
        return TokenVerifier(given.token_issuer, given.token_jwks_url, given.token_audience, issuer.get, self.clock)

    @cached_property
    def rate_limiter(self) -> "RateLimiter":
        from interactor.limits.rate import RateLimiter
        from interactor.storage.limits import RateCounters

        return RateLimiter(RateCounters(self.table), self.settings.rate_limits, self.beside, self.clock)

    @cached_property
    def quota(self) -> "NamespaceQuota":
        from interactor.limits.quota import NamespaceQuota
        from interactor.storage.limits import Places

        limit = self.settings.max_active_instances
        return NamespaceQuota(Places(self.table), self.instances, limit, self.beside, self.clock, self.ids)

    @cached_property
    def workflows(self) -> "Workflows":
        from interactor.storage.workflows import Workflows

        return Workflows(self.table, self.documents)

    @cached_property
    def instances(self) -> "Instances":
        from interactor.storage.instances import Instances

        return Instances(self.table, self.documents, self.settings.index_shards)

    @cached_property
    def histories(self) -> "Histories":
        from interactor.storage.history import Histories

        return Histories(self.table, self.documents)

    @cached_property
    def error_records(self) -> "ErrorRecords":
        from interactor.storage.error_records import ErrorRecords

        return ErrorRecords(self.table, self.settings.index_shards)

    @cached_property
    def files(self) -> "Files":
        from interactor.storage.files import Files

        return Files(self.table, lambda: self.clients("s3"), self.settings.documents_bucket)

    @cached_property
    def timers(self) -> "Timers":
        from interactor.storage.timers import Timers

        return Timers(self.table)

    @cached_property
    def statistics(self) -> "WorkflowStatistics":
        from interactor.storage.statistics import WorkflowStatistics

        return WorkflowStatistics(self.table, self.settings.index_shards)

    @cached_property
    def secrets(self) -> "Secrets":
        from interactor.storage.secrets import Secrets

        return Secrets(lambda: self.clients("ssm"), self.settings.secrets_path, self.clock)

    @cached_property
    def scripts(self) -> "ScriptRunner":
        from interactor.sandbox.quickjs import QuickJsRunner

        return QuickJsRunner.load(self.settings.quickjs_module)

    @cached_property
    def http(self) -> "HttpCaller":
        from interactor.egress.caller import GuardedHttpCaller

        return GuardedHttpCaller(self.settings.egress_allowed_networks)

    @cached_property
    def writer(self) -> "InstructionWriter":
        from interactor.language_model.bedrock import BedrockWriter

        return BedrockWriter(lambda: self.clients("bedrock-runtime"), self.settings.instruction_models, self.clock)

    @cached_property
    def triggers(self) -> "Triggers":
        from interactor.storage.triggers import Triggers

        return Triggers(self.table)

    @cached_property
    def schedules(self) -> "Schedules":
        from interactor.storage.schedules import Schedules

        return Schedules(self.clients("scheduler"), self.clients("sqs"), self.settings)

    @cached_property
    def subscriptions(self) -> "Subscriptions":
        from interactor.storage.subscriptions import Subscriptions

        return Subscriptions(self.table)

    @cached_property
    def deliveries(self) -> "Deliveries":
        from interactor.storage.deliveries import Deliveries

        return Deliveries(self.table, self.documents, self.settings.index_shards)

    @cached_property
    def replays(self) -> "Replays":
        from interactor.storage.replays import Replays

        return Replays(self.table)

    @cached_property
    def lanes(self) -> "Lanes":
        from interactor.storage.lanes import Lanes

        return Lanes(self.table)

    @cached_property
    def cursor_key(self) -> bytes:
        from interactor.storage.cursor_key import cursor_key

        return cursor_key(self.table, self.ids.new("op", self.clock()), secrets.token_bytes)

    @cached_property
    def seal(self) -> "Seal":
        from interactor.storage.webhook_key import webhook_key
        from interactor.webhooks.sealing import Seal

        key = webhook_key(self.clients("ssm"), self.settings.webhook_key_parameter, secrets.token_bytes)
        return Seal(key, secrets.token_bytes)


@cache
def parts() -> Parts:
    """The parts of a deployed function, from its environment."""
    settings = Settings.from_environment()
    beside = ThreadPoolExecutor(max_workers=2)  # a call asks for a permit and a place while it reads
    table = Table(client("dynamodb"), settings.table_name)
    return Parts(settings, client, table, beside.submit, system_clock, Ids())
