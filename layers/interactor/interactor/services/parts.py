"""What the use cases work with, put together once per process. The only place where parts are wired; tests wire their
own.
"""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial

from interactor.auth.tokens import TokenVerifier
from interactor.clock import Clock, system_clock
from interactor.egress.protocol import HttpCaller
from interactor.ids import Ids
from interactor.language_model.protocol import InstructionWriter
from interactor.limits.quota import NamespaceQuota
from interactor.limits.rate import RateLimiter
from interactor.sandbox.protocol import ScriptRunner
from interactor.settings import Settings
from interactor.storage.clients import client
from interactor.storage.deliveries import Deliveries
from interactor.storage.documents import Documents
from interactor.storage.error_records import ErrorRecords
from interactor.storage.files import Files
from interactor.storage.history import Histories
from interactor.storage.instances import Instances
from interactor.storage.lanes import Lanes
from interactor.storage.limits import Places, RateCounters
from interactor.storage.replays import Replays
from interactor.storage.schedules import Schedules
from interactor.storage.secrets import Secrets
from interactor.storage.statistics import WorkflowStatistics
from interactor.storage.subscriptions import Subscriptions
from interactor.storage.table import Table
from interactor.storage.timers import Timers
from interactor.storage.triggers import Triggers
from interactor.storage.webhook_key import webhook_key
from interactor.storage.workflows import Workflows
from interactor.webhooks.sealing import Seal


@dataclass(frozen=True, slots=True)
class Parts:
    """`tokens`, `scripts`, `http`, `writer`, `schedules` and `seal` are made at first use: not every call needs them,
    and a cold start pays for their imports.
    """

    settings: Settings
    table: Table
    documents: Documents
    workflows: Workflows
    instances: Instances
    histories: Histories
    error_records: ErrorRecords
    timers: Timers
    statistics: WorkflowStatistics
    rate_limiter: RateLimiter
    quota: NamespaceQuota
    files: Files
    triggers: Triggers
    subscriptions: Subscriptions
    deliveries: Deliveries
    replays: Replays
    lanes: Lanes
    secrets: Secrets
    tokens: Callable[[], TokenVerifier]
    scripts: Callable[[], ScriptRunner]
    http: Callable[[], HttpCaller]
    writer: Callable[[], InstructionWriter]
    schedules: Callable[[], Schedules]
    seal: Callable[[], Seal]
    clock: Clock = system_clock
    ids: Ids = field(default_factory=Ids)


@cache
def parts() -> Parts:
    """The parts of a deployed function, from its environment."""
    settings = Settings.from_environment()
    table = Table(client("dynamodb"), settings.table_name)
    s3 = partial(client, "s3")
    documents = Documents(s3, settings.documents_bucket)
    instances = Instances(table, documents, settings.index_shards)
    ids = Ids()
    beside = ThreadPoolExecutor(max_workers=2)  # a call asks for a permit and a place while it reads
    return Parts(
        settings=settings,
        table=table,
        documents=documents,
        workflows=Workflows(table, documents),
        instances=instances,
        histories=Histories(table, documents),
        error_records=ErrorRecords(table, settings.index_shards),
        timers=Timers(table),
        statistics=WorkflowStatistics(table, settings.index_shards),
        rate_limiter=RateLimiter(RateCounters(table), settings.rate_limits, beside.submit, system_clock),
        quota=NamespaceQuota(Places(table), instances, settings.max_active_instances, beside.submit, system_clock, ids),
        files=Files(table, s3, settings.documents_bucket),
        triggers=Triggers(table),
        subscriptions=Subscriptions(table),
        deliveries=Deliveries(table, documents, settings.index_shards),
        replays=Replays(table),
        lanes=Lanes(table),
        secrets=Secrets(lambda: client("ssm"), settings.secrets_path, system_clock),
        tokens=cache(lambda: _token_verifier(settings)),
        scripts=cache(lambda: _script_runner(settings)),
        http=cache(lambda: _http_caller(settings)),
        writer=cache(lambda: _instruction_writer(settings)),
        schedules=cache(lambda: Schedules(client("scheduler"), client("sqs"), settings)),
        seal=cache(lambda: _seal(settings)),
        ids=ids,
    )


def _token_verifier(settings: Settings) -> TokenVerifier:
    from interactor.auth import issuer

    return TokenVerifier(
        settings.token_issuer, settings.token_jwks_url, settings.token_audience, issuer.get, system_clock
    )


def _script_runner(settings: Settings) -> ScriptRunner:
    from interactor.sandbox.quickjs import QuickJsRunner

    return QuickJsRunner.load(settings.quickjs_module)


def _http_caller(settings: Settings) -> HttpCaller:
    from interactor.egress.caller import GuardedHttpCaller

    return GuardedHttpCaller(settings.egress_allowed_networks)


def _instruction_writer(settings: Settings) -> InstructionWriter:
    from interactor.language_model.bedrock import BedrockWriter

    return BedrockWriter(lambda: client("bedrock-runtime"), settings.instruction_models, system_clock)


def _seal(settings: Settings) -> Seal:
    return Seal(webhook_key(client("ssm"), settings.webhook_key_parameter, secrets.token_bytes), secrets.token_bytes)
