"""What answers look like, for the OpenAPI document and for nothing else: handlers build theirs in `representations/`.

A file for each resource. The names are those of the reference; a test holds the real answers against these types.
Requests are documented by the models that check them (`models/`, `engine/definition/`).
"""

from typing import Any

from interactor.api.schemas import (
    common,
    explanations,
    files,
    forms,
    history,
    instances,
    secrets,
    simulations,
    tokens,
    triggers,
    webhooks,
    workflows,
)

_FILES = (
    common,
    workflows,
    explanations,
    instances,
    history,
    forms,
    files,
    simulations,
    triggers,
    webhooks,
    secrets,
    tokens,
)

NAMED: dict[str, Any] = {
    name: schema
    for file in _FILES
    for name, schema in vars(file).items()
    if getattr(schema, "__module__", "") == file.__name__
}
"""Every schema by its name, which no two files share."""

PATH_PARAMETERS: dict[str, Any] = {
    "workflow_name": common.WorkflowName,
    "version_id": common.VersionId,
    "instance_id": common.InstanceId,
    "event_id": common.EventId,
    "thread_id": common.ThreadId,
    "file_id": files.FileId,
    "trigger_id": triggers.TriggerId,
    "secret_name": secrets.SecretName,
    "subscription_id": webhooks.SubscriptionId,
    "delivery_id": webhooks.DeliveryId,
    "replay_id": webhooks.ReplayId,
}
