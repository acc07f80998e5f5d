"""The examples of the OpenAPI document: the reference's own, with ids and times as the service writes them.

By operation name, then by the example's name; a file for each resource, and one for the errors. Tests read the requests
with the product's models and hold the answers against their schemas, so that none can go stale.
"""

from interactor.api.examples import (
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
from interactor.api.examples.base import Examples

_FILES = (workflows, simulations, instances, history, forms, files, triggers, webhooks, secrets, tokens)

REQUESTS: Examples = {operation: shown for file in _FILES for operation, shown in file.REQUESTS.items()}
ANSWERS: Examples = {operation: shown for file in _FILES for operation, shown in file.ANSWERS.items()}
