"""The route table: every operation of the API, a file for each resource.

Handlers are bound to these by operation name (`functions/*/app.py`), the OpenAPI document is generated from them, and
the tests draw their matrices from them. Paths are relative to `BASE_PATH`; `{…}` stands for one segment.
"""

from interactor.api.routes import files, history, instances, secrets, triggers, webhooks, workflows
from interactor.api.routes.route import Route

BASE_PATH = "/api/v1"

ROUTES: tuple[Route, ...] = (
    *workflows.ROUTES,
    *instances.ROUTES,
    *history.ROUTES,
    *files.ROUTES,
    *triggers.ROUTES,
    *secrets.ROUTES,
    *webhooks.ROUTES,
)

OPERATIONS: dict[str, Route] = {route.operation: route for route in ROUTES}
